"""The report as one JSON object: every key is always there, null where nothing is known."""

from __future__ import annotations

import json
from typing import Any, Final

from hubwarden_policies.advice import Advice
from hubwarden_policies.model import Location
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import Expiry, Report, Reported, StackReport
from hubwarden_policies.rule import Subject

VERSION: Final = 1


def render(report: Report) -> str:
    """The object as text in ASCII, so that no terminal and no pipe can spoil it.

    Every finding has a line of its own: a person can read it, and a large report is written fast.
    """
    entries = (f"  {json.dumps(key)}: {_lines(value)}" for key, value in document(report).items())
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _lines(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n    " + ",\n    ".join(map(json.dumps, value)) + "\n  ]"


def document(report: Report) -> dict[str, Any]:
    """The object; `location` and `related` are relative to the root of the finding's project."""
    summary = report.summary
    return {
        "version": VERSION,
        "stacks": [_stack(stack) for stack in report.stacks],
        "findings": [_finding(entry) for entry in report.findings],
        "errors": [_error(problem) for problem in report.errors],
        "skipped": [{"input": one.input, "reason": one.reason} for one in report.skipped],
        "inexpressible": [
            {"rule": one.rule, "resource": one.resource, "path": one.path}
            for one in report.inexpressible
        ],
        "advice": [_advice(one) for one in report.advice],
        "summary": {
            "open": summary.open,
            "waived": summary.waived,
            "baseline": summary.baseline,
            "undecided": summary.undecided,
            "errors": summary.errors,
            "next_expiry": _expiry(report.next_expiry),
            "by_severity": {str(severity): n for severity, n in summary.by_severity.items()},
        },
    }


def _expiry(expiry: Expiry | None) -> dict[str, Any] | None:
    if expiry is None:
        return None
    return {"rule": expiry.rule, "expires": expiry.expires.isoformat()}


def _stack(stack: StackReport) -> dict[str, Any]:
    return {
        "project": stack.project,
        "stack": stack.stack,
        "resources": stack.resources,
        "rules": stack.rules,
        "undecided": stack.undecided,
        "seconds": round(stack.seconds, 3),
        "isolation": stack.isolation,
    }


def _finding(entry: Reported) -> dict[str, Any]:
    finding = entry.finding
    place, *inner = finding.locations or (None,)
    return {
        "rule": finding.rule.id,
        "severity": str(finding.severity),
        "level": finding.level,
        "status": finding.status,
        "stack": finding.stack,
        "resource": _resource(finding.subject),
        "path": finding.path,
        "message": finding.message,
        "fix": finding.fix,
        "fingerprint": finding.fingerprint,
        "justification": finding.justification or None,
        "location": _location(place),
        "related": [
            {"file": location.file, "line": location.line, "message": message}
            for location, message in (
                *((location, "called from there") for location in inner if location),
                *finding.related,
            )
        ],
    }


def _advice(one: Advice) -> dict[str, Any]:
    first = one.subject.locations[0] if one.subject.locations else None
    return {
        "check": one.check,
        "name": one.name,
        "verdict": one.verdict,
        "error": one.error,
        "severity": str(one.severity),
        "level": one.level,
        "stack": one.stack,
        "resource": _resource(one.subject),
        "guideline": one.guideline,
        "merged": one.merged,
        "location": _location(first),
    }


def _resource(subject: Subject) -> dict[str, Any]:
    return {"type": subject.type, "name": subject.name, "address": subject.address}


def _error(problem: Problem) -> dict[str, Any]:
    return {
        "input": problem.input,
        "stack": problem.stack,
        "kind": problem.kind,
        "message": problem.message,
        "location": _location(problem.location),
    }


def _location(location: Location | None) -> dict[str, Any] | None:
    if location is None:
        return None
    return {"file": location.file, "line": location.line or None, "column": location.column}
