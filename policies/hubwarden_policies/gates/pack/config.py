"""What `--policy-pack-config` may say of a rule, and what a team is with it.

The engine hands over a level for each rule, its own or the flag's, and the values that the flag
gives it: those of `[allow]` and `[limits]` in hubwarden.toml that the rule reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from hubwarden_policies.record import record
from hubwarden_policies.settings import Allow, Limits

if TYPE_CHECKING:
    from hubwarden_policies.rule import Rule
    from hubwarden_policies.team import Level, Team

_RANGES: Final = ("widest_range", "widest_ipv6_range")
READS: Final[Mapping[str, tuple[str, ...]]] = {
    "hub-unlisted-policy": ("hub_policies",),
    "hub-file-upload-long-sas": ("upload_hours",),
    "hub-wide-ip-range": _RANGES,
    "dps-unknown-hub": ("linked_hubs",),
    "dps-unlisted-policy": ("dps_policies",),
    "dps-wide-ip-range": _RANGES,
    "ca-cert-expiring": ("certificate_days",),
    "kv-wide-ip-range": _RANGES,
    "kv-secret-without-expiry": ("secret_days",),
    "kv-key-without-expiry": ("key_days",),
    "law-short-retention": ("log_days",),
    "role-too-powerful": ("deployers",),
}


def schema(rule: Rule) -> dict[str, dict[str, Any]]:
    """The JSON schemas of what the flag may give the rule.

    Without defaults: the engine would hand those over, and they would win over the project's file.
    """
    found = {name: dict(_schemas()[name]) for name in READS.get(rule.id, ())}
    for said in found.values():
        said.pop("default", None)
    return found


@record
class Configured:
    """What the engine configured a rule with."""

    level: Level
    values: Mapping[str, Any] = field(default_factory=dict)


def configured(team: Team, rule: Rule, said: Configured | None) -> Team:
    """The team as this rule is to see it.

    A level that is the project's own is no word of the flag's: a finding that is less severe than
    its rule keeps a level of its own.
    """
    if said is None:
        return team
    if said.level != team.level(rule):
        team = replace(team, levels={**team.levels, rule.id: said.level})
    known = {name: value for name, value in said.values.items() if name in READS.get(rule.id, ())}
    if not known:
        return team
    limits = {name: value for name, value in known.items() if name in Limits.model_fields}
    lists: dict[str, Any] = {
        name: tuple(value) for name, value in known.items() if name in Allow.model_fields
    }
    return replace(team, **lists, limits=replace(team.limits, **limits))


@cache
def _schemas() -> dict[str, dict[str, Any]]:
    models: tuple[type[BaseModel], ...] = (Allow, Limits)
    return {
        name: said
        for model in models
        for name, said in model.model_json_schema()["properties"].items()
    }
