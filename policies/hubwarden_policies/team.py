"""What a team decides, as a plain value that is read at the border and handed to the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from hubwarden_policies.rule import Rule, Severity

Level = Literal["mandatory", "advisory", "disabled"]


@dataclass(frozen=True, slots=True)
class Team:
    """Today, allow-lists, thresholds and levels.

    `devices` says how the fleet reaches its hub: None means that nobody said, which is judged as
    private. `levels` maps a rule's id, `all` or `undecided` to a level. The allow-lists hold
    names of shared access policies that a hub or a DPS may have.
    """

    today: date
    devices: Literal["internet", "private"] | None = None
    levels: Mapping[str, Level] = field(default_factory=dict)
    hub_policies: tuple[str, ...] = ()
    dps_policies: tuple[str, ...] = ()

    def level(self, rule: Rule, severity: Severity | None = None) -> Level:
        """How a finding of this rule and severity (default: the rule's) is enforced.

        The team's word for the rule wins, then its word for `all`; without either a critical or
        high finding is mandatory and any other advisory.
        """
        said = self.levels.get(rule.id) or self.levels.get("all")
        if said is not None:
            return said
        severe = rule.severity if severity is None else severity
        return "mandatory" if severe.name in ("CRITICAL", "HIGH") else "advisory"

    def undecided(self) -> Level:
        """How an undecided finding is enforced: as the team's word for `undecided`, or advisory."""
        return self.levels.get("undecided", "advisory")
