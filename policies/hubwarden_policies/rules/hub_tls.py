"""IoT Hub: TLS versions."""

from __future__ import annotations

import re
from typing import Final

from hubwarden_policies.rule import HIGH, Undecided, Verdicts, rule
from hubwarden_policies.views.hub import IotHub

# Where Azure documents that a hub enforces the setting:
# https://learn.microsoft.com/azure/iot-hub/iot-hub-tls-support
ENFORCED_IN: Final = ("eastus", "southcentralus", "westus2", "usgovarizona", "usgovvirginia")


@rule(
    "IoT Hub accepts old TLS versions",
    severity=HIGH,
    practices=("B2",),
    fix=(
        'Set `min_tls_version="1.2"` in `IotHubPropertiesArgs`, after a test that no device needs '
        "an older version. Read the preview first: a tool that replaces the hub for this change "
        "(Terraform's azurerm does) deletes the device registry with it."
    ),
    covers=("hub-min-tls",),
    maps={"MCSB v1": ("DP-3",)},
)
def hub_old_tls(hub: IotHub) -> Verdicts:
    """
    TLS 1.0 and 1.1 can be broken on the way. A hub that does not set a minimum leaves the choice
    to the device, and a device that nobody updates chooses badly, so a missing value is a finding
    in every region.

    Azure documents that it enforces the setting in East US, South Central US, West US 2, US Gov
    Arizona and US Gov Virginia. In other regions set it all the same, and do not take it for
    proof: configure the devices too. The property is `minTlsVersion`; storage accounts and
    others call theirs `minimumTlsVersion`, and a hub has no property of that name.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={"min_tls_version": "1.2"},
        )
    """
    version = hub.properties.min_tls_version
    if version is None:
        wrong = hub.properties.raw("minimumTlsVersion") is not None
        message = (
            "minimumTlsVersion is no property of a hub, so no minimum TLS version is set"
            if wrong
            else "no minimum TLS version is set"
        )
    elif re.fullmatch(r"1\.[2-9]", version.strip()):
        return
    else:
        message = f"the minimum TLS version is {version}, not 1.2"
    yield hub.violation("properties.minTlsVersion", message + _region(hub))


def _region(hub: IotHub) -> str:
    try:
        location = hub.location
    except Undecided:
        return ""
    if location is None or re.sub(r"\W", "", location).lower() in ENFORCED_IN:
        return ""
    return f" (Azure documents no enforcement for {location}: test the devices as well)"
