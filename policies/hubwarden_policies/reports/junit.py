"""The report as JUnit's XML, which every CI shows as tests: a suite a stack, a case a finding."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from hubwarden_policies.advice import Advice
from hubwarden_policies.record import record
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import Report, Reported, StackReport
from hubwarden_policies.reports.shared import Shared, at, called, file
from hubwarden_policies.rule import Severity

# The folder of a project, and the name of a stack.
_Where = tuple[str, str]

# What XML 1.0 has no way to say, not even escaped.
_UNSAYABLE: Final = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@record
class _Case:
    """One test case: `outcome` is the element that says why it did not pass, None where it did."""

    name: str
    outcome: str | None = None
    kind: str = ""
    message: str = ""
    details: str = ""
    file: str = ""
    line: int = 0


def render(report: Report, *, strict: bool = False, fail_on: Severity | None = None) -> str:
    """The document as text.

    A failure is what fails the check, an error is what could not be judged; every other finding
    is a skipped case that says why it passes.
    """
    failing = {id(entry) for entry in report.failing(strict=strict, fail_on=fail_on)}
    cases: dict[_Where, list[_Case]] = defaultdict(list)
    names: dict[_Where, str] = {}
    seconds: dict[_Where, float] = {}
    for stack in report.stacks:
        where = stack.folder, stack.stack
        names[where] = stack.title
        seconds[where] = stack.seconds
        cases[where].append(_judged(stack))
    for problem in report.errors:
        where = problem.folder, problem.stack or ""
        names.setdefault(where, "/".join(filter(None, (problem.input, problem.stack))))
        cases[where].append(_problem(problem))
    for entry in report.findings:
        # A waiver, or a changed file, may speak of all stacks.
        where = entry.folder, entry.finding.stack
        names.setdefault(where, "/".join(filter(None, where)))
        cases[where].append(_finding(entry, fails=id(entry) in failing))
    advised = {id(one) for one in report.failing_advice(strict=strict, fail_on=fail_on)}
    for advice in report.advice:
        if id(advice) in advised or advice.verdict == "failed":
            where = advice.folder, advice.stack
            names.setdefault(where, "/".join(filter(None, where)))
            cases[where].append(_advice(advice, fails=id(advice) in advised))
    root = ET.Element("testsuites", name="hubwarden")
    for where, own in cases.items():
        _suite(root, names[where], own, seconds.get(where, 0.0))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _judged(stack: StackReport) -> _Case:
    # A suite without a case is an error to some readers, and this much did pass.
    return _Case(f"judged: {stack.resources} resources by {stack.rules} rules")


def _finding(entry: Reported, *, fails: bool) -> _Case:
    finding = entry.finding
    one = Shared(finding, (finding.stack,), entry.folder, entry.excerpt)
    place = finding.locations[0] if finding.locations else None
    said = f"{finding.message}: {one.what}"
    return _Case(
        name=" ".join(filter(None, (finding.rule.id, called(finding.subject), finding.path))),
        outcome="failure" if fails else "skipped",
        kind=str(finding.severity),
        message=said if fails else f"{_passes(entry)}: {said}",
        details="\n".join(_details(one)),
        file=file(place, entry.folder) if place else "",
        line=place.line if place else 0,
    )


def _passes(entry: Reported) -> str:
    finding = entry.finding
    if finding.status == "open":
        return finding.level
    return ", ".join(filter(None, (finding.status, finding.justification)))


def _details(one: Shared) -> Iterator[str]:
    finding = one.finding
    yield f"{finding.rule.title} [{finding.rule.id}], {finding.severity}"
    yield from (f"at {one.at(location)}" for location in finding.locations)
    yield from (f"{message}: {one.at(location)}" for location, message in finding.related)
    yield f"fix: {finding.fix}"


def _advice(one: Advice, *, fails: bool) -> _Case:
    place = one.subject.locations[0] if one.subject.locations else None
    return _Case(
        name=f"{one.check} {called(one.subject)}",
        outcome="failure" if fails else "skipped",
        kind=str(one.severity),
        message=f"Checkov's advice, {one.verdict}: {one.name}",
        details=one.guideline,
        file=file(place, one.folder) if place else "",
        line=place.line if place else 0,
    )


def _problem(problem: Problem) -> _Case:
    place = problem.location
    return _Case(
        name=problem.kind,
        outcome="error",
        kind=problem.kind,
        message=problem.message,
        details="\n".join(
            [*([f"at {at(place, problem.folder)}"] if place else []), *problem.traceback]
        ),
        file=file(place, problem.folder) if place else "",
        line=place.line if place else 0,
    )


def _suite(root: ET.Element, name: str, cases: list[_Case], seconds: float) -> None:
    outcomes = Counter(case.outcome for case in cases)
    suite = ET.SubElement(
        root,
        "testsuite",
        name=_sayable(name),
        tests=str(len(cases)),
        failures=str(outcomes["failure"]),
        errors=str(outcomes["error"]),
        skipped=str(outcomes["skipped"]),
        time=f"{seconds:.3f}",
    )
    for case in cases:
        attributes = {"name": case.name, "classname": name, "file": case.file}
        if case.line:
            attributes["line"] = str(case.line)
        said = {key: _sayable(text) for key, text in attributes.items() if text}
        element = ET.SubElement(suite, "testcase", said, time="0")
        if case.outcome:
            outcome = {"message": _sayable(case.message)}
            if case.outcome != "skipped":
                outcome["type"] = case.kind
            ET.SubElement(element, case.outcome, outcome).text = _sayable(case.details)


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub(lambda hit: hit[0].encode("unicode_escape").decode(), text)
