"""The report as SARIF 2.1.0, the format that code hosts and editors read findings in.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import quote

from hubwarden_policies.model import Location
from hubwarden_policies.reports import shared
from hubwarden_policies.reports.report import Problem, Report, Reported, Skipped
from hubwarden_policies.reports.rule_page import markdown
from hubwarden_policies.rule import Rule, Severity

SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
# Not `primaryLocationLineHash`: that one is GitHub's own, made of the line's text when it is
# uploaded, and GitHub warns about every other value.
FINGERPRINT: Final = "hubwarden/v1"
_ROOT: Final = "%SRCROOT%"
_LEVELS: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub's scale: above 9 is critical, from 7 high, from 4 medium, above 0 low.
_SCORES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
    Severity.INFO: "0.0",
}
_LINK: Final = re.compile(r"\[(?=[^\]]*\]\()")


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
        "tool": {"driver": driver},
        "automationDetails": {"id": "hubwarden/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "where the check was started"}}},
        "invocations": [
            {
                "executionSuccessful": not report.errors,
                "toolExecutionNotifications": [
                    *(_error(problem) for problem in report.errors),
                    *(_unseen(one) for one in report.skipped),
                ],
            }
        ],
        "results": [_result(entry, index[entry.finding.rule.id]) for entry in report.findings],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    descriptor = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": _plain(rule.why.split("\n\n")[0])},
        "help": {"text": _plain(f"{rule.why}\n\nFix: {rule.fix}"), "markdown": markdown(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["security", *(f"practice/{code}" for code in rule.practices)],
            "security-severity": _SCORES[rule.severity],
        },
    }
    return descriptor | ({"deprecatedIds": list(rule.aliases)} if rule.aliases else {})


def _result(entry: Reported, rule_index: int) -> dict[str, Any]:
    finding, subject = entry.finding, entry.finding.subject
    undecided = finding.status == "undecided"
    what = shared.Shared(finding, (finding.stack,), entry.folder, None).what
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": rule_index,
        # What is no failure has no level: the standard asks for it (3.27.10).
        "kind": "open" if undecided else "fail",
        "level": "none" if undecided else _LEVELS[finding.severity],
        "message": {"text": _plain(f"{finding.message}: {what}. {finding.fix}")},
        "locations": [_place(entry)],
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
        {"id": number, "message": {"text": _plain(message)}} | _location(location, entry.folder)
        for number, (location, message) in enumerate(_related(entry), 1)
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
    yield from ((location, "called from there") for location in entry.finding.locations[1:])
    yield from entry.finding.related


def _place(entry: Reported) -> dict[str, Any]:
    finding, subject = entry.finding, entry.finding.subject
    # GitHub refuses a whole log for one result without a place.
    first = finding.locations[0] if finding.locations else Location("Pulumi.yaml", 1)
    logical = {"fullyQualifiedName": subject.address, "name": subject.name, "kind": "resource"}
    return _location(first, entry.folder) | {"logicalLocations": [logical]}


def _location(location: Location, folder: str) -> dict[str, Any]:
    region = {"startLine": max(location.line, 1)}
    if location.column:
        region["startColumn"] = location.column
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(shared.file(location, folder)),
            "region": region,
        }
    }


def _artifact(file: str) -> dict[str, str]:
    path = PurePosixPath(file)
    return (
        {"uri": path.as_uri()} if path.is_absolute() else {"uri": quote(file), "uriBaseId": _ROOT}
    )


def _error(problem: Problem) -> dict[str, Any]:
    who = f"{problem.input} ({problem.stack})" if problem.stack else problem.input
    said = {
        "level": "error",
        "descriptor": {"id": problem.kind},
        "message": {"text": _plain(f"{who}: {problem.message}")},
    }
    return said | _places(problem.location, problem.folder)


def _unseen(one: Skipped) -> dict[str, Any]:
    text = _plain(f"not seen inside: {one.input} ({one.stack}): {one.reason}")
    said = {"level": "note", "descriptor": {"id": "not-seen-inside"}, "message": {"text": text}}
    return said | _places(one.location, one.folder)


def _places(location: Location | None, folder: str) -> dict[str, Any]:
    return {"locations": [_location(location, folder)]} if location else {}


def _plain(text: str) -> str:
    """A message's text, in which a bracket would otherwise begin a link (3.11.6)."""
    return _LINK.sub(r"\\[", text)
