"""IoT Hub: how much one shared access policy may do."""

from __future__ import annotations

from hubwarden_policies.rule import MEDIUM, Verdicts, each, rule
from hubwarden_policies.views.hub import LINK_RIGHTS, IotHub, SharedAccessPolicy


@rule(
    "IoT Hub has a shared access policy with several rights",
    severity=MEDIUM,
    practices=("P2",),
    fix=(
        "Declare a policy for each user of the hub with the one right that it needs, move the "
        "users to it, then remove the wide one. The hub is changed in place; whoever still signs "
        "in with a key of a removed policy loses access."
    ),
    covers=("hub-sas-policy-single-right",),
    maps={"MCSB v1": ("PA-7",)},
)
def hub_wide_policy(hub: IotHub) -> Verdicts:
    """
    Each policy is a pair of keys, and whoever reads one has all of its rights. A service that
    only commands devices needs no right to make new ones.

    A policy with exactly `RegistryWrite, ServiceConnect` passes: a DPS needs both for its link.
    So does a hub with local authentication off, because no key opens it. A hub without a list of
    policies is hub-unlisted-policy's.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {"key_name": "reports", "rights": "RegistryRead, ServiceConnect"}
                ]
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [{"key_name": "reports", "rights": "RegistryRead"}]
            },
        )
    """

    def judge(policy: SharedAccessPolicy) -> Verdicts:
        rights = policy.right_set()
        if len(rights) < 2 or rights == LINK_RIGHTS or hub.properties.disable_local_auth:
            return
        yield hub.violation(policy.at("rights"), f"one key has {len(rights)} rights")

    yield from each(hub.properties.authorization_policies or (), judge)
