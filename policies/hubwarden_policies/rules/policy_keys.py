"""IoT Hub and DPS: keys of shared access policies that the program chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.rule import CRITICAL, Undecided, Verdicts, each, rule
from hubwarden_policies.views.dps import Dps
from hubwarden_policies.views.hub import IotHub, SharedAccessPolicy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwarden_policies.views.text import Text

_FIX = (
    "Leave `primary_key` and `secondary_key` out: Azure makes the keys of a new policy itself. The "
    "resource is changed in place. A key that stood in the program is spent; regenerate it "
    "afterwards, and do not count on an update to do so."
)


@rule(
    "The program chooses a key of an IoT Hub policy",
    severity=CRITICAL,
    practices=("P2", "O5"),
    fix=_FIX,
    covers=("hub-sas-policy-no-inline-key",),
    maps={"MCSB v1": ("IM-8",)},
)
def hub_policy_inline_key(hub: IotHub) -> Verdicts:
    """
    A key that comes from the program also stands in the source, the config or the state, and in
    every copy of them; and the next deployment sets it again, over any rotation. The two
    properties are plain strings in Azure's own types, so nothing hides them. A secret mark does
    not help: the key is still the program's choice.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {
                        "key_name": "dps-link",
                        "rights": "RegistryWrite, ServiceConnect",
                        "primary_key": config.require_secret("hubKey"),
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
    yield from _chosen(hub, hub.properties.authorization_policies or ())


@rule(
    "The program chooses a key of a DPS policy",
    severity=CRITICAL,
    practices=("P2",),
    fix=_FIX,
    covers=("dps-sas-policy-no-inline-key",),
    maps={"MCSB v1": ("IM-8",)},
)
def dps_policy_inline_key(dps: Dps) -> Verdicts:
    """
    Whoever has a key of the Device Provisioning Service enrols devices of his own. A key that
    comes from the program stands in the source, the config or the state, and the next deployment
    sets it again, over any rotation. A secret mark does not help: the key is still the program's
    choice.

    Bad::

        dps.IotDpsResource(  # flagged
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [
                    {
                        "key_name": "enrol",
                        "rights": "EnrollmentWrite",
                        "secondary_key": config.require_secret("enrolKey"),
                    }
                ]
            },
        )

    Good::

        dps.IotDpsResource(
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "authorization_policies": [{"key_name": "enrol", "rights": "EnrollmentWrite"}]
            },
        )
    """
    yield from _chosen(dps, dps.properties.authorization_policies)


def _chosen(view: IotHub | Dps, policies: Sequence[SharedAccessPolicy]) -> Verdicts:
    def judge(policy: SharedAccessPolicy) -> Verdicts:
        yield from each(policy.keys(), lambda key: _judge(view, policy, key))

    yield from each(policies, judge)


def _judge(view: IotHub | Dps, policy: SharedAccessPolicy, key: Text) -> Verdicts:
    if key.shape is None and not key.holes and not key.secret:
        raise Undecided(key.path, f"whether {key.path} is set")
    if key.shape != "":
        name = policy.text("keyName")
        whose = f" of {name.shape}" if name is not None and name.shape else ""
        yield view.violation(key.path, f"the program sets this key{whose}")
