"""What stock Checkov passes in silence is loud here: a failed check, or a sentence and exit 4."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.policies.gates.stock_checkov.silence import arm, bicep, terraform

from hubwarden_policies.gates.stock_checkov.gate import judge
from hubwarden_policies.gates.stock_checkov.wish import Outcome, Wish

ROWS = {
    "arm": list(arm.rows()),
    "bicep": list(bicep.rows()),
    "terraform": list(terraform.rows()),
}
ALL = [(group, number) for group, rows in ROWS.items() for number in range(len(rows))]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Outcome]]:
    """One run for all rows of a group, for Checkov takes seconds to start."""
    found = {}
    for group, rows in ROWS.items():
        root = tmp_path_factory.mktemp(group)
        for number, row in enumerate(rows):
            row.write(root / f"{number:02}")
        found[group] = root, judge(Wish(folders=[root]), {})
    return found


@pytest.mark.parametrize(("group", "number"), ALL, ids=[f"{g}: {ROWS[g][n].name}" for g, n in ALL])
def test_no_bad_resource_passes_in_silence(
    outcomes: dict[str, tuple[Path, Outcome]], group: str, number: int
) -> None:
    root, outcome = outcomes[group]
    folder, row = root / f"{number:02}", ROWS[group][number]
    faults = [one for one in outcome.faults if Path(one.input).is_relative_to(folder)]
    failed = {
        one.subject.name
        for one in outcome.advice
        if one.verdict == "failed" and Path(one.subject.locations[0].file).is_relative_to(folder)
    }
    assert faults or failed.issuperset(row.bad), row.name
    assert all(one.exit_code == 4 for one in faults)


def test_the_silent_ones_are_not_loud_for_a_wrong_reason(
    outcomes: dict[str, tuple[Path, Outcome]],
) -> None:
    """A broken Checkov would make every row loud."""
    for _root, outcome in outcomes.values():
        kinds = {one.kind for one in outcome.faults}
        assert not kinds & {"canary", "crashed", "no-answer", "no-checkov", "external"}
