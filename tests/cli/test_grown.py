"""The way of a team with an estate that has grown for years: from the first check to fewer faults.

The estate says itself what is wrong with it: `finding: RULE` stands above the line that is
reported, `RULE x3` where a loop makes three of it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hubwarden_cli.assemble import assemble
from hubwarden_cli.examination import inspect
from hubwarden_cli.inspected import Wish
from hubwarden_policies.reports.report import Report

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]

GROWN = Path(__file__).parents[1] / "examples/grown"
_TOLD = re.compile(r"\s*# (?P<status>finding|undecided): (?P<rule>[a-z-]+)(?: x(?P<times>\d+))?")
_NEW = """
storage.BlobContainer(
    "lyon-photos",
    resource_group_name=lyon.name,
    account_name=files.name,
    public_access="Blob",
)
"""


def told(folder: Path) -> Counter[tuple[str, str, int, str]]:
    """What the comments of the program announce: status, file, line, rule."""
    found: Counter[tuple[str, str, int, str]] = Counter()
    for path in folder.glob("*.py"):
        above: list[tuple[str, str, int]] = []
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if said := _TOLD.fullmatch(line):
                status = "open" if said["status"] == "finding" else said["status"]
                above.append((status, said["rule"], int(said["times"] or 1)))
                continue
            for status, rule, times in above:
                found[status, path.name, number, rule] += times
            above = []
    return found


def checked(folder: Path, hubwarden: Hubwarden) -> tuple[int, dict[str, Any]]:
    """The exit code and the report of one check."""
    done = hubwarden("check", "--format", "json", cwd=folder)
    return done.returncode, json.loads(done.stdout)


def failing(report: dict[str, Any]) -> list[tuple[str, str]]:
    """The open findings by rule and resource."""
    return [
        (finding["rule"], finding["resource"]["name"])
        for finding in report["findings"]
        if finding["status"] == "open"
    ]


def listed(folder: Path) -> list[dict[str, str]]:
    """What the baseline lists."""
    found: list[dict[str, str]] = json.loads((folder / "baseline.json").read_text())["findings"]
    return found


def edit(folder: Path, before: str, after: str) -> None:
    """Change the one place of the program that reads like this."""
    path = folder / "__main__.py"
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, hubwarden: Hubwarden) -> Path:
    """The estate on the day on which its team wrote the baseline."""
    folder = shutil.copytree(GROWN, tmp_path_factory.mktemp("team") / "grown")
    done = hubwarden("baseline", "write", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "baseline.json: 61 findings, 61 new, 0 taken out" in done.stdout
    return folder


@pytest.fixture
def estate(begun: Path, tmp_path: Path) -> Path:
    return shutil.copytree(begun, tmp_path / "grown")


def test_the_first_check_finds_what_the_program_says_of_itself(
    copied: Callable[[str], Path], hubwarden: Hubwarden
) -> None:
    folder = copied("examples/grown")
    code, report = checked(folder, hubwarden)
    assert code == 1
    assert report["errors"] == []
    assert [stack["resources"] for stack in report["stacks"]] == [120]
    assert report["summary"]["open"] == 60
    assert told(folder) == Counter(
        (
            finding["status"],
            finding["location"]["file"],
            finding["location"]["line"],
            finding["rule"],
        )
        for finding in report["findings"]
    )


def test_with_a_baseline_nothing_old_fails(estate: Path, hubwarden: Hubwarden) -> None:
    code, report = checked(estate, hubwarden)
    assert (code, failing(report)) == (0, [])
    assert report["summary"]["baseline"] == len(listed(estate))
    done = hubwarden("baseline", "check", cwd=estate)
    assert (done.returncode, done.stdout) == (0, "the baseline fits\n")


def test_one_new_fault_fails_until_it_is_waived_and_again_when_that_expires(
    estate: Path, hubwarden: Hubwarden, environ: dict[str, str]
) -> None:
    program = (estate / "__main__.py").read_text(encoding="utf-8")
    # What is above moves every line of the old findings, which keep their names all the same.
    moved = program.replace("config = pulumi", "# A line.\n# Another.\nconfig = pulumi", 1)
    (estate / "__main__.py").write_text(moved + _NEW, encoding="utf-8")
    code, report = checked(estate, hubwarden)
    assert (code, failing(report)) == (1, [("st-public-container", "lyon-photos")])
    done = hubwarden("baseline", "check", cwd=estate)
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("new     prod: st-public-container at properties.publicAccess of urn:")

    (new,) = [one for one in report["findings"] if one["status"] == "open"]
    last = datetime.now(UTC).date() + timedelta(days=30)
    words = ("--reason", "The press shows them.", "--owner", "plant@contoso.example")
    asked = ("waivers", "add", new["fingerprint"][:12], *words, "--expires", f"{last}")
    done = hubwarden(*asked, cwd=estate)
    assert done.returncode == 0, done.stderr
    code, report = checked(estate, hubwarden)
    assert (code, failing(report)) == (0, [])
    assert report["summary"]["waived"] == 1
    assert report["summary"]["next_expiry"]["expires"] == f"{last}"

    assert on_day(estate, environ, last).exit_code() == 0
    expired = on_day(estate, environ, last + timedelta(days=1))
    assert expired.exit_code() == 1
    found = [one.finding for one in expired.findings if one.finding.status == "open"]
    assert [(one.rule.id, one.subject.name) for one in found] == [
        ("st-public-container", "lyon-photos"),
        ("waiver-expired", "st-public-container"),
    ]
    assert [(one.file, one.line) for one in found[1].locations] == [("waivers.toml", 1)]


def on_day(folder: Path, environ: dict[str, str], today: date) -> Report:
    """The report that a check would give on this day."""
    wish = Wish([folder])
    found = inspect(wish, environ=environ, today=today, progress=lambda *_: None)
    return assemble(found, environ)


@pytest.mark.parametrize(
    ("before", "after", "worse"),
    [
        # Azure's default depends on the account's age; what is said does not.
        (
            'minimum_tls_version="TLS1_2",\n    opts',
            'minimum_tls_version="TLS1_2",\n    allow_blob_public_access=True,\n    opts',
            ("st-anonymous-blob", "lyonfiles"),
        ),
        # Nobody could tell what stood in the setting.
        (
            'value=config.require_secret("reports")',
            "value=connection",
            ("app-setting-connection-string", "lyon-backend"),
        ),
    ],
    ids=["a higher severity", "known where it was not"],
)
def test_what_gets_worse_is_new(
    estate: Path, hubwarden: Hubwarden, before: str, after: str, worse: tuple[str, str]
) -> None:
    edit(estate, before, after)
    code, report = checked(estate, hubwarden)
    assert (code, failing(report)) == (1, [worse])


def test_what_is_mended_leaves_the_baseline_and_does_not_come_back(
    estate: Path, hubwarden: Hubwarden
) -> None:
    before = listed(estate)
    edit(estate, 'min_tls_version="1.0"', 'min_tls_version="1.2"')
    done = hubwarden("check", cwd=estate)
    assert done.returncode == 0
    assert "1 of the baseline is no longer there" in done.stdout
    done = hubwarden("baseline", "check", cwd=estate)
    assert done.returncode == 1
    (line,) = done.stdout.splitlines()
    assert line.startswith("mended  prod: hub-old-tls at properties.minTlsVersion of urn:")

    done = hubwarden("baseline", "write", "--prune", cwd=estate)
    assert done.returncode == 0
    assert "60 findings, 0 new, 1 taken out" in done.stdout
    assert listed(estate) == [one for one in before if one["rule"] != "hub-old-tls"]
    assert hubwarden("baseline", "check", cwd=estate).returncode == 0

    edit(estate, 'min_tls_version="1.2"', 'min_tls_version="1.0"')
    code, report = checked(estate, hubwarden)
    assert (code, failing(report)) == (1, [("hub-old-tls", "lyon-hub")])


def test_prune_takes_in_nothing_new(estate: Path, hubwarden: Hubwarden) -> None:
    before = listed(estate)
    with (estate / "__main__.py").open("a", encoding="utf-8") as program:
        program.write(_NEW)
    done = hubwarden("baseline", "write", "--prune", cwd=estate)
    assert done.returncode == 0
    assert listed(estate) == before
