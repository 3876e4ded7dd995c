"""DPS: the keys with which it signs in to the hubs that it links."""

from __future__ import annotations

from hubwarden_policies.rule import CRITICAL, HIGH, Undecided, Verdicts, each, rule
from hubwarden_policies.views.connection_string import OWNERS, read_connection_string
from hubwarden_policies.views.dps import Dps, LinkedHub


@rule(
    "DPS keeps the key of a linked hub in clear",
    severity=CRITICAL,
    practices=("P2", "O5"),
    fix=(
        "Wrap the connection string: `pulumi.Output.secret(…)`. Then change the key in Azure, for "
        "it stood in clear until now. Nothing is replaced."
    ),
    covers=("dps-linked-hub-key-protected",),
    maps={"MCSB v1": ("IM-8",)},
    no_unknown="whether a value is marked as secret is known even where the value is not",
)
def dps_link_in_clear(dps: Dps) -> Verdicts:
    """
    The DPS signs in to its hubs with connection strings; its API has known no other way until
    the previews of 2026. Neither Azure's types nor Pulumi mark the property as sensitive, so
    without a secret mark the key stands readable in the state, in every preview and in every copy
    of both.

    This rule alone reports a plain key at this place, wherever it came from; the rules on leaks
    leave it out.

    Bad::

        keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name="dps-link", resource_group_name="plant", resource_name="telemetry"
        )
        link = pulumi.Output.concat(
            "HostName=telemetry.azure-devices.net;SharedAccessKeyName=dps-link;SharedAccessKey=",
            keys.primary_key,
        )
        dps.IotDpsResource(  # flagged
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={"iot_hubs": [{"location": "westeurope", "connection_string": link}]},
        )

    Good::

        keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name="dps-link", resource_group_name="plant", resource_name="telemetry"
        )
        link = pulumi.Output.concat(
            "HostName=telemetry.azure-devices.net;SharedAccessKeyName=dps-link;SharedAccessKey=",
            pulumi.Output.secret(keys.primary_key),
        )
        dps.IotDpsResource(
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={"iot_hubs": [{"location": "westeurope", "connection_string": link}]},
        )
    """

    def judge(link: LinkedHub) -> Verdicts:
        said = link.connection_string
        if said is not None and said.shape != "" and not said.secret and not link.by_identity():
            yield dps.violation(said.path, "the connection string of a linked hub is no secret")

    if not dps.properties.hides("iotHubs"):
        yield from each(dps.properties.iot_hubs, judge)


@rule(
    "DPS signs in to a hub as its owner",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        'Declare one policy for the link on the hub (`rights="RegistryWrite, ServiceConnect"`) and '
        "take its key instead of the owner's. Hub and DPS are changed in place; devices that are "
        "provisioned already notice nothing."
    ),
    covers=("dps-linked-hub-key-protected",),
    maps={"MCSB v1": ("PA-7",)},
)
def dps_link_owner_policy(dps: Dps) -> Verdicts:
    """
    `iothubowner` may do everything with every device. The link needs two rights: to write to the
    registry and to connect as a service. A policy of its own can also be changed without touching
    anything else that signs in.

    Bad::

        link = pulumi.Output.concat(
            "HostName=telemetry.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=",
            config.require_secret("hubKey"),
        )
        dps.IotDpsResource(  # flagged
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={"iot_hubs": [{"location": "westeurope", "connection_string": link}]},
        )

    Good::

        link = pulumi.Output.concat(
            "HostName=telemetry.azure-devices.net;SharedAccessKeyName=dps-link;SharedAccessKey=",
            config.require_secret("hubKey"),
        )
        dps.IotDpsResource(
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={"iot_hubs": [{"location": "westeurope", "connection_string": link}]},
        )
    """

    def judge(link: LinkedHub) -> Verdicts:
        said = link.connection_string
        if said is None or link.by_identity():
            return
        found = read_connection_string(said)
        policy = found.policy
        if policy is not None and policy.value.casefold() in OWNERS:
            yield dps.violation(said.path, f"the link signs in as {policy.value}")
        elif (policy is None and found.open) or (policy is not None and not policy.whole):
            raise Undecided(said.path, f"the SharedAccessKeyName in {said.path}")

    yield from each(dps.properties.iot_hubs, judge)
