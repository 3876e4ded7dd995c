"""Malformed and odd inputs: what is bad in them is found, or a sentence says why nobody knows."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.corpus.files import stock
from tests.corpus.files.all_cases import CASES, FIRST
from tests.corpus.files.bodies import CLEAN
from tests.corpus.files.case import Case
from tests.corpus.files.judging import Said, judge
from tests.corpus.files.places import ORDERS

from hubwarden_cli.formats import Terms, rendered
from hubwarden_cli.outputs import Format, Output
from hubwarden_policies.gates.stock_checkov.gate import judge as judge_by_checkov
from hubwarden_policies.gates.stock_checkov.wish import Outcome, Wish

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]
BY_ID = {one.id: one for one in CASES}
FORMS = [form for form in Format if form is not Format.AUTO]
# What a terminal would obey, and what would show a name as another one.
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
TURNED = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# What a CI would: orders of its own begin alike, but are not these.
ORDERED = re.compile(r"^::error::owned|##vso\[task\.complete", re.MULTILINE)


def said_of(one: Case, folder: Path) -> Said:
    one.write(folder)
    return judge(one, folder)


@pytest.mark.parametrize("id_", BY_ID)
def test_nothing_bad_passes_in_silence(id_: str, tmp_path: Path) -> None:
    one = BY_ID[id_]
    said = said_of(one, tmp_path / "here")
    assert not (one.bad and said.exit_code == 0), "a silent pass"
    assert said.exit_code != 70, said.sentences
    assert said.verdict == one.expected, said.sentences
    assert len(said.failing) >= one.named, said.failing
    if said.verdict in ("refuses", "nothing"):
        assert said.sentences
    assert all("Traceback" not in sentence and len(sentence) < 2000 for sentence in said.sentences)


@pytest.mark.parametrize("id_", [i for i, one in BY_ID.items() if one.bad and not one.target])
def test_a_good_file_beside_does_not_hide_it(id_: str, tmp_path: Path) -> None:
    """Alone, what is not looked into is `nothing`; beside others it must be told at least."""
    one = BY_ID[id_]
    folder = tmp_path / "here"
    one.write(folder)
    (folder / "zz-good.json").write_text(CLEAN, encoding="utf-8")
    said = judge(one, folder)
    assert said.report is not None or said.exit_code == 2
    if said.exit_code == 0 and said.report is not None:
        told = {entry.input for entry in said.report.skipped}
        names = {str(folder / Path(name).parts[0]) for name in one.files}
        assert any(entry.startswith(tuple(names)) for entry in told), told


def test_the_corpus_has_what_it_is_said_to_have() -> None:
    assert len(BY_ID) == len(CASES)
    groups = [one.group for one in CASES]
    assert {name: min(groups.count(name), count) for name, count in FIRST.items()} == FIRST
    assert len(CASES) - sum(FIRST.values()) >= 60
    assert sum(one.bad > 0 for one in CASES) > 200


@pytest.mark.parametrize("id_", [i for i, one in BY_ID.items() if one.group == "Places"])
def test_no_report_has_orders_in_it(id_: str, tmp_path: Path) -> None:
    said = said_of(BY_ID[id_], tmp_path / "here")
    if said.report is None:
        return
    for form in FORMS:
        text = rendered(said.report, Output(form, Path("report")), Terms())
        assert text.encode("utf-8")
        for found in (OBEYED.search(text), ORDERED.search(text)):
            assert not found, (form, text[max(0, found.start() - 60) : found.end() + 20])
        # The others are for programs, which would not find the file by another name.
        assert form is not Format.TEXT or not TURNED.search(text)


@pytest.mark.parametrize("id_", [i for i, one in BY_ID.items() if one.endless])
def test_what_has_no_end_is_not_waited_for(id_: str, tmp_path: Path, hubwarden: Hubwarden) -> None:
    one = BY_ID[id_]
    one.write(tmp_path / "here")
    done = hubwarden("check", "--no-advice", str(tmp_path / "here" / one.target), cwd=tmp_path)
    assert done.returncode in {"finds": (1,), "refuses": (2, 4), "nothing": (3,)}[one.expected]


def test_a_terminal_is_not_obeyed(tmp_path: Path, hubwarden: Hubwarden) -> None:
    folder = tmp_path / "here"
    BY_ID["Places: a new line and orders to a terminal"].write(folder)
    BY_ID["Places: a leading dash"].write(folder)
    BY_ID["Places: bytes that are no text in a name"].write(folder)
    named = next(path for path in folder.iterdir() if path.name.startswith(ORDERS[:3]))
    for target in (folder, named, folder / f"{ORDERS}gone.json"):
        done = hubwarden("check", "--no-advice", str(target), cwd=tmp_path)
        assert done.returncode in (1, 2)
        assert not OBEYED.search(done.stdout + done.stderr)
        assert not ORDERED.search(done.stdout + done.stderr)


FRAMEWORKS = {"ARM": "arm", "Bicep": "bicep", "Terraform": "terraform"}
STOCK = json.loads(stock.FILE.read_text(encoding="utf-8"))
SILENT = [
    id_
    for id_, verdict in STOCK["verdicts"].items()
    if verdict in ("silent", "finds, exit 0")
    and BY_ID[id_].group in FRAMEWORKS
    and not BY_ID[id_].target
    and BY_ID[id_].files
]


@pytest.fixture(scope="module")
def through_checkov(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Outcome]]:
    """`hubwarden checkov` on all of them, in one run of Checkov for each framework."""
    found = {}
    for group in FRAMEWORKS:
        root = tmp_path_factory.mktemp(group).resolve()
        for number, id_ in enumerate(SILENT):
            if BY_ID[id_].group == group:
                BY_ID[id_].write(root / f"{number:03}")
        found[group] = root, judge_by_checkov(Wish(folders=[root]), {})
    return found


@pytest.mark.parametrize("id_", SILENT)
def test_what_stock_checkov_passes_in_silence_hubwarden_checkov_does_not(
    through_checkov: dict[str, tuple[Path, Outcome]], id_: str
) -> None:
    root, outcome = through_checkov[BY_ID[id_].group]
    folder = root / f"{SILENT.index(id_):03}"
    faults = [one for one in outcome.faults if Path(one.input).is_relative_to(folder)]
    failed = {
        one.subject.address
        for one in outcome.advice
        if one.verdict == "failed" and Path(one.subject.locations[0].file).is_relative_to(folder)
    }
    left = [one for one in outcome.left_out if Path(one.input).is_relative_to(folder)]
    empty = not any(data.strip() for data in BY_ID[id_].files.values())
    assert faults or len(failed) >= BY_ID[id_].bad or left or empty
    assert all(one.exit_code == 4 for one in faults)
    # A broken Checkov would make every case loud.
    kinds = {one.kind for one in outcome.faults}
    assert not kinds & {"canary", "crashed", "no-answer", "no-checkov", "external"}


SAMPLE = [
    "ARM: two bad resources",
    "ARM: nothing bad",
    "ARM: symbolic names",
    "ARM: types in lower case",
    "ARM: null among resources",
    "ARM: .checkov.yaml with soft-fail",
    "ARM: the end is lost",
    "Bicep: a lambda",
    "Bicep: two bad resources",
    "Terraform: OpenTofu's own file",
    "Terraform: a bad hub of azurerm",
]


def test_stock_checkov_says_what_the_table_says_of_it() -> None:
    assert STOCK["version"] == stock.version(), "run `python -m tests.corpus.files.stock`"
    again = stock.measured([BY_ID[id_] for id_ in SAMPLE])
    assert again == {id_: STOCK["verdicts"][id_] for id_ in SAMPLE}
