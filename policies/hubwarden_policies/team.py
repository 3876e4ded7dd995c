"""What a team decides, as a plain value that is read at the border and handed to the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import TYPE_CHECKING, Literal

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_policies.rule import Rule, Severity

Level = Literal["mandatory", "advisory", "disabled"]


@record
class Limits:
    """Thresholds of a careful team (`settings.Limits` says what each one means)."""

    widest_range: int = 24
    widest_ipv6_range: int = 64
    upload_hours: float = 1
    certificate_days: int = 30
    secret_days: int = 365
    key_days: int = 730
    log_days: int = 90


@record
class Team:
    """Today, allow-lists, thresholds and levels.

    `devices` says how the fleet reaches its hub: None means that nobody said, which is judged as
    private. `levels` maps a rule's id, `all`, `undecided`, `checkov` or `checkov:CKV_…` to a
    level. What the allow-lists and limits mean is written where they are read in, in
    `settings.py`.
    """

    today: date
    devices: Literal["internet", "private"] | None = None
    levels: Mapping[str, Level] = field(default_factory=dict)
    hub_policies: tuple[str, ...] = ()
    dps_policies: tuple[str, ...] = ()
    linked_hubs: tuple[str, ...] = ()
    deployers: tuple[str, ...] = ()
    limits: Limits = Limits()

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

    def advice(self, check: str) -> Level:
        """How a failed check of Checkov's counts: advice, unless the team says otherwise."""
        said = self.levels.get(f"checkov:{check}") or self.levels.get("checkov")
        return said or "advisory"
