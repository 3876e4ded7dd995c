"""However a program is written, the same deployment gets the same verdicts."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.team import Team

STYLES = Path(__file__).parents[3] / "examples/styles"
PLAIN = "args"
OTHERS = sorted(path.name for path in STYLES.iterdir() if path.name != PLAIN)

Verdict = tuple[str, str, str, str]


def verdicts(style: str) -> set[Verdict]:
    """What the rules say about the program written in this style."""
    (examined,) = examine(
        read_project(STYLES / style),
        ("dev",),
        rules=RULES,
        team=lambda _: Team(today=date(2026, 1, 1)),
        conditions=Conditions(environ=os.environ),
    )
    assert not examined.errors
    assert examined.judgement
    return {
        (finding.rule.id, finding.status, finding.subject.name, finding.path)
        for finding in examined.judgement.findings
    }


@pytest.fixture(scope="module")
def plain() -> set[Verdict]:
    return verdicts(PLAIN)


def test_the_plain_program_is_found_wanting(plain: set[Verdict]) -> None:
    found = {(name, path) for _, status, name, path in plain if status == "open"}
    assert {
        ("telemetry", "properties.disableLocalAuth"),
        ("telemetry", "properties.publicNetworkAccess"),
        ("backend", "properties.enablePurgeProtection"),
    } <= found
    assert "outputs.key" in {path for _, path in found}
    assert ("telemetry", "properties.minTlsVersion") not in found


@pytest.mark.parametrize("style", OTHERS)
def test_every_style_gets_the_same_verdicts(style: str, plain: set[Verdict]) -> None:
    assert verdicts(style) == plain
