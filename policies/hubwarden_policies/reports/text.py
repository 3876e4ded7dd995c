"""The report for a person: findings where they stand in the source, and one line to sum up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from hubwarden_policies.reports import remarks
from hubwarden_policies.reports.advice import advice
from hubwarden_policies.reports.page import Page, cells
from hubwarden_policies.reports.report import Excerpt, Report
from hubwarden_policies.reports.shared import Shared, shared
from hubwarden_policies.rule import Severity

INDENT = 10
# So much of a fingerprint names a finding to `hubwarden waivers add`.
SHORT = 12


def render(
    report: Report,
    page: Page,
    *,
    strict: bool = False,
    fail_on: Severity | None = None,
    quiet: bool = False,
) -> str:
    """The whole report; with `quiet` only findings and errors, so nothing where all is well."""
    explained: set[str] = set()
    findings = shared(report.having("open"))
    blocks = [
        list(_place(list(place), page, explained))
        for _, place in groupby(findings, lambda one: one.place)
    ]
    blocks += [remarks.error(problem, page) for problem in report.errors]
    if not quiet:
        blocks += [
            remarks.undecided(report, page),
            remarks.inexpressible(report, page),
            remarks.waived(report, page),
            remarks.skipped(report, page),
        ]
    blocks.append(advice(report, page, strict=strict, fail_on=fail_on, quiet=quiet))
    if not quiet:
        blocks += [remarks.checked(report, page), [_summary(report, page, strict, fail_on)]]
    return "".join("\n".join(block) + "\n\n" for block in blocks if block)[:-1]


def _place(findings: Sequence[Shared], page: Page, explained: set[str]) -> Iterator[str]:
    first = findings[0]
    places = first.finding.locations
    yield page.paint("bold", page.plain(first.at(places[0]) if places else "without a line"))
    if first.excerpt and places:
        yield from _excerpt(first.excerpt, places[0].line, page)
    for number, one in enumerate(findings):
        yield from [""] * bool(number)
        yield from _finding(one, page, explain=one.finding.rule.id not in explained)
        explained.add(one.finding.rule.id)


def _excerpt(excerpt: Excerpt, line: int, page: Page) -> Iterator[str]:
    gutter = page.plain(f"{line:>4} │ ")
    text = page.plain(excerpt.text.expandtabs(4))
    before = page.plain(excerpt.text[: (excerpt.column or 1) - 1].expandtabs(4))
    room = max(page.width - len(gutter), 30)
    # A long line begins where its caret can be seen, and ends where the page does.
    shift = max(0, len(before) + excerpt.width + 3 - room)
    end = shift + room
    shown = text[shift:end] if len(text) <= end else text[shift : end - 3] + page.plain("…")
    yield page.paint("dim", gutter) + shown
    if excerpt.column is not None:
        caret = page.paint("caret", "^" * min(excerpt.width, room))
        empty = page.plain("     │ ")
        yield page.paint("dim", empty) + " " * cells(before[shift:]) + caret


def _finding(one: Shared, page: Page, *, explain: bool) -> Iterator[str]:
    finding = one.finding
    severity = str(finding.severity)
    title = f"{finding.rule.title} [{finding.rule.id}]"
    yield from page.wrap(title, 0, f"{severity:>8}  ", severity)
    yield from page.wrap(f"{finding.message}: {one.what}", INDENT)
    for location in finding.locations[1:]:
        yield from page.wrap(f"called from there: {one.at(location)}", INDENT)
    for location, message in finding.related:
        yield from page.wrap(f"{message}: {one.at(location)}", INDENT)
    if explain:
        yield from page.wrap(finding.rule.page.why.split("\n\n")[0], INDENT, "why: ")
    yield from page.wrap(finding.fix, INDENT, "fix: ")
    yield from page.wrap(finding.fingerprint[:SHORT], INDENT, "id: ")
    if explain:
        yield from page.wrap(f"hubwarden explain {finding.rule.id}", INDENT, "more: ")


def _summary(report: Report, page: Page, strict: bool, fail_on: Severity | None) -> str:
    findings = shared(report.having("open"))
    counts = Counter(one.finding.severity for one in findings)
    noun = "finding"
    if any(one.by_checkov for one in report.stacks):
        failed = [one for one in report.advice if one.verdict == "failed"]
        noun, counts = "failed check", Counter(one.severity for one in failed)
    by_severity = ", ".join(f"{n} {s}" for s, n in sorted(counts.items(), reverse=True))
    said = f"{remarks.count(counts.total(), noun)} ({by_severity})" if counts else f"no {noun}"
    said += f" in {_judged(report)}"
    if not report.stacks:
        said = "nothing was judged"
    said += _passed(report)
    if gaps := len(shared(report.having("undecided"))):
        said += f", {gaps} not decided"
    if report.inexpressible:
        said += f", {len(report.inexpressible)} not expressible here"
    if report.errors:
        said += f", {remarks.count(len(report.errors), 'error')}"
    failing = len(shared(report.failing(strict=strict, fail_on=fail_on)))
    advised = len(report.failing_advice(strict=strict, fail_on=fail_on))
    numbers = [f"{failing}"] * bool(failing) + [f"{advised} of Checkov's"] * bool(advised)
    if numbers:
        verb = "fails" if failing + advised == 1 else "fail"
        said += f"; {' and '.join(numbers)} {verb} the check"
    code = report.exit_code(strict=strict, fail_on=fail_on)
    style = "good" if code == 0 and not findings else "error" if code else "bold"
    return page.paint(style, page.plain(said))


def _judged(report: Report) -> str:
    """What was judged, by what it is: a file without a project is no stack."""
    counts = Counter(
        "framework" if one.by_checkov else "stack" if one.project else "file"
        for one in report.stacks
    )
    return " and ".join(remarks.count(n, noun) for noun, n in sorted(counts.items(), reverse=True))


def _passed(report: Report) -> str:
    """How many findings pass because somebody said so, and what counts again first."""
    said = ""
    if waived := len(report.having("waived")):
        said += f", {waived} waived"
        if report.next_expiry:
            said += f" ({report.next_expiry.rule} until {report.next_expiry.expires})"
    if old := len(report.having("baseline")):
        said += f", {old} in the baseline"
    return said
