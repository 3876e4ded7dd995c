"""The custom role that a rotation needs, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.rotation.consumers import DPS, HUB, Credential

# As Microsoft publishes them: learn.microsoft.com/azure/role-based-access-control/permissions/
# internet-of-things, read in MicrosoftDocs/azure-docs at 0647777 (25 April 2024). Azure knows no
# case there. That these are enough was tried nowhere but on the double, which asks for no rights.
_HUB: Final = (
    "Microsoft.Devices/iotHubs/Read",
    "Microsoft.Devices/iotHubs/Write",
    "Microsoft.Devices/iotHubs/listkeys/Action",
    "Microsoft.Devices/iotHubs/routingEndpointsHealth/Read",
)
_DPS: Final = (
    "Microsoft.Devices/provisioningServices/Read",
    "Microsoft.Devices/provisioningServices/Write",
    "Microsoft.Devices/provisioningServices/listkeys/Action",
)
# A link is proved by a device that is enrolled, registered, and removed from both.
_LINK: Final = (
    "Microsoft.Devices/IotHubs/devices/delete",
    "Microsoft.Devices/provisioningServices/enrollmentGroups/read",
    "Microsoft.Devices/provisioningServices/enrollments/write",
    "Microsoft.Devices/provisioningServices/enrollments/delete",
)


def role(declared: Sequence[Credential]) -> dict[str, Any]:
    """As `az role definition create --role-definition` takes it."""
    texts = {text for one in declared for text in (one.resource, *one.links)}
    resources = [ResourceId.parse(text) for text in texts]
    kinds = {one.provider_type for one in resources}
    linked = any(one.links for one in declared)
    groups = {f"/subscriptions/{one.subscription}/resourceGroups/{one.group}" for one in resources}
    return {
        "Name": "hubwarden rotation",
        "IsCustom": True,
        "Description": "Reads and writes IoT hubs and DPSs to rotate the keys of their policies.",
        "Actions": [*(_HUB if HUB in kinds else ()), *(_DPS if DPS in kinds else ())],
        "NotActions": [],
        "DataActions": list(_LINK if linked else ()),
        "NotDataActions": [],
        "AssignableScopes": sorted(groups),
    }


def beside(declared: Sequence[Credential], leases: str | None) -> list[str]:
    """The built-in roles that are needed as well, one sentence each."""
    vaults = {vault for one in declared for vault in (one.vault, *(c.vault for c in one.copies))}
    notes = [f"Key Vault Secrets Officer on the vault {vault}." for vault in sorted(vaults)]
    if leases:
        notes.append(f"Storage Blob Data Contributor on the container {leases}.")
    return notes
