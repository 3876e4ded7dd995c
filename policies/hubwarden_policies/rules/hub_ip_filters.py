"""IoT Hub: whom the public endpoint lets in."""

from __future__ import annotations

import ipaddress

from hubwarden_policies.rule import HIGH, Undecided, Verdicts, each, rule
from hubwarden_policies.rules.ip_ranges import read_range, too_wide
from hubwarden_policies.rules.public_network import declared_or_closed, with_declaration
from hubwarden_policies.team import Team
from hubwarden_policies.views import same
from hubwarden_policies.views.hub import IotHub, IpRule
from hubwarden_policies.views.ip_filter import IpFilterRule

_RULE_SET = (
    '`network_rule_sets={"default_action": "Deny", '
    '"apply_to_built_in_event_hub_endpoint": True, "ip_rules": [{"filter_name": "office", '
    '"ip_mask": "203.0.113.0/24", "action": "Allow"}]}`'
)
_FILTER = (
    f'Set `public_network_access="Disabled"`, or {_RULE_SET} in `IotHubPropertiesArgs`. The hub is '
    "changed in place; who is in no range is cut off at once."
)
_NARROW = (
    "Name the ranges that you own, each /24 or narrower (`limits.widest_range` in "
    "hubwarden.toml), or reach the hub by a private endpoint. The hub is changed in place; who is "
    "in no range is cut off at once."
)


@rule(
    "IoT Hub lets in every address that no rule names",
    severity=HIGH,
    practices=("B2",),
    fix=_FILTER,
    covers=("hub-ip-filter-default-deny",),
    maps={"MCSB v1": ("NS-2",)},
)
def hub_open_ip_filter(hub: IotHub, team: Team) -> Verdicts:
    """
    An open endpoint without a filter can be tried from every address of the internet. A rule set
    denies by default; `"default_action": "Allow"` makes its rules mean nothing. Older filters
    (`ip_filter_rules`) accept whatever no rule rejects, so their last rule must reject
    `0.0.0.0/0`.

    A hub with a closed endpoint passes, and so does one whose devices come over the internet by
    the team's word (`devices = "internet"` in hubwarden.toml).

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "network_rule_sets": {
                    "default_action": "Allow",
                    "apply_to_built_in_event_hub_endpoint": True,
                    "ip_rules": [
                        {"filter_name": "plant", "ip_mask": "203.0.113.0/24", "action": "Allow"}
                    ],
                }
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "network_rule_sets": {
                    "default_action": "Deny",
                    "apply_to_built_in_event_hub_endpoint": True,
                    "ip_rules": [
                        {"filter_name": "plant", "ip_mask": "203.0.113.0/24", "action": "Allow"}
                    ],
                }
            },
        )
    """
    if declared_or_closed(hub, team):
        return
    if found := _unfiltered(hub):
        path, message = found
        yield hub.violation(path, message, fix=with_declaration(_FILTER, team))


def _unfiltered(hub: IotHub) -> tuple[str, str] | None:
    """Where the filter lets in everybody whom it does not name, and how."""
    rule_set = hub.properties.network_rule_sets
    if rule_set is not None:
        if same(rule_set.default_action, "Deny"):
            return None
        return rule_set.at("defaultAction"), "the rule set lets in whoever it does not name"
    filters = hub.properties.ip_filter_rules
    if not filters:
        return "properties.networkRuleSets", "no filter: every address is let in"
    if _rejects_all(filters):
        return None
    return "properties.ipFilterRules", "no rule rejects 0.0.0.0/0, so who is in no rule is let in"


def _rejects_all(filters: tuple[IpFilterRule, ...]) -> bool:
    rejected: list[ipaddress.IPv4Network] = []
    gap: Undecided | None = None
    for item in filters:
        try:
            if item.ip_mask is not None and same(item.action, "Reject"):
                found = read_range(item.ip_mask, item.at("ipMask"))
                rejected += [found] if isinstance(found, ipaddress.IPv4Network) else []
        except Undecided as raised:
            gap = gap or raised
    if any(found.prefixlen == 0 for found in ipaddress.collapse_addresses(rejected)):
        return True
    if gap is not None:
        raise gap
    return False


@rule(
    "IoT Hub lets in a wide range of addresses",
    severity=HIGH,
    practices=("B2",),
    fix=_NARROW,
    covers=("hub-ip-filter-not-permissive",),
    maps={"MCSB v1": ("NS-2",)},
)
def hub_wide_ip_range(hub: IotHub, team: Team) -> Verdicts:
    """
    A filter is as good as its widest range: `0.0.0.0/0` is no filter, and neither are its two
    halves, which look like one. A whole /16 of a provider's addresses belongs to anyone who rents
    a machine there. Ranges that no packet from the internet has (such as 10.0.0.0/8) pass.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "network_rule_sets": {
                    "default_action": "Deny",
                    "apply_to_built_in_event_hub_endpoint": True,
                    "ip_rules": [
                        {"filter_name": "cloud", "ip_mask": "203.0.0.0/16", "action": "Allow"}
                    ],
                }
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "network_rule_sets": {
                    "default_action": "Deny",
                    "apply_to_built_in_event_hub_endpoint": True,
                    "ip_rules": [
                        {"filter_name": "plant", "ip_mask": "203.0.113.0/24", "action": "Allow"}
                    ],
                }
            },
        )
    """
    if declared_or_closed(hub, team):
        return
    fix = with_declaration(_NARROW, team)

    def judge(item: IpRule | IpFilterRule) -> Verdicts:
        if item.ip_mask is None or (isinstance(item, IpFilterRule) and not item.accepts()):
            return
        path = item.at("ipMask")
        if wide := too_wide(item.ip_mask, path, team.limits):
            yield hub.violation(path, wide.message, severity=wide.severity, fix=fix)

    rule_set = hub.properties.network_rule_sets
    if rule_set is not None:
        yield from each(rule_set.ip_rules, judge)
    yield from each(hub.properties.ip_filter_rules, judge)


@rule(
    "IoT Hub's filter leaves its built-in endpoint open",
    severity=HIGH,
    practices=("B2",),
    fix=(
        'Set `"apply_to_built_in_event_hub_endpoint": True` in `network_rule_sets`, after the '
        "addresses of the services that read from it are in `ip_rules`. The hub is changed in "
        "place."
    ),
    covers=("hub-rule-set-covers-builtin-endpoint",),
    maps={"MCSB v1": ("NS-2",)},
)
def hub_open_built_in_endpoint(hub: IotHub, team: Team) -> Verdicts:
    """
    A hub has two public names: its own, and that of the Event Hubs endpoint where all telemetry
    is read. A rule set that does not apply to the second leaves the data of the whole fleet
    reachable from everywhere, however narrow its ranges are.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "network_rule_sets": {
                    "default_action": "Deny",
                    "apply_to_built_in_event_hub_endpoint": False,
                    "ip_rules": [
                        {"filter_name": "plant", "ip_mask": "203.0.113.0/24", "action": "Allow"}
                    ],
                }
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "network_rule_sets": {
                    "default_action": "Deny",
                    "apply_to_built_in_event_hub_endpoint": True,
                    "ip_rules": [
                        {"filter_name": "plant", "ip_mask": "203.0.113.0/24", "action": "Allow"}
                    ],
                }
            },
        )
    """
    if declared_or_closed(hub, team):
        return
    rule_set = hub.properties.network_rule_sets
    if rule_set is not None and not rule_set.apply_to_built_in_event_hub_endpoint:
        path = rule_set.at("applyToBuiltInEventHubEndpoint")
        yield hub.violation(path, "the rule set does not apply to the built-in endpoint")
