"""`explain`, `rules`, `practices`, `--version`, `--help`: what each says, and how soon."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import COMMAND
from tests.corpus.files.bodies import BASE

import hubwarden_cli
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.practices import PRACTICES
from hubwarden_policies.rule import Rule

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]


def test_explains_a_rule(hubwarden: Hubwarden, tmp_path: Path) -> None:
    done = hubwarden("explain", "hub-local-auth", cwd=tmp_path)
    assert done.returncode == 0
    for words in (
        "IoT Hub accepts shared access keys [hub-local-auth]",
        "severity: high",
        "practice: P2 Keep authentication keys safe",
        "one password for every service",
        "# flagged",
        "good (__main__.py)",
        "fix: Set `disable_local_auth=True`",
        "decides: hub-local-auth-disabled",
    ):
        assert words in done.stdout


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_example_runs_with_what_is_shown_before_it(
    rule: Rule, capsys: pytest.CaptureFixture[str]
) -> None:
    from hubwarden_cli.explain import explain

    explain(rule.id)
    shown = capsys.readouterr().out
    for example in (rule.page.bad, rule.page.good):
        for line in example.splitlines():
            assert f"    {line}".rstrip() in shown
    if rule.page.file == "__main__.py":
        before = re.search(r"before both examples\n((?:    .*\n)+)", shown)
        given = set(re.findall(r"\w+", before[1])) if before else set()
        used = set(
            re.findall(r"\b(?:pulumi|config|rg|sku|dps|iothub|keyvault)\b(?=[.,])", rule.page.bad)
        )
        assert used <= given


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("hub-local-aut", "did you mean hub-local-auth"),
        ("hub-local-auth-disabled", "hub-local-auth"),
        ("zzzz", "`hubwarden rules` lists all"),
    ],
)
def test_an_unknown_rule_has_a_nearest(
    hubwarden: Hubwarden, tmp_path: Path, name: str, guess: str
) -> None:
    done = hubwarden("explain", name, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: there is no rule {name}; ")
    assert guess in done.stderr
    assert done.stdout == ""


def test_lists_every_rule(hubwarden: Hubwarden, tmp_path: Path) -> None:
    lines = hubwarden("rules", cwd=tmp_path).stdout.splitlines()
    listed = [line.split()[1] for line in lines if line[:1].strip() and "rules;" not in line]
    assert listed == [rule.id for rule in RULES]
    document = json.loads(hubwarden("rules", "--format", "json", cwd=tmp_path).stdout)
    assert [entry["id"] for entry in document] == [rule.id for rule in RULES]
    assert {key for entry in document for key in entry} == {
        "id", "title", "severity", "practices", "types", "why", "fix", "covers", "maps", "also",
        "aliases",
    }  # fmt: skip


def test_practices_without_a_project(hubwarden: Hubwarden, tmp_path: Path) -> None:
    done = hubwarden("practices", cwd=tmp_path)
    assert done.returncode == 0
    for practice in PRACTICES:
        assert f"{practice.code}  {practice.title}\n" in done.stdout
    assert "a person can attest: that ports are covered, site by site" in done.stdout
    assert "no rule gives evidence for it" in done.stdout


def test_practices_of_a_project(hubwarden: Hubwarden, copied: Callable[[str], Path]) -> None:
    leaky = copied("examples/leaky")
    done = hubwarden("practices", cwd=leaky)
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"^P2  .*\n(?:    .*\n)+?    plant, stack dev: \d+ findings$", done.stdout, re.MULTILINE
    )
    assert re.search(r"^plant, stack dev: .*\d+ with findings", done.stdout, re.MULTILINE)
    (leaky / "Pulumi.yaml").write_text("name: plant\nruntime: go\n")
    assert hubwarden("practices", cwd=leaky).returncode == 4
    assert hubwarden("practices", "nowhere", cwd=leaky).returncode == 2


def test_has_a_version(hubwarden: Hubwarden, tmp_path: Path) -> None:
    done = hubwarden("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"hubwarden {hubwarden_cli.__version__}\n")
    assert hubwarden("--version", "rules", cwd=tmp_path).stdout == done.stdout


def test_every_command_and_option_says_what_it_is_for(hubwarden: Hubwarden, tmp_path: Path) -> None:
    def listed(*command: str) -> list[str]:
        _, _, below = hubwarden(*command, "--help", cwd=tmp_path).stdout.partition("Commands:\n")
        return re.findall(r"^  (\w+) ", below, re.MULTILINE)

    commands = listed()
    assert commands == [
        "check", "checkov", "explain", "rules", "practices", "doctor", "init", "waivers",
        "baseline", "creds",
    ]  # fmt: skip
    for words in [(name, *rest) for name in commands for rest in [(), *zip(listed(name))]]:
        text = hubwarden(*words, "--help", cwd=tmp_path).stdout
        assert text.startswith(f"Usage: hubwarden {' '.join(words)} ")
        described, _, _ = text.partition("Commands:\n")
        options = re.split(r"^  (?=-)", described, flags=re.MULTILINE)[1:]
        assert all(re.search(r"  +[A-Z].*\.", option, re.DOTALL) for option in options)


def test_completes_a_shell(hubwarden: Hubwarden, tmp_path: Path) -> None:
    assert "_HUBWARDEN_COMPLETE" in hubwarden("--show-completion", "bash", cwd=tmp_path).stdout


def test_the_version_costs_no_library(tmp_path: Path) -> None:
    """Neither the parser nor a model: start-up is what a shell prompt and a hook pay for."""
    code = (
        "import sys; sys.argv = ['hubwarden', '--version']\n"
        "from hubwarden_cli.app import main; main()\n"
        "print(*sorted(name for name in sys.modules if '.' not in name))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & {"typer", "pydantic", "rich", "yaml", "importlib.metadata", "email", "re"}
    assert "hubwarden_policies" not in loaded


def test_no_command_but_check_needs_the_program_gate(tmp_path: Path) -> None:
    code = (
        "import sys; sys.argv = ['hubwarden', 'explain', 'hub-local-auth']\n"
        "from hubwarden_cli.app import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    loaded = done.stderr.split()
    assert "hubwarden_policies.catalogue" in loaded
    assert not [name for name in loaded if name.startswith("hubwarden_policies.gates.program.gate")]
    assert "rich" not in loaded
    assert "pulumi" not in loaded


def test_a_version_that_nobody_hears_is_no_error(tmp_path: Path) -> None:
    for line, code in (("| head -0", 0), (">/dev/full", 2)):
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", f'"$0" --version {line}', COMMAND],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code
        assert "Traceback" not in done.stderr


def test_what_was_written_is_no_failure_where_nobody_hears_of_it(
    copied: Callable[[str], Path],
) -> None:
    project = copied("examples/leaky")
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", '"$0" baseline write | head -0', COMMAND],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "hub-local-auth" in (project / "baseline.json").read_text()


def test_a_baseline_does_not_take_two_names_for_one(tmp_path: Path, hubwarden: Hubwarden) -> None:
    """Names that differ in bytes that are no UTF-8 would look the same in it."""
    for name in (b"\xfe.json", b"\xff.json"):
        (tmp_path / os.fsdecode(name)).write_text(BASE, encoding="utf-8")
    done = hubwarden("baseline", "write", ".", cwd=tmp_path)
    assert done.returncode == 2
    assert r"would hold a file's name that is not UTF-8 ('\udcfe.json')" in done.stderr
    assert not (tmp_path / "baseline.json").exists()
