"""What a report says besides findings: errors, what nobody could tell or see, what was checked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from hubwarden_policies.reports.page import Page
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import Report, StackReport
from hubwarden_policies.reports.shared import Shared, at, shared

_ISOLATION: Final = {
    "namespaces": "held in namespaces (no network, writes to a scratch folder only)",
    "observed": "observed only (this machine held nothing back)",
}
# Errors whose sentence and place say all; of the others the way there is worth reading.
_PLACED: Final = ("missing-package", "missing-config", "bad-config", "encoding")
# So many types that no rule reads are named; the rest is a number.
NAMED: Final = 4
# So many places that lack the same value are listed.
LISTED: Final = 10


def count(number: int, noun: str) -> str:
    """`1 stack`, `2 stacks`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def error(problem: Problem, page: Page) -> list[str]:
    """Why something could not be judged, and the program's own traceback if there is one."""
    who = f"{problem.input} ({problem.stack})" if problem.stack else problem.input
    lines = page.wrap(f"{who}: {problem.message}", 0, "error: ", "error")
    if problem.location:
        lines += page.wrap(at(problem.location, problem.folder), 7, "at ")
    if problem.traceback and problem.kind not in _PLACED:
        shown = [line for entry in problem.traceback for line in entry.splitlines()]
        lines += [page.plain(f"       {line}".rstrip()) for line in shown]
    return lines


def undecided(report: Report, page: Page) -> list[str]:
    """What was not decided, by what would decide it."""
    groups: dict[str, list[Shared]] = defaultdict(list)
    for one in shared(report.having("undecided")):
        groups[one.finding.message].append(one)
    if not groups:
        return []
    lines = page.wrap("(with --strict these fail the check)", 0, "not decided ", "bold")
    for message, gaps in groups.items():
        lines += page.wrap(message, 2)
        for one in gaps[:LISTED]:
            where = f", {one.at(one.finding.locations[0])}" if one.finding.locations else ""
            lines += page.wrap(f"{one.what}{where}", 4, f"{one.finding.rule.id}: ")
        if len(gaps) > LISTED:
            lines += page.wrap(f"and {len(gaps) - LISTED} more, which --format json lists", 4)
    return lines


def inexpressible(report: Report, page: Page) -> list[str]:
    """What the input's format has no words for, by rule and path: no verdict, and no finding."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in report.inexpressible:
        groups[one.rule, one.path].append(one.resource)
    lines = [page.paint("bold", "not expressible here")] if groups else []
    for (rule, path), resources in groups.items():
        lines += page.wrap(f"no word for {path} of {', '.join(resources[:LISTED])}", 2, f"{rule}: ")
        if len(resources) > LISTED:
            lines += page.wrap(f"and {len(resources) - LISTED} more, which --format json lists", 4)
    return lines


def waived(report: Report, page: Page) -> list[str]:
    """What passes because a person answers for it, with who and why."""
    found = shared(report.having("waived"))
    lines = [page.paint("bold", "waived")] if found else []
    for one in found[:LISTED]:
        lines += page.wrap(
            f"{one.what}: {one.finding.justification}", 2, f"{one.finding.rule.id}: "
        )
    if len(found) > LISTED:
        lines += page.wrap(f"and {len(found) - LISTED} more, which --format json lists", 2)
    return lines


def skipped(report: Report, page: Page) -> list[str]:
    """What was not seen inside, with the stacks that have it."""
    groups: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for one in report.skipped:
        where = at(one.location, one.folder) if one.location else ""
        groups[one.input, one.reason, where].append(one.stack)
    alike: dict[str, list[str]] = defaultdict(list)
    for (what, reason, where), stacks in groups.items():
        inside = ", ".join(filter(None, stacks))
        # A file is called by its path, which the place says, too.
        told = not inside or where.startswith(f"{inside}:")
        alike[reason].append(
            ", ".join(filter(None, [what if told else f"{what} ({inside})", where]))
        )
    lines = [page.paint("bold", "not seen inside")] if groups else []
    for reason, names in alike.items():
        if len(names) == 1:
            lines += page.wrap(f"{names[0]}: {reason}", 2)
            continue
        lines += page.wrap(f"{reason}:", 2)
        for name in names[:LISTED]:
            lines += page.wrap(name, 4)
        if len(names) > LISTED:
            lines += page.wrap(f"and {len(names) - LISTED:,} more, which --format json lists", 4)
    return lines


def checked(report: Report, page: Page) -> list[str]:
    """Every stack with how much was judged and how long it took, and what is to be known of it."""
    lines = [page.paint("bold", "checked")] if report.stacks else []
    projects = [stack for stack in report.stacks if stack.project]
    files = [stack for stack in report.stacks if not stack.project]
    for stack in (*projects, *files[:LISTED]):
        lines += page.wrap(f"{stack.title}: {_counts([stack])}", 2)
    if rest := files[LISTED:]:
        lines += page.wrap(f"and {count(len(rest), 'more file')}: {_counts(rest)}", 2)
    remarks: dict[str, list[str]] = defaultdict(list)
    for stack in report.stacks:
        for remark in _remarks(stack):
            remarks[remark].append(stack.title)
    for remark, names in remarks.items():
        everywhere = len(names) == len(report.stacks)
        shown = ", ".join(names[:LISTED])
        shown += f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
        lines += page.wrap(remark if everywhere else f"{shown}: {remark}", 2)
    return lines + _unread(report, page)


def _counts(stacks: Sequence[StackReport]) -> str:
    resources = count(sum(stack.resources for stack in stacks), "resource")
    rules = count(max(stack.rules for stack in stacks), "rule")
    return f"{resources}, {rules}, {sum(stack.seconds for stack in stacks):.1f} s"


def _remarks(stack: StackReport) -> list[str]:
    isolation = stack.isolation and _ISOLATION.get(stack.isolation, stack.isolation)
    who = "Checkov" if stack.by_checkov else "the program"
    return [*stack.notes, *([f"{who} was {isolation}"] if isolation else [])]


def _unread(report: Report, page: Page) -> list[str]:
    types = sorted({name for stack in report.stacks for name in stack.other})
    if not types:
        return []
    rest = f" and {len(types) - NAMED} more" if len(types) > NAMED else ""
    return page.wrap(f"no rule reads these types: {', '.join(types[:NAMED])}{rest}", 2)
