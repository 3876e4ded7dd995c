"""IoT Hub: what devices sign in with, and what the hub itself does."""

from __future__ import annotations

from hubwarden_policies.rule import HIGH, MEDIUM, Verdicts, rule
from hubwarden_policies.views.hub import IotHub


@rule(
    "IoT Hub lets devices sign in with keys",
    severity=MEDIUM,
    practices=("P2",),
    fix=(
        "Set `disable_device_sas=True` in `IotHubPropertiesArgs`, after every device has a "
        "certificate: those with a key are cut off at once. The hub is changed in place. While a "
        "device cannot have a certificate, waive this rule and name it, or put it behind a "
        "gateway that has one."
    ),
    covers=("hub-device-sas-disabled",),
    maps={"MCSB v1": ("IM-1", "IM-3")},
)
def hub_device_sas(hub: IotHub) -> Verdicts:
    """
    The key of a device is in the device and in the hub: whoever reads the registry, or a backup
    of it, can be any device of the fleet. Of a certificate the hub knows the public half only.
    Azure takes keys unless it is told not to, whatever `disable_local_auth` says, which is about
    the keys of services.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={"disable_device_sas": True},
        )
    """
    if not hub.properties.disable_device_sas:
        yield hub.violation("properties.disableDeviceSAS", "devices may sign in with a key")


@rule(
    "IoT Hub lets modules sign in with keys",
    severity=MEDIUM,
    practices=("P2",),
    fix=(
        "Set `disable_module_sas=True` in `IotHubPropertiesArgs`. The hub is changed in place, and "
        "modules with a key are cut off at once; those of IoT Edge have keys by default, so waive "
        "this rule for a hub with IoT Edge gateways."
    ),
    covers=("hub-module-sas-disabled",),
    maps={"MCSB v1": ("IM-1", "IM-3")},
)
def hub_module_sas(hub: IotHub) -> Verdicts:
    """
    A module signs in for its device. Where devices need certificates and their modules do not,
    whoever has made himself a module with a key is in. Azure takes keys of modules unless it is
    told not to.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={"disable_module_sas": True},
        )
    """
    if not hub.properties.disable_module_sas:
        yield hub.violation("properties.disableModuleSAS", "modules may sign in with a key")


@rule(
    "IoT Hub has no managed identity",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        'Set `identity={"type": "SystemAssigned"}` on the hub, or give it a user-assigned '
        "identity. The hub is changed in place, and an identity without roles opens nothing."
    ),
    covers=("hub-managed-identity",),
    maps={"MCSB v1": ("IM-3",)},
)
def hub_without_identity(hub: IotHub) -> Verdicts:
    """
    A hub without an identity can send messages and store files with keys only: of an event hub,
    of a storage account, each kept inside the hub and readable to whoever may read it. The
    identity has to be there first, before the first route is made.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            identity={"type": "SystemAssigned"},
        )
    """
    if not hub.identity.is_any():
        yield hub.violation("identity.type", "the hub can sign in to other services by key only")
