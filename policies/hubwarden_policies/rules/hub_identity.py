"""IoT Hub: who may sign in with a shared access key."""

from __future__ import annotations

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, Verdicts, each, holds, rule
from hubwarden_policies.team import Team
from hubwarden_policies.views.device_update import updates
from hubwarden_policies.views.hub import IotHub, SharedAccessPolicy


@rule(
    "IoT Hub accepts shared access keys",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        "Set `disable_local_auth=True` in `IotHubPropertiesArgs` and give each service a managed "
        "identity with a role on the hub. The hub is changed in place; services and devices that "
        "still sign in with a key of the hub lose access."
    ),
    covers=("hub-local-auth-disabled",),
    maps={"MCSB v1": ("IM-1", "IM-3")},
)
def hub_local_auth(hub: IotHub, stack: Stack) -> Verdicts:
    """
    A shared access key of the hub is one password for every service that uses it. It names
    nobody in the log, it never expires, and whoever reads it once can command the devices until
    somebody changes it.

    Two uses are declared and pass: a hub whose only policy has exactly the rights that a DPS
    needs for its link (`RegistryWrite, ServiceConnect`), because the DPS API that Pulumi uses
    links by key only; and a hub that a Device Update instance of the stack names, because Device
    Update requires local authentication. Keys of single devices are not judged here.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={"disable_local_auth": True},
        )
    """
    if holds(
        lambda: hub.properties.disable_local_auth,
        lambda: hub.link_policy() is not None,
        lambda: updates(stack, hub.address),
    ):
        return
    unset = hub.properties.raw("disableLocalAuth") is None
    yield hub.violation(
        "properties.disableLocalAuth",
        "shared access keys are accepted" + (", as Azure's default is" if unset else ""),
    )


@rule(
    "IoT Hub has a shared access policy that nobody allowed",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        "Set `disable_local_auth=True`, which makes every policy useless, or declare exactly the "
        "policies that you need in `authorization_policies` and name them in hubwarden.toml: "
        '`[allow]` `hub_policies = ["NAME"]`. The hub is changed in place.'
    ),
    covers=("hub-sas-policy-allow-list",),
    maps={"MCSB v1": ("IM-1", "PA-7")},
)
def hub_unlisted_policy(hub: IotHub, team: Team, stack: Stack) -> Verdicts:
    """
    Every shared access policy is a pair of keys with rights over the whole fleet: one with
    `RegistryWrite` can add devices, one with `ServiceConnect` can command them. A hub without a
    list of policies is no safer: Azure then makes its own, `iothubowner` with every right first.

    A hub with local authentication off passes, because no key opens it; so does a hub whose only
    policy is declared for a DPS link, by having exactly `RegistryWrite, ServiceConnect`. A hub
    without a list that a Device Update instance of the stack names passes too: Device Update
    adds a policy of its own, and a list in the program would take it away again.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged
        iothub.IotHubResource(  # flagged
            "alarms",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {
                        "key_name": "iothubowner",
                        "rights": "RegistryRead, RegistryWrite, ServiceConnect, DeviceConnect",
                    }
                ]
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {"key_name": "dps-link", "rights": "RegistryWrite, ServiceConnect"}
                ]
            },
        )
    """
    properties = hub.properties
    if holds(lambda: properties.disable_local_auth, lambda: hub.link_policy() is not None):
        return
    allowed = {name.casefold() for name in team.hub_policies}

    def judge(policy: SharedAccessPolicy) -> Verdicts:
        if policy.key_name.casefold() not in allowed:
            yield hub.violation(
                policy.at("keyName"), f"the policy {policy.key_name} is in no list of allowed ones"
            )

    if not properties.authorization_policies:
        if updates(stack, hub.address):
            return
        yield hub.violation(
            "properties.authorizationPolicies",
            "no policies are declared, so Azure makes its own: iothubowner with every right, "
            "service, device and two for the registry",
        )
        return
    yield from each(properties.authorization_policies, judge)
