"""Checkov's advice in every report that has it, and what it does to the exit code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hubwarden_policies.advice import Advice
from hubwarden_policies.model import Location
from hubwarden_policies.reports import json as json_report
from hubwarden_policies.reports.page import Page
from hubwarden_policies.reports.report import Report
from hubwarden_policies.reports.text import render
from hubwarden_policies.rule import LOW, MEDIUM, Severity, Subject

from .conftest import stack


def advice(check: str = "CKV_AZURE_35", name: str = "files", **said: Any) -> Advice:
    place = Location("infra/__main__.py", len(name))
    values: dict[str, Any] = {
        "check": check,
        "name": "Ensure that the default is to deny",
        "verdict": "failed",
        "severity": LOW,
        "level": "advisory",
        "stack": "dev",
        "subject": Subject("Microsoft.Storage/storageAccounts", name, f"urn:{name}", (place,)),
        "guideline": "https://example.com/check",
        **said,
    }
    return Advice(**values)


def report(*said: Advice, notes: tuple[str, ...] = ()) -> Report:
    return Report(stacks=(stack(),), advice=said, advice_notes=notes)


def section(made: Report, **options: Any) -> list[str]:
    """The lines of the section, without its title."""
    text = render(made, Page(width=200), **options)
    _, _, after = text.partition("Checkov's advice\n")
    return [line.strip() for line in after.partition("\n\n")[0].splitlines()]


def test_a_check_is_one_line_with_its_resources_and_their_stacks() -> None:
    made = report(advice(), advice(stack="prod"), advice(name="firmware"))
    assert section(made) == [
        (
            "low: Ensure that the default is to deny [CKV_AZURE_35]: "
            "files, infra/__main__.py:5 (dev, prod); firmware, infra/__main__.py:8 (dev)"
        )
    ]


def test_what_failed_comes_first_and_the_worst_of_it() -> None:
    made = report(
        advice("CKV_AZURE_1", verdict="error", error="KeyError"),
        advice("CKV_AZURE_2", verdict="undecided"),
        advice("CKV_AZURE_3"),
        advice("CKV_AZURE_4", severity=MEDIUM),
    )
    first, second, third, fourth = section(made)
    assert "[CKV_AZURE_4]" in first
    assert "[CKV_AZURE_3]" in second
    assert third.startswith("CKV_AZURE_1 could not be run, KeyError: files")
    assert fourth.startswith("CKV_AZURE_2 was not decided")


def test_many_resources_are_counted() -> None:
    (line,) = section(report(*(advice(name="x" * number) for number in range(1, 8))))
    assert line.endswith("(dev); and 3 more")


def test_a_note_stands_alone_where_there_is_no_advice() -> None:
    assert section(report(notes=("Checkov is not installed",))) == ["Checkov is not installed"]
    assert "Checkov" not in render(report(), Page())


@pytest.mark.parametrize(
    ("said", "options", "code"),
    [
        ({}, {}, 0),
        ({}, {"strict": True}, 0),
        ({}, {"fail_on": Severity.INFO}, 0),
        ({"level": "mandatory"}, {}, 1),
        ({"level": "mandatory"}, {"fail_on": Severity.LOW}, 1),
        ({"level": "mandatory"}, {"fail_on": Severity.HIGH}, 0),
        ({"level": "mandatory", "verdict": "undecided"}, {}, 0),
        ({"level": "mandatory", "verdict": "undecided"}, {"strict": True}, 1),
        ({"level": "mandatory", "verdict": "error"}, {}, 0),
        ({"level": "mandatory", "verdict": "error"}, {"strict": True}, 1),
    ],
)
def test_it_counts_only_where_the_team_says_so(
    said: dict[str, Any], options: dict[str, Any], code: int
) -> None:
    made = report(advice(**said))
    assert made.exit_code(**options) == code
    assert ("1 of Checkov's fails the check" in render(made, Page(), **options)) is bool(code)
    # Quiet is for what is wrong, so there only what fails the check is said.
    assert bool(section(made, quiet=True, **options)) is bool(code)


def test_json_says_all_of_it() -> None:
    said = advice(verdict="error", error="KeyError", merged="st-open-network")
    (one,) = json.loads(json_report.render(report(said)))["advice"]
    assert one == {
        "check": "CKV_AZURE_35",
        "name": "Ensure that the default is to deny",
        "verdict": "error",
        "error": "KeyError",
        "severity": "low",
        "level": "advisory",
        "stack": "dev",
        "resource": {
            "type": "Microsoft.Storage/storageAccounts",
            "name": "files",
            "address": "urn:files",
        },
        "guideline": "https://example.com/check",
        "merged": "st-open-network",
        "location": {"file": "infra/__main__.py", "line": 5, "column": None},
    }
