"""Checkov's opinion as advice: without what is ours to say, and as loud as the team wants it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal

from hubwarden_policies.advice_table import TABLE, source
from hubwarden_policies.catalogue import RULES, peers
from hubwarden_policies.record import record
from hubwarden_policies.views.subjects import subject

if TYPE_CHECKING:
    from hubwarden_policies.evaluate import Finding
    from hubwarden_policies.model import Stack
    from hubwarden_policies.rule import Rule, Severity, Subject
    from hubwarden_policies.team import Level, Team

Verdict = Literal["passed", "failed", "undecided", "error"]


@record
class Opinion:
    """What one of Checkov's checks says of one resource. `error` is the type of what it raised."""

    check: str
    name: str
    verdict: Verdict
    error: str | None = None


@record
class Advice:
    """An opinion that a person should see.

    `name` is what Checkov asks for, `guideline` the address where its check can be read, `merged`
    the id of the rule that asks for the same and did not speak. `folder` is the project's as the
    user named it.
    """

    check: str
    name: str
    verdict: Verdict
    severity: Severity
    level: Level
    stack: str
    subject: Subject
    guideline: str
    merged: str | None = None
    error: str | None = None
    folder: str = ""


def advise(
    stack: Stack,
    opinions: Sequence[Sequence[Opinion]],
    findings: Iterable[Finding],
    team: Team,
    folder: str = "",
) -> Iterator[Advice]:
    """What is left of the opinions on each resource of a stack, in the order of the program.

    Where an equal rule of ours has a finding on the resource, open or waived, ours is enough; what
    the team switched off in our words it does not want to hear in other ones.
    """
    spoken = {(finding.rule.id, finding.subject.address) for finding in findings}
    for resource, said in zip(stack.resources, opinions, strict=True):
        if resource.address in stack.unread:
            continue
        about = subject(resource)
        for opinion in said:
            level, equal = team.advice(opinion.check), _equal_rules().get(opinion.check, [])
            ours = any((rule.id, resource.address) in spoken for rule in equal)
            off = any(team.level(rule) == "disabled" for rule in equal)
            if level == "disabled" or opinion.verdict == "passed" or ours or off:
                continue
            yield Advice(
                check=opinion.check,
                name=opinion.name,
                verdict=opinion.verdict,
                severity=TABLE[opinion.check].severity,
                level=level,
                stack=stack.name,
                subject=about,
                guideline=source(opinion.check),
                merged=equal[0].id if equal else None,
                error=opinion.error,
                folder=folder,
            )


@cache
def _equal_rules() -> Mapping[str, list[Rule]]:
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in RULES:
        for check in peers(rule).get("checkov", ()):
            found[check].append(rule)
    return dict(found)
