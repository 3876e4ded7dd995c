"""IoT Hub and DPS together: a link needs a hub that accepts its key, and a key needs a link."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, MEDIUM, Undecided, Verdicts, each, rule
from hubwarden_policies.views.dps import Dps, LinkedHub
from hubwarden_policies.views.hub import IotHub
from hubwarden_policies.views.subjects import subject
from hubwarden_policies.views.targets import HUB, linked_hub

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwarden_policies.model import Resource


@rule(
    "DPS links a hub that accepts no keys",
    severity=HIGH,
    practices=("B1",),
    fix=(
        "Leave `disable_local_auth` out for this hub and make a policy for the link its only one: "
        '`authorization_policies=[{"key_name": "dps-link", "rights": "RegistryWrite, '
        'ServiceConnect"}]`. The hub is changed in place.'
    ),
    covers=("dps-hub-local-auth-consistent",),
    reads=Dps.arm_types,
    no_unknown="in the good example no hub refuses keys, so no link can lead to one that does",
)
def dps_link_keyless_hub(stack: Stack) -> Verdicts:
    """
    The DPS signs in to a linked hub with a shared access key. A hub with local authentication off
    refuses it: every deployment succeeds, and no new device can be provisioned. That is why a hub
    that is declared for a link keeps its one policy.

    Bad::

        hub = iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={"disable_local_auth": True},
        )
        link = pulumi.Output.concat(
            "HostName=",
            hub.properties.host_name,
            ";SharedAccessKeyName=dps-link;SharedAccessKey=",
            config.require_secret("hubKey"),
        )
        dps.IotDpsResource(  # flagged
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={"iot_hubs": [{"location": "westeurope", "connection_string": link}]},
        )

    Good::

        hub = iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {"key_name": "dps-link", "rights": "RegistryWrite, ServiceConnect"}
                ]
            },
        )
        link = pulumi.Output.concat(
            "HostName=",
            hub.properties.host_name,
            ";SharedAccessKeyName=dps-link;SharedAccessKey=",
            config.require_secret("hubKey"),
        )
        dps.IotDpsResource(
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={"iot_hubs": [{"location": "westeurope", "connection_string": link}]},
        )
    """
    keyless = {hub.address: hub for hub in stack.of_type(HUB) if _may_be_keyless(hub)}
    if keyless:
        check = partial(_judge_dps, stack, keyless)
        yield from each(stack.of_type(*Dps.arm_types), check, subject)


def _judge_dps(stack: Stack, keyless: Mapping[str, Resource], resource: Resource) -> Verdicts:
    dps: Dps = Dps.of(resource)

    def judge(link: LinkedHub) -> Verdicts:
        said = link.connection_string
        if said is None or link.by_identity():
            return
        hub = keyless.get(linked_hub(stack, resource, said) or "")
        if hub is not None and IotHub.of(hub).properties.disable_local_auth:
            places = tuple((place, "the hub that accepts no keys") for place in hub.locations[:1])
            message = f"the linked hub {hub.name} has local authentication off"
            yield dps.violation(said.path, message, related=places)

    yield from each(dps.properties.iot_hubs, judge, lambda _: subject(resource))


def _may_be_keyless(hub: Resource) -> bool:
    try:
        return bool(IotHub.of(hub).properties.disable_local_auth)
    except Undecided:
        return True


@rule(
    "IoT Hub has a policy for a DPS link that no DPS uses",
    severity=MEDIUM,
    practices=("P2", "O5"),
    fix=(
        "Remove the policy and set `disable_local_auth=True`, or link the hub in a DPS of this "
        "stack. The hub is changed in place."
    ),
    reads=IotHub.arm_types,
)
def hub_unused_link_policy(stack: Stack) -> Verdicts:
    """
    A hub whose only policy has exactly `RegistryWrite, ServiceConnect` counts as declared for a
    DPS link, and keeps local authentication on for it. Without a DPS that uses the policy, its
    keys open the hub for nothing. If the DPS belongs to another stack, waive this rule.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {"key_name": "dps-link", "rights": "RegistryWrite, ServiceConnect"}
                ]
            },
        )

    Good::

        hub = iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {"key_name": "dps-link", "rights": "RegistryWrite, ServiceConnect"}
                ]
            },
        )
        link = pulumi.Output.concat(
            "HostName=",
            hub.properties.host_name,
            ";SharedAccessKeyName=dps-link;SharedAccessKey=",
            config.require_secret("hubKey"),
        )
        dps.IotDpsResource(
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={"iot_hubs": [{"location": "westeurope", "connection_string": link}]},
        )
    """
    linked, doubt = _linked(stack)

    def judge(resource: Resource) -> Verdicts:
        hub: IotHub = IotHub.of(resource)
        policy = hub.link_policy()
        if policy is None or hub.properties.disable_local_auth or resource.address in linked:
            return
        if doubt is not None:
            raise Undecided(policy.path, doubt)
        yield hub.violation(policy.path, "no DPS of this stack links the hub with this policy")

    yield from each(stack.of_type(HUB), judge, subject)


def _linked(stack: Stack) -> tuple[frozenset[str], str | None]:
    """The hubs that a DPS of the stack links by key, and what is not known of the links."""
    hubs: set[str] = set()
    doubt: str | None = None
    for resource in stack.of_type(*Dps.arm_types):
        try:
            links = Dps.of(resource).properties.iot_hubs
            for link in links:
                if link.connection_string is not None:
                    hubs.add(linked_hub(stack, resource, link.connection_string) or "")
        except Undecided as gap:
            doubt = f"which hub {resource.name} links: {gap.needs}"
    return frozenset(hubs), doubt
