"""Checkov's advice for a person: each check once, with the resources that it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from hubwarden_policies.advice import Advice
from hubwarden_policies.reports.page import Page
from hubwarden_policies.reports.report import Report
from hubwarden_policies.reports.shared import at, called
from hubwarden_policies.rule import Severity

# So many resources of one check are named; the rest is a number.
LISTED: Final = 4


def advice(
    report: Report,
    page: Page,
    *,
    strict: bool = False,
    fail_on: Severity | None = None,
    quiet: bool = False,
) -> list[str]:
    """The section; with `quiet` only what fails the check."""
    fails = {id(one) for one in report.failing_advice(strict=strict, fail_on=fail_on)}
    shown = [one for one in report.advice if not quiet or id(one) in fails]
    lines: list[str] = []
    for group in _groups(shown):
        label, text = _said(group[0])
        style = "error" if any(id(one) in fails for one in group) else "dim"
        text += " (fails the check)" * (style == "error")
        lines += page.wrap(f"{text}: {_where(group)}", 2, label, style)
    for note in () if quiet else report.advice_notes:
        lines += page.wrap(note, 2)
    return [page.paint("bold", "Checkov's advice"), *lines] if lines else []


def _groups(advice: Iterable[Advice]) -> list[list[Advice]]:
    """The advice by check and verdict: what failed first, the worst of it first."""
    groups: dict[tuple[bool, int, str, str], list[Advice]] = defaultdict(list)
    for one in advice:
        key = (one.verdict != "failed", -one.severity, one.verdict, one.check)
        groups[key].append(one)
    return [groups[key] for key in sorted(groups)]


def _said(one: Advice) -> tuple[str, str]:
    """A label, and what Checkov says."""
    if one.verdict == "failed":
        return f"{one.severity}: ", f"{one.name} [{one.check}]"
    if one.verdict == "error":
        return "", f"{one.check} could not be run, {one.error}"
    return "", f"{one.check} was not decided, for its values are not known before deployment"


def _where(group: Iterable[Advice]) -> str:
    stacks: dict[str, dict[str, None]] = defaultdict(dict)
    for one in group:
        first = one.subject.locations[:1]
        places = [at(first[0], one.folder)] if first else []
        stacks[", ".join([called(one.subject), *places])][one.stack] = None
    named = [f"{what} ({', '.join(names)})" for what, names in stacks.items()]
    rest = [f"and {len(named) - LISTED} more"] if len(named) > LISTED else []
    return "; ".join([*named[:LISTED], *rest])
