"""What the engine prints of a finding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from hubwarden_policies.catalogue import find
from hubwarden_policies.rule import CRITICAL
from hubwarden_policies.shapes import hide

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hubwarden_policies.evaluate import Crash, Finding
    from hubwarden_policies.gates.pack.deployment import Said
    from hubwarden_policies.rule import Severity
    from hubwarden_policies.team import Level


@dataclass(frozen=True)
class Line:
    """One diagnostic. `urn` is '' where it is about the whole stack.

    `told` makes its text when somebody asks for it: of what is not shown nothing is searched for
    credentials, which takes a third of the guard's time.
    """

    rule: str
    title: str
    told: Callable[[], str]
    urn: str
    level: Level
    severity: Severity

    @cached_property
    def text(self) -> str:
        """What is to be printed below the title, without credentials."""
        return self.told()


def lines(said: Said, hidden: Callable[[str], str]) -> Iterator[Line]:
    """What is to be printed; `hidden` takes credentials out of a text."""
    for crash in said.crashes:
        yield _raised(crash, hidden)
    for finding in said.findings:
        yield _line(finding, hidden)


def _line(finding: Finding, hidden: Callable[[str], str]) -> Line:
    return Line(
        rule=finding.rule.id,
        title=finding.rule.title,
        told=lambda: _text(finding, hidden),
        urn=_urn(finding.subject.address),
        level=finding.level,
        severity=finding.severity,
    )


def _text(finding: Finding, hidden: Callable[[str], str]) -> str:
    place = finding.locations[0] if finding.locations else None
    where = f" ({place.file}:{place.line})" if place else ""
    property_ = f"{finding.path}: " if finding.path else ""
    text = hidden(f"{property_}{finding.message}{where}")
    # A fix is our own text, in which a secret of the stack (the rights of a policy) is a word.
    return f"{text}\nfix: {hide(finding.fix)}" if finding.status == "open" else text


def _raised(crash: Crash, hidden: Callable[[str], str]) -> Line:
    rule = find(crash.rule)
    return Line(
        rule=crash.rule,
        title=crash.rule if rule is None else rule.title,
        told=lambda: hidden(
            f"The rule {crash.rule} raised {crash.error}, so nobody knows whether it holds; please "
            "report it, or switch the rule off until it is mended."
        ),
        urn=_urn(crash.address),
        level="mandatory",
        severity=CRITICAL,
    )


def _urn(address: str) -> str:
    return address if address.startswith("urn:") else ""
