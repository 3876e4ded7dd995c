"""DPS: who may change it, and which hubs it gives devices to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, Verdicts, each, rule
from hubwarden_policies.team import Team
from hubwarden_policies.views.dps import Dps, LinkedHub
from hubwarden_policies.views.targets import foreign_host

if TYPE_CHECKING:
    from hubwarden_policies.views.hub import SharedAccessPolicy

# Who may enrol devices, or change where they go, owns what is enrolled.
_STRONG: Final = frozenset({"serviceconfig", "enrollmentwrite"})
# What Azure makes of a DPS without a list.
_OWN: Final = "provisioningserviceowner"


@rule(
    "DPS has a strong shared access policy that nobody allowed",
    severity=HIGH,
    practices=("P2", "B1"),
    fix=(
        "Declare in `authorization_policies` what is used and nothing stronger (one policy with "
        '`rights="RegistrationStatusRead"` will do where nothing is), give services a managed '
        "identity with a role such as Device Provisioning Service Data Reader, and name in "
        'hubwarden.toml what remains: `[allow]` `dps_policies = ["NAME"]`. The DPS is changed in '
        "place; whoever signs in with a key of a removed policy loses access."
    ),
    covers=("dps-sas-policy-allow-list",),
    maps={"MCSB v1": ("IM-1", "PA-7")},
)
def dps_unlisted_policy(dps: Dps, team: Team) -> Verdicts:
    """
    A key with `EnrollmentWrite` enrols any device there is, one with `ServiceConfig` sends
    devices to another hub. A DPS cannot refuse keys as a hub can, so its policies are the only
    control. A DPS without a list is no safer: Azure then makes `provisioningserviceowner` with
    every right.

    Bad::

        dps.IotDpsResource(  # flagged
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [{"key_name": "enrol", "rights": "EnrollmentWrite"}]
            },
        )

    Good::

        dps.IotDpsResource(
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {"key_name": "status", "rights": "RegistrationStatusRead"}
                ]
            },
        )
    """
    allowed = {name.casefold() for name in team.dps_policies}
    policies = dps.properties.authorization_policies

    def judge(policy: SharedAccessPolicy) -> Verdicts:
        strong = policy.right_set() & _STRONG
        if strong and policy.key_name.casefold() not in allowed:
            message = f"the policy {policy.key_name} is in no list of allowed ones"
            yield dps.violation(policy.at("rights"), message)

    if not policies and _OWN not in allowed:
        yield dps.violation(
            "properties.authorizationPolicies",
            f"no policies are declared, so Azure makes its own: {_OWN} with every right",
        )
    yield from each(policies, judge)


@rule(
    "DPS gives devices to a hub that nobody named",
    severity=HIGH,
    practices=("B1",),
    fix=(
        "Link a hub of this stack, or name the hub of another one in hubwarden.toml: `[allow]` "
        '`linked_hubs = ["NAME.azure-devices.net"]`. The DPS is changed in place; devices that '
        "were given to the hub stay there until they are provisioned again."
    ),
    covers=("dps-linked-hub-known",),
    maps={"MCSB v1": ("IM-4",)},
)
def dps_unknown_hub(dps: Dps, team: Team, stack: Stack) -> Verdicts:
    """
    A hub that is linked receives devices with all that they send, and commands them. One wrong
    host name in a connection string, or one that somebody slipped in, gives the next devices
    away, and they look provisioned.

    Bad::

        link = pulumi.Output.concat(
            "HostName=somebody-else.azure-devices.net;SharedAccessKeyName=dps-link;SharedAccessKey=",
            config.require_secret("hubKey"),
        )
        dps.IotDpsResource(  # flagged
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={"iot_hubs": [{"location": "westeurope", "connection_string": link}]},
        )

    Good::

        hub = iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)
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
    named = {host.casefold() for host in team.linked_hubs}

    def judge(link: LinkedHub) -> Verdicts:
        said = link.leads_to()
        if said is None or said.shape == "":
            return
        host = foreign_host(stack, said)
        if host is not None and host.casefold() not in named:
            yield dps.violation(said.path, f"{host} is neither a hub of this stack nor a named one")

    yield from each(dps.properties.iot_hubs, judge)
