"""Waivers: findings that a person answers for, until a day.

[[waiver]]
rule = "hub-without-logs"
stack = "prod"                 # or "*"
address = "urn:pulumi:…"       # or "*"
reason = "Azure Policy adds the diagnostic setting."
owner = "platform@contoso.example"
expires = 2027-01-31           # the last day on which it holds
ticket = "IOT-123"
provided_by = "Azure Policy 614d9fbd"
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, StringConstraints

from hubwarden_policies.catalogue import RULES, UPKEEP, find
from hubwarden_policies.model import Location
from hubwarden_policies.policy_file import (
    SettingsError,
    Table,
    line_of,
    nearest,
    parse_toml,
    read_text,
    validated,
)
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from pathlib import Path

    from hubwarden_policies.evaluate import Finding
    from hubwarden_policies.rule import Severity
    from hubwarden_policies.settings import Lives

FILE: Final = "waivers.toml"
EVERY: Final = "*"
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Entry(Table):
    """One `[[waiver]]` as it is written."""

    rule: Text
    stack: Text
    address: Text
    reason: Text
    owner: Text
    expires: date
    ticket: Text | None = None
    provided_by: Text | None = None


class _File(Table):
    waivers: list[Entry] = Field(default=[], alias="waiver")


@record
class Waiver:
    """A waiver and where it stands; `rule` is today's id."""

    rule: str
    entry: Entry
    location: Location

    @property
    def justification(self) -> str:
        """Why the finding is waived, as reports say it."""
        entry = self.entry
        said = f"{entry.reason} ({', '.join(filter(None, [entry.owner, entry.ticket]))})"
        return f"attested: provided by {entry.provided_by}; {said}" if entry.provided_by else said

    def is_for(self, stack: str) -> bool:
        """Whether it speaks of this stack."""
        return self.entry.stack in (stack, EVERY)

    def matches(self, finding: Finding) -> bool:
        """Whether it speaks of this finding, on whatever day."""
        return (
            self.rule == finding.rule.id
            and self.is_for(finding.stack)
            and self.entry.address in (finding.subject.address, EVERY)
        )

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.entry.expires < today

    def is_too_long(self, severity: Severity, today: date, lives: Lives) -> bool:
        """Whether it would hold longer than the team lets a finding of this severity wait."""
        return self.entry.expires > last_day(severity, today, lives)


def last_day(severity: Severity, today: date, lives: Lives) -> date:
    """The latest `expires` that a waiver of such a finding may have today."""
    return today + timedelta(days=getattr(lives, str(severity)))


def read_waivers(path: Path, shown: str) -> list[Waiver]:
    """The waivers in this file, none where there is no file; raises `SettingsError`."""
    text = read_text(path, shown)
    return [] if text is None else parse_waivers(text, shown)


def parse_waivers(text: str, shown: str) -> list[Waiver]:
    """The waivers in a text; raises `SettingsError`."""
    file = validated(_File, parse_toml(text, shown), text, shown)
    found = []
    for number, entry in enumerate(file.waivers):
        location = Location(shown, line_of(text, ("waiver", number)))
        rule = find(entry.rule)
        if rule is None or rule in UPKEEP:
            line = line_of(text, ("waiver", number, "rule"))
            way_out = nearest(entry.rule, [known.id for known in RULES])
            reason = "there is no rule" if rule is None else "nobody can waive"
            sentence = f"{shown}:{line}: {reason} {entry.rule}; {way_out}"
            raise SettingsError(sentence, Location(shown, line))
        found.append(Waiver(rule.id, entry, location))
    return found


def written(entry: Entry) -> str:
    """One `[[waiver]]` as a person would write it."""
    lines = ["[[waiver]]"]
    for name, value in entry.model_dump(exclude_none=True).items():
        # A JSON string is a string of TOML too, as long as nothing is written as surrogates.
        said = (
            value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
        )
        lines.append(f"{name} = {said}")
    return "\n".join(lines) + "\n"
