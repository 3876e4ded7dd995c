"""DPS: whom the public endpoint lets in."""

from __future__ import annotations

from hubwarden_policies.rule import MEDIUM, Verdicts, each, rule
from hubwarden_policies.rules.ip_ranges import too_wide
from hubwarden_policies.rules.public_network import declared_or_closed, with_declaration
from hubwarden_policies.team import Team
from hubwarden_policies.views.dps import Dps
from hubwarden_policies.views.ip_filter import IpFilterRule

_FIX = (
    "Name the ranges that you own, each /24 or narrower (`limits.widest_range` in "
    "hubwarden.toml), before a last rule that rejects 0.0.0.0/0; or reach the DPS by a private "
    "endpoint. The DPS is changed in place; who is in no range is cut off at once."
)


@rule(
    "DPS lets in a wide range of addresses",
    severity=MEDIUM,
    practices=("B1",),
    fix=_FIX,
    covers=("dps-ip-filter-not-wide",),
    maps={"MCSB v1": ("NS-2",)},
)
def dps_wide_ip_range(dps: Dps, team: Team) -> Verdicts:
    """
    Whoever is let in may try to enrol a device of his own. A rule that accepts `0.0.0.0/0` is no
    filter, and neither are two that accept its halves; that is critical, because the list looks
    as if somebody had narrowed it.

    A DPS with a closed endpoint passes, and so does one whose devices come over the internet by
    the team's word (`devices = "internet"` in hubwarden.toml).

    Bad::

        dps.IotDpsResource(  # flagged
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "ip_filter_rules": [
                    {"filter_name": "cloud", "ip_mask": "203.0.0.0/16", "action": "Accept"},
                    {"filter_name": "rest", "ip_mask": "0.0.0.0/0", "action": "Reject"},
                ]
            },
        )

    Good::

        dps.IotDpsResource(
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "ip_filter_rules": [
                    {"filter_name": "plant", "ip_mask": "203.0.113.0/24", "action": "Accept"},
                    {"filter_name": "rest", "ip_mask": "0.0.0.0/0", "action": "Reject"},
                ]
            },
        )
    """
    if declared_or_closed(dps, team):
        return
    fix = with_declaration(_FIX, team)

    def judge(item: IpFilterRule) -> Verdicts:
        path = item.at("ipMask")
        if item.ip_mask is None or not item.accepts():
            return
        if wide := too_wide(item.ip_mask, path, team.limits):
            yield dps.violation(path, wide.message, severity=wide.severity, fix=fix)

    yield from each(dps.properties.ip_filter_rules, judge)
