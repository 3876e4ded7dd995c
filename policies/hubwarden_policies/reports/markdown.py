"""The report as Markdown: what a CI shows of a run, beside the log that nobody opens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from hubwarden_policies.advice import Advice
from hubwarden_policies.evaluate import NotExpressible
from hubwarden_policies.reports.page import Page
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.remarks import count
from hubwarden_policies.reports.report import Report, Reported
from hubwarden_policies.reports.shared import Shared, at, called, shared, worst_first
from hubwarden_policies.rule import Severity

# GitHub refuses a summary above a mebibyte, and nobody reads the thousandth row.
LISTED: Final = 200
_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;"}
_MARKS: Final = {mark: f"\\{mark}" for mark in "\\`*_[]|~$"}
_ESCAPES: Final = str.maketrans(_HTML | _MARKS)


def render(report: Report, *, strict: bool = False, fail_on: Severity | None = None) -> str:
    """Verdict, a row a stack, a row a finding; what passes stands folded below."""
    failing = report.failing(strict=strict, fail_on=fail_on)
    advised = report.failing_advice(strict=strict, fail_on=fail_on)
    fails = {id(one) for one in (*failing, *advised)}
    advice = [one for one in report.advice if one.verdict == "failed" and id(one) not in fails]
    rest = [entry for entry in report.having("open") if id(entry) not in fails]
    gaps = [entry for entry in report.having("undecided") if id(entry) not in fails]
    blocks = [
        [f"## hubwarden: {_verdict(report, len(worst_first(failing)), len(advised))}"],
        list(_stacks(report)),
        [f"- **error** {_error(problem)}" for problem in report.errors],
        list(_findings("Fails the check", worst_first(failing))),
        list(_listed("Checkov's advice that must pass", [_advice(one) for one in advised])),
        list(_findings("Does not fail the check", worst_first(rest))),
        list(_folded("more of Checkov's advice", [_advice(one) for one in advice])),
        list(_folded("not decided", [_gap(one) for one in shared(gaps)])),
        list(_folded("not expressible here", [_no_words(one) for one in report.inexpressible])),
        list(_folded(_waived(report), [_passed(entry) for entry in report.having("waived")])),
        list(_folded("in the baseline", [_passed(entry) for entry in report.having("baseline")])),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _verdict(report: Report, findings: int, advised: int) -> str:
    said = []
    if findings:
        said.append(
            f"{count(findings, 'finding')} {'fails' if findings == 1 else 'fail'} the check"
        )
    if advised:
        said.append(f"{count(advised, 'check')} of Checkov that must pass")
    if report.errors:
        said.append(count(len(report.errors), "error"))
    return ", ".join(said) or ("the check passes" if report.stacks else "nothing was judged")


def _stacks(report: Report) -> Iterator[str]:
    if not report.stacks:
        return
    severities = sorted(Severity, reverse=True)
    names = ["stack", "resources", "rules", *map(str, severities), "not decided", "passed on"]
    yield _row(names)
    yield _row(["---", *("---:" for _ in names[1:])])
    counted: Counter[tuple[str, str, object]] = Counter()
    for entry in report.findings:
        finding = entry.finding
        kind = finding.severity if finding.status == "open" else finding.status
        counted[entry.folder, finding.stack, kind] += 1
    for stack in report.stacks:
        where = stack.folder, stack.stack
        counts = [counted[*where, severity] for severity in severities]
        passed = counted[*where, "waived"] + counted[*where, "baseline"]
        numbers = [stack.resources, stack.rules, *counts, counted[*where, "undecided"], passed]
        yield _row([_text(stack.title), *map(str, numbers)])


def _findings(title: str, findings: Sequence[Shared]) -> Iterator[str]:
    if not findings:
        return
    yield f"### {title}"
    yield ""
    yield _row(["severity", "finding", "place", "fix"])
    yield _row(["---"] * 4)
    for one in findings[:LISTED]:
        finding = one.finding
        what = f"**{_text(finding.rule.title)}** {_code(finding.rule.id)}"
        said = f"{what}<br>{_text(f'{finding.message}: {one.what}')}"
        places = "<br>".join(_code(one.at(place)) for place in finding.locations)
        yield _row([str(finding.severity), said, places, _text(finding.fix)])
    if len(findings) > LISTED:
        yield ""
        yield f"{len(findings) - LISTED:,} more, which every other format lists."


def _folded(title: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"<details><summary>{len(lines):,} {title}</summary>"
    yield ""
    yield from _items(lines)
    yield ""
    yield "</details>"


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if not lines:
        return
    yield f"### {title}"
    yield ""
    yield from _items(lines)


def _items(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"- {line}" for line in lines[:LISTED])
    if len(lines) > LISTED:
        yield f"- {len(lines) - LISTED:,} more, which every other format lists"


def _advice(one: Advice) -> str:
    first = one.subject.locations[:1]
    place = f" {_code(at(first[0], one.folder))}" if first else ""
    return f"{_code(one.check)} {_text(f'{one.name}: {called(one.subject)} ({one.stack})')}{place}"


def _waived(report: Report) -> str:
    expiry = report.next_expiry
    return f"waived ({_text(expiry.rule)} until {expiry.expires})" if expiry else "waived"


def _gap(one: Shared) -> str:
    return f"{_code(one.finding.rule.id)} {_text(f'{one.what}: {one.finding.message}')}"


def _no_words(one: NotExpressible) -> str:
    return f"{_code(one.rule)} {_text(f'{one.resource}: no word for {one.path}')}"


def _passed(entry: Reported) -> str:
    finding = entry.finding
    one = Shared(finding, (finding.stack,), entry.folder, entry.excerpt)
    why = f": {finding.justification}" if finding.justification else ""
    return f"{_code(finding.rule.id)} {_text(f'{one.what}{why}')}"


def _error(problem: Problem) -> str:
    who = f"{problem.input} ({problem.stack})" if problem.stack else problem.input
    where = f" {_code(at(problem.location, problem.folder))}" if problem.location else ""
    return f"{_text(f'{who}: {problem.message}')}{where}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _code(text: str) -> str:
    return f"<code>{_text(text)}</code>"


def _text(text: str) -> str:
    """Words of others as words: no markup, no HTML, no new line, no name that calls somebody."""
    return re.sub(r"\s+", " ", Page().plain(text)).translate(_ESCAPES)
