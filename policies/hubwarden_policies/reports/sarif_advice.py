"""Checkov's advice in a SARIF log: a tool beside ours, with rules of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from hubwarden_policies.advice import Advice
from hubwarden_policies.evaluate import fingerprint
from hubwarden_policies.reports.sarif_parts import FINGERPRINT, LEVELS, about, plain, weight

_TOOL = "Checkov"


def extensions(advice: Iterable[Advice]) -> list[dict[str, Any]]:
    """Checkov with the checks that failed; nothing where it has nothing to say."""
    rules = [_rule(one) for one in _checks(advice).values()]
    return [{"name": _TOOL, "rules": rules}] if rules else []


def results(advice: Sequence[Advice]) -> list[dict[str, Any]]:
    """A result for each check that failed on a resource; what was not decided is no result."""
    index = {check: number for number, check in enumerate(_checks(advice))}
    return [_result(one, index[one.check]) for one in advice if one.verdict == "failed"]


def _checks(advice: Iterable[Advice]) -> dict[str, Advice]:
    return {one.check: one for one in advice if one.verdict == "failed"}


def _rule(one: Advice) -> dict[str, Any]:
    return {
        "id": one.check,
        "shortDescription": {"text": plain(one.name)},
        "helpUri": one.guideline,
    } | weight(one.severity)


def _result(one: Advice, rule_index: int) -> dict[str, Any]:
    print_ = fingerprint(one.check, one.subject.address, "")
    return {
        "ruleId": one.check,
        "rule": {
            "id": one.check,
            "index": rule_index,
            "toolComponent": {"name": _TOOL, "index": 0},
        },
        "kind": "fail",
        "level": LEVELS[one.severity],
        "message": {"text": plain(f"{one.name}: {one.subject.name} ({one.stack})")},
        "locations": [about(one.subject, one.subject.locations, one.folder)],
        "partialFingerprints": {FINGERPRINT: print_},
        "properties": {
            "stack": one.stack,
            "severity": str(one.severity),
            "enforcement": one.level,
            "resourceType": one.subject.type,
        },
    }
