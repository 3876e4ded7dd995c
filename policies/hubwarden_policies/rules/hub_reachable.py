"""IoT Hub: a closed endpoint needs another way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, Undecided, Verdicts, each, rule
from hubwarden_policies.team import Team
from hubwarden_policies.views import same
from hubwarden_policies.views.hub import IotHub
from hubwarden_policies.views.private_endpoints import Ways
from hubwarden_policies.views.subjects import subject

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource

_PATH: Final = "properties.publicNetworkAccess"
_OPEN: Final = (
    'Leave `public_network_access="Enabled"` for a fleet that comes over the internet, or say '
    '`devices = "private"` in hubwarden.toml once it does not. The hub is changed in place.'
)


@rule(
    "IoT Hub is closed and nothing leads to it",
    severity=HIGH,
    practices=("B2",),
    fix=(
        'Add a `network.PrivateEndpoint` with `group_ids=["iotHub"]` and a '
        "`network.PrivateDnsZoneGroup` with the zones privatelink.azure-devices.net and "
        "privatelink.servicebus.windows.net, before the public endpoint is closed. If another "
        "stack makes them, waive this rule with its name. Nothing else changes."
    ),
    covers=("hub-reachable-after-lockdown",),
    reads=IotHub.arm_types,
    maps={"MCSB v1": ("NS-2",)},
)
def hub_unreachable(stack: Stack, team: Team) -> Verdicts:
    """
    To close the public endpoint is right, and it cuts the fleet off at once where no private
    endpoint leads to the hub: every device keeps trying and nothing arrives. A private endpoint
    without its DNS zones is no better, since clients go on asking for the public address.

    A fleet that comes over the internet by the team's word (`devices = "internet"`) cannot reach
    a closed hub at all: one of the two is wrong.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={"public_network_access": "Disabled"},
        )

    Good::

        hub = iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={"public_network_access": "Disabled"},
        )
        endpoint = network.PrivateEndpoint(
            "telemetry-endpoint",
            resource_group_name=rg.name,
            subnet={"id": config.require("subnet")},
            private_link_service_connections=[
                {
                    "name": "iotHub",
                    "group_ids": ["iotHub"],
                    "private_link_service_id": hub.id,
                }
            ],
        )
        network.PrivateDnsZoneGroup(
            "telemetry-zones",
            resource_group_name=rg.name,
            private_endpoint_name=endpoint.name,
            private_dns_zone_configs=[
                {"name": "hub", "private_dns_zone_id": config.require("hubZone")},
                {"name": "events", "private_dns_zone_id": config.require("eventsZone")},
            ],
        )
    """
    ways = Ways(stack)

    def judge(resource: Resource) -> Verdicts:
        hub: IotHub = IotHub.of(resource)
        if not same(hub.properties.public_network_access, "Disabled"):
            return
        if team.devices == "internet":
            message = "devices come over the internet, and the public endpoint is closed"
            yield hub.violation(_PATH, message, fix=_OPEN)
            return
        found = ways.to(resource)
        if not found:
            yield hub.violation(_PATH, "no private endpoint of this stack leads to the closed hub")
            return
        zoned = [way for way in found if ways.has_zones(way)]
        if not zoned:
            names = ", ".join(way.endpoint.name for way in found)
            yield hub.violation(_PATH, f"no DNS zone leads clients to the private endpoint {names}")
        elif not any(way.approved for way in zoned):
            raise Undecided(_PATH, f"who approves the connection of {zoned[0].endpoint.name}")

    yield from each(stack.of_type(*IotHub.arm_types), judge, subject)
