"""The report's counts and its exit code."""

from __future__ import annotations

import pytest

from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import Report, Reported
from hubwarden_policies.rule import CRITICAL, HIGH, LOW, MEDIUM, Severity

from .conftest import Finds


def problem(code: int) -> Problem:
    return Problem("plant", None, "kind", "It cannot be; do this.", code)


def test_counts(everything: Report) -> None:
    summary = everything.summary
    assert (summary.open, summary.undecided, summary.errors) == (3, 1, 1)
    assert (summary.waived, summary.baseline) == (0, 0)
    assert summary.by_severity == {
        severity: {CRITICAL: 1, HIGH: 2}.get(severity, 0) for severity in Severity
    }


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ((), 0),
        ((3,), 3),
        ((3, 4), 4),
        ((3, 4, 70), 70),
        ((3, 4, 70, 2), 2),
    ],
)
def test_the_worst_reason_is_the_exit_code(finds: Finds, codes: tuple[int, ...], code: int) -> None:
    problems = tuple(problem(each) for each in codes)
    assert Report(errors=problems).exit_code() == code
    with_finding = Report(errors=problems, findings=(Reported(finds()),))
    assert with_finding.exit_code() == (code or 1)


def test_the_level_decides(finds: Finds) -> None:
    assert Report(findings=(Reported(finds(level="advisory")),)).exit_code() == 0
    assert Report(findings=(Reported(finds(severity=LOW)),)).exit_code() == 1


@pytest.mark.parametrize(("fail_on", "code"), [(LOW, 1), (MEDIUM, 1), (HIGH, 0), (CRITICAL, 0)])
def test_fail_on_replaces_the_levels(finds: Finds, fail_on: Severity, code: int) -> None:
    for level in ("advisory", "mandatory"):
        report = Report(findings=(Reported(finds(severity=MEDIUM, level=level)),))
        assert report.exit_code(fail_on=fail_on) == code


def test_what_is_undecided_fails_when_asked_to(finds: Finds) -> None:
    gap = Report(findings=(Reported(finds(status="undecided", level="advisory")),))
    assert gap.exit_code() == 0
    assert gap.exit_code(fail_on=LOW) == 0
    assert gap.exit_code(strict=True) == 1
    level = Report(findings=(Reported(finds(status="undecided", level="mandatory")),))
    assert level.exit_code() == 1
