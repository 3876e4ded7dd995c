"""The hub that tests rotate in: "contoso", a DPS that is linked to it, two vaults; all doubles."""

from __future__ import annotations

from typing import Final

from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.world import GROUP, SUBSCRIPTION, Link

_PROVIDERS: Final = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Devices"
)
HUB: Final = f"{_PROVIDERS}/IotHubs/contoso"
DPS: Final = f"{_PROVIDERS}/provisioningServices/enrol"


def furnish(azure: LocalAzure) -> None:
    """Fill an empty double. The DPS has a policy of its own beside the link."""
    azure.world.add_hub(
        "contoso",
        {
            "service": "RegistryRead, ServiceConnect",
            "link": "RegistryWrite, ServiceConnect",
            "device": "DeviceConnect",
        },
    )
    azure.world.add_dps("enrol", [Link("contoso", "link")], {"enroller": "EnrollmentWrite"})
    azure.add_vault("keys")
    azure.add_vault("copies")
