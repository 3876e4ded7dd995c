"""Apply rules to a stack. Data in, data out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from hubwarden_policies.model import Location, Resource, Stack
from hubwarden_policies.record import record
from hubwarden_policies.rule import (
    Inexpressible,
    Misread,
    Rule,
    Severity,
    Subject,
    Undecided,
    Violation,
)
from hubwarden_policies.team import Level, Team
from hubwarden_policies.views.subjects import stack_subject, subject
from hubwarden_policies.words import in_words_of

Status = Literal["open", "waived", "baseline", "undecided"]
# From a resource's address and a path of its body to where that stands, None where nobody knows.
Locate = Callable[[str, str], Location | None]


@record
class Finding:
    """One verdict of one rule on one subject. `locations` has the place to point at first.

    `justification` says why one that is waived or in the baseline passes.
    """

    rule: Rule
    status: Status
    severity: Severity
    level: Level
    stack: str
    subject: Subject
    path: str
    message: str
    fix: str
    fingerprint: str
    locations: tuple[Location, ...]
    related: tuple[tuple[Location, str], ...]
    justification: str = ""


@record
class Crash:
    """A rule that raised: the input could not be judged, which is never a pass."""

    rule: str
    address: str
    error: str


@record
class NotExpressible:
    """A rule that the input's format has no words for, at one resource (its address)."""

    rule: str
    resource: str
    path: str


@record
class Judgement:
    """What the rules said about one stack. `rules` counts the rules that were applied.

    `misread` are those of the undecided findings that stand for a value of a wrong kind.
    """

    findings: tuple[Finding, ...]
    crashes: tuple[Crash, ...]
    rules: int
    inexpressible: tuple[NotExpressible, ...] = ()
    misread: tuple[Finding, ...] = ()


def evaluate(
    rules: Sequence[Rule],
    stack: Stack,
    team: Team,
    only: Resource | None = None,
    locate: Locate | None = None,
) -> Judgement:
    """Judge a stack by every rule whose level is not `disabled`. Pure: no clock, no files.

    With `only`, rules on one resource judge that one, and the others are what is around it. With
    `locate` a finding is at its property's own place, where that is known.
    """
    found = _Found(stack, team, locate)
    crashes: list[Crash] = []
    enabled = [rule for rule in rules if team.level(rule) != "disabled"]
    views: dict[Any, list[tuple[object, Resource | Stack]]] = {}
    for rule in enabled:
        further = rule.further(stack, team)
        for target, of in _targets(rule, stack, views, only):
            try:
                try:
                    for verdict in rule.check(target, *further):
                        found.take(rule, verdict, of)
                except Undecided as gap:
                    found.take(rule, gap, of)
            except Exception as error:  # noqa: BLE001 (a broken rule must not pass, whatever it raised)
                crashes.append(Crash(rule.id, _subject(of).address, type(error).__name__))
    return Judgement(
        tuple(found.findings),
        tuple(crashes),
        len(enabled),
        tuple(found.inexpressible),
        tuple(found.misread),
    )


class _Found:
    """Sorts what the rules say."""

    def __init__(self, stack: Stack, team: Team, locate: Locate | None) -> None:
        self._stack, self._team, self._locate = stack, team, locate
        self.findings: list[Finding] = []
        self.inexpressible: list[NotExpressible] = []
        self.misread: list[Finding] = []

    def take(self, rule: Rule, verdict: Violation | Undecided, of: Resource | Stack) -> None:
        """Take in what a rule says of this, or of another subject that the verdict names."""
        about = verdict.subject or _subject(of)
        if about.address in self._stack.unchanged:
            return
        said = _of_unread(verdict, about, self._stack)
        if isinstance(said, Inexpressible):
            self.inexpressible.append(NotExpressible(rule.id, about.address, said.path))
            return
        finding = self._finding(rule, said, about)
        self.findings.append(finding)
        if isinstance(said, Misread):
            self.misread.append(finding)

    def _finding(self, rule: Rule, said: Violation | Undecided, about: Subject) -> Finding:
        stack, team = self._stack, self._team
        place = self._locate(about.address, said.path) if self._locate else None
        if isinstance(said, Violation):
            return _open(rule, in_words_of(stack.kind, rule, said), stack.name, team, place)
        when = "" if stack.live else " before deployment"
        gap = Violation(about, said.path, f"not known{when}: {said.needs}")
        found = _open(rule, in_words_of(stack.kind, rule, gap), stack.name, team, place)
        return replace(found, status="undecided", level=team.undecided())


def _subject(of: Resource | Stack) -> Subject:
    return stack_subject(of) if isinstance(of, Stack) else subject(of)


def _of_unread(
    verdict: Violation | Undecided, about: Subject, stack: Stack
) -> Violation | Undecided:
    """What stands for a list that could not be read may be no resource at all: nothing is wrong."""
    if about.address in stack.unread and isinstance(verdict, Violation | Inexpressible):
        return Undecided(verdict.path, f"whether there is one {about.name}", about)
    return verdict


def _targets(
    rule: Rule,
    stack: Stack,
    views: dict[Any, list[tuple[object, Resource | Stack]]],
    only: Resource | None,
) -> list[tuple[object, Resource | Stack]]:
    """What the rule is asked about, each with the resource, or the stack, that it is."""
    if rule.whole_stack:
        return [(stack, stack)]
    # What one rule has read of a resource, the next one need not read again.
    if rule.view not in views:
        one = () if only is None or only.type not in rule.arm_types else (only,)
        views[rule.view] = [
            (rule.view.of(resource), resource)
            for resource in (stack.of_type(*rule.arm_types) if only is None else one)
            if resource.address not in stack.unchanged
        ]
    return views[rule.view]


def _open(
    rule: Rule, verdict: Violation, stack: str, team: Team, place: Location | None = None
) -> Finding:
    about = verdict.subject
    severity = rule.severity if verdict.severity is None else verdict.severity
    return Finding(
        rule=rule,
        status="open",
        severity=severity,
        level=team.level(rule, severity),
        stack=stack,
        subject=about,
        path=verdict.path,
        message=verdict.message,
        fix=rule.fix if verdict.fix is None else verdict.fix,
        fingerprint=fingerprint(rule.id, about.address, verdict.path, verdict.key),
        locations=(verdict.locations or about.locations) if place is None else (place,),
        related=verdict.related,
    )


def about(target: Any, rules: Sequence[Rule], team: Team) -> Iterator[Finding]:
    """What rules say of something that is no part of a stack, but has the name of one: a waiver."""
    for rule in rules:
        for said in rule.check(target):
            if isinstance(said, Violation):
                yield _open(rule, said, target.stack, team)


def fingerprint(rule: str, address: str, path: str, key: str = "") -> str:
    """The identity of a finding across commits: never a line number (sha256, hexadecimal)."""
    parts = (rule, address, path, key) if key else (rule, address, path)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
