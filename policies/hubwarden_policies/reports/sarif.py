"""The report as SARIF 2.1.0, the format that code hosts and editors read findings in.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from hubwarden_policies.model import Location
from hubwarden_policies.reports import sarif_advice
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import Report, Reported, Skipped
from hubwarden_policies.reports.rule_page import markdown
from hubwarden_policies.reports.sarif_parts import (
    FINGERPRINT,
    LEVELS,
    ROOT,
    about,
    location,
    plain,
    weight,
)
from hubwarden_policies.reports.shared import Shared
from hubwarden_policies.rule import Rule

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)


def render(report: Report, version: str) -> str:
    """The log as text in ASCII; `version` is that of the tool, as in `hubwarden --version`."""
    return json.dumps(document(report, version), indent=2) + "\n"


def document(report: Report, version: str) -> dict[str, Any]:
    """The log with its one run; files are relative to where the command was started."""
    rules = {entry.finding.rule.id: entry.finding.rule for entry in report.findings}
    index = {rule_id: number for number, rule_id in enumerate(rules)}
    driver = {
        "name": "hubwarden",
        "semanticVersion": version,
        "rules": [_rule(rule) for rule in rules.values()],
    }
    run = {
        "tool": {"driver": driver, "extensions": sarif_advice.extensions(report.advice)},
        "automationDetails": {"id": "hubwarden/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "where the check was started"}}},
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": [
                    *(_error(problem) for problem in report.errors),
                    *(_unseen(one) for one in report.skipped),
                ],
            }
        ],
        "results": [
            *(_result(entry, index[entry.finding.rule.id]) for entry in report.findings),
            *sarif_advice.results(report.advice),
        ],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    descriptor = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": plain(rule.page.why.split("\n\n")[0])},
        "help": {"text": plain(f"{rule.page.why}\n\nFix: {rule.fix}"), "markdown": markdown(rule)},
    } | weight(rule.severity, *(f"practice/{code}" for code in rule.practices))
    return descriptor | ({"deprecatedIds": list(rule.aliases)} if rule.aliases else {})


def _result(entry: Reported, rule_index: int) -> dict[str, Any]:
    finding, subject = entry.finding, entry.finding.subject
    undecided = finding.status == "undecided"
    what = Shared(finding, (finding.stack,), entry.folder, None).what
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": rule_index,
        # What is no failure has no level: the standard asks for it (3.27.10).
        "kind": "open" if undecided else "fail",
        "level": "none" if undecided else LEVELS[finding.severity],
        "message": {"text": plain(f"{finding.message}: {what}. {finding.fix}")},
        "locations": [about(subject, finding.locations, entry.folder)],
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "properties": {
            "stack": finding.stack,
            "status": finding.status,
            "severity": str(finding.severity),
            "enforcement": finding.level,
            "resourceType": subject.type,
            "path": finding.path,
        },
    }
    related = [
        {"id": number, "message": {"text": plain(message)}} | location(place, entry.folder)
        for number, (place, message) in enumerate(_related(entry), 1)
    ]
    if related:
        result["relatedLocations"] = related
    if finding.status in ("waived", "baseline"):
        result["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": finding.justification or finding.status,
            }
        ]
    return result


def _related(entry: Reported) -> Iterator[tuple[Location, str]]:
    yield from ((place, "called from there") for place in entry.finding.locations[1:])
    yield from entry.finding.related


def _error(problem: Problem) -> dict[str, Any]:
    who = f"{problem.input} ({problem.stack})" if problem.stack else problem.input
    said = {
        "level": "error",
        "descriptor": {"id": problem.kind},
        "message": {"text": plain(f"{who}: {problem.message}")},
    }
    return said | _places(problem.location, problem.folder)


def _unseen(one: Skipped) -> dict[str, Any]:
    who = f"{one.input} ({one.stack})" if one.stack else one.input
    text = plain(f"not seen inside: {who}: {one.reason}")
    said = {"level": "note", "descriptor": {"id": "not-seen-inside"}, "message": {"text": text}}
    return said | _places(one.location, one.folder)


def _places(place: Location | None, folder: str) -> dict[str, Any]:
    return {"locations": [location(place, folder)]} if place else {}
