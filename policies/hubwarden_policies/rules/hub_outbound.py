"""IoT Hub: where the hub itself may send data."""

from __future__ import annotations

from hubwarden_policies.rule import MEDIUM, Undecided, Verdicts, each, rule
from hubwarden_policies.views.hub import IotHub, IotHubProperties
from hubwarden_policies.views.text import Text


@rule(
    "IoT Hub sends data anywhere",
    severity=MEDIUM,
    practices=("B3", "D3"),
    fix=(
        "Set `restrict_outbound_network_access=True` and name in `allowed_fqdn_list` each host "
        "that the hub's routes and file uploads go to, without `*`. The hub is changed in place; "
        "what goes to a host that is not in the list stops."
    ),
    covers=("hub-outbound-restricted",),
    maps={"MCSB v1": ("NS-2", "DP-2")},
)
def hub_open_outbound(hub: IotHub) -> Verdicts:
    """
    A route is one line of configuration, and it may name a storage account or an event hub of
    anybody. Who can change the hub for a minute can copy the fleet's telemetry out of the
    company, and nothing looks broken. With a list of allowed hosts Azure refuses such a route.

    An entry with `*` allows the accounts of strangers too. A hub that sends nowhere needs no
    host: its list may be empty.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={"restrict_outbound_network_access": True, "allowed_fqdn_list": []},
        )
    """
    properties = hub.properties
    path = "properties.allowedFqdnList"
    if not properties.restrict_outbound_network_access:
        message = "the hub may send data to any host"
        yield hub.violation("properties.restrictOutboundNetworkAccess", message)
        return

    def judge(host: Text) -> Verdicts:
        if host.shape is not None and "*" in host.shape:
            message = f"{host.shape} allows hosts that belong to anybody"
            yield hub.violation(host.path, message)
        elif _is_open(host):
            raise Undecided(host.path, f"the value of {host.path}")

    if properties.allowed_fqdn_list:
        yield from each(properties.allowed_fqdn_list, judge)
    elif _sends(properties):
        yield hub.violation(path, "no host is allowed, not even those that the hub sends data to")


def _is_open(host: Text) -> bool:
    """Whether it may still turn out to be `*`: no name of a deployed resource holds one."""
    from_config = any(hole.source.startswith("config:") for hole in host.holes)
    return from_config or (host.shape is None and not host.holes)


def _sends(properties: IotHubProperties) -> bool:
    uploads = any(endpoint.is_set() for endpoint in properties.storage_endpoints.values())
    return uploads or any(True for _ in properties.routing.endpoints.all())
