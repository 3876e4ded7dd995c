"""What a CI's log says in its own commands, whichever CI it is: a line for every notice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final, Literal

from hubwarden_policies.advice import Advice
from hubwarden_policies.model import Location
from hubwarden_policies.record import record
from hubwarden_policies.reports.page import Page
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import Report
from hubwarden_policies.reports.shared import Shared, called, file, worst_first
from hubwarden_policies.rule import Severity

Weight = Literal["error", "warning", "notice"]

# GitHub shows ten of each weight in a step and drops the rest without a word.
SHOWN: Final = 10


@record
class Notice:
    """One sentence at one place; `file` is '' where there is none."""

    weight: Weight
    title: str
    message: str
    file: str = ""
    line: int = 0
    column: int = 0


def notices(
    report: Report, *, strict: bool = False, fail_on: Severity | None = None
) -> list[Notice]:
    """Errors first, then what fails the check, then the rest: at most `SHOWN` of each weight."""
    everything = list(_all(report, strict, fail_on))
    shown: list[Notice] = []
    for weight, group in groupby(everything, lambda one: one.weight):
        same = list(group)
        shown += same if len(same) <= SHOWN else [*same[: SHOWN - 1], _rest(weight, same)]
    return shown


def _rest(weight: Weight, same: list[Notice]) -> Notice:
    more = f"and {len(same) - SHOWN + 1} more, which the summary and every other format list"
    return Notice(weight, "hubwarden", more)


def _all(report: Report, strict: bool, fail_on: Severity | None) -> Iterator[Notice]:
    yield from (_problem(problem) for problem in report.errors)
    failing = report.failing(strict=strict, fail_on=fail_on)
    yield from (_finding(one, "error") for one in worst_first(failing))
    advised = report.failing_advice(strict=strict, fail_on=fail_on)
    yield from (_advice(one) for one in advised)
    fails = {id(entry) for entry in failing}
    rest = [entry for entry in report.having("open") if id(entry) not in fails]
    yield from (_finding(one, "warning") for one in worst_first(rest))
    gaps = [entry for entry in report.having("undecided") if id(entry) not in fails]
    yield from (_finding(one, "notice") for one in worst_first(gaps))


def _problem(problem: Problem) -> Notice:
    who = f"{problem.input} ({problem.stack})" if problem.stack else problem.input
    return _at(problem.location, problem.folder, "error", who, problem.message)


def _finding(one: Shared, weight: Weight) -> Notice:
    finding = one.finding
    title = f"{finding.severity}: {finding.rule.title} [{finding.rule.id}]"
    message = f"{finding.message}: {one.what}\nfix: {finding.fix}"
    first = finding.locations[0] if finding.locations else None
    return _at(first, one.folder, weight, title, message)


def _advice(one: Advice) -> Notice:
    title = f"{one.severity}: {one.name} [{one.check}]"
    message = f"Checkov's advice, {one.verdict}: {called(one.subject)} ({one.stack})"
    first = one.subject.locations[0] if one.subject.locations else None
    return _at(first, one.folder, "error", title, message)


def _at(place: Location | None, folder: str, weight: Weight, title: str, message: str) -> Notice:
    plain = Page().plain
    said = Notice(weight, plain(title), plain(message))
    if place is None:
        return said
    where = plain(file(place, folder))
    return Notice(weight, said.title, said.message, where, place.line, place.column or 0)
