"""IoT Hub: TLS versions."""

from __future__ import annotations

import re
from typing import Final

from hubwarden_policies.rule import HIGH, INFO, Undecided, Verdicts, rule
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
    covers=("hub-min-tls", "hub-min-tls-region-aware"),
    maps={"MCSB v1": ("DP-3",)},
)
def hub_old_tls(hub: IotHub) -> Verdicts:
    """
    TLS 1.0 and 1.1 can be broken on the way. A hub that does not set a minimum leaves the choice
    to the device, and a device that nobody updates chooses badly.

    Azure documents that it enforces the setting in East US, South Central US, West US 2, US Gov
    Arizona and US Gov Virginia. Where a hub is in another region, a missing value is information
    only: setting it is no proof there, so configure the devices too. A value that asks for an old
    version is a finding everywhere, and so is a missing one where the region is not known. The
    property is `minTlsVersion`; storage accounts and others call theirs `minimumTlsVersion`, and a
    hub has no property of that name.

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
    elsewhere = _unenforced(hub)
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
    if elsewhere:
        message += f" (Azure documents no enforcement for {elsewhere}: test the devices as well)"
    severity = INFO if elsewhere and version is None else None
    yield hub.violation("properties.minTlsVersion", message, severity=severity)


def _unenforced(hub: IotHub) -> str | None:
    """The region of the hub, where it is known and Azure documents no enforcement for it."""
    try:
        location = hub.location
    except Undecided:
        return None
    enforced = location is None or re.sub(r"\W", "", location).lower() in ENFORCED_IN
    return None if enforced else location
