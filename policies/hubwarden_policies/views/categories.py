"""Which logs of which resource must be kept.

Sources: Azure Monitor's pages "supported logs" by type, and the built-in policies "enable logging
by category group" (614d9fbd for hubs, ed7c8c13 for vaults). What the group `audit` of a hub holds
is not published; that of a DPS does not exist.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping


@record
class Categories:
    """The log categories of a type that must be enabled, and what its category groups hold.

    A group that is not named here does not exist for the type and logs nothing; one with ()
    logs something, but nobody can say what.
    """

    required: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]


_HUB: Final = (
    "Connections",
    "DeviceIdentityOperations",
    "C2DCommands",
    "C2DTwinOperations",
    "DirectMethods",
    "FileUploadOperations",
    "JobsOperations",
    "Configurations",
    "Routes",
)
_DPS: Final = ("DeviceOperations", "ServiceOperations")
_VAULT: Final = ("AuditEvent",)
_BLOB: Final = ("StorageRead", "StorageWrite", "StorageDelete")

# Where any log will do.
SOME: Final = Categories((), {"alllogs": (), "audit": ()})

BY_TYPE: Final[Mapping[str, Categories]] = {
    "Microsoft.Devices/IotHubs": Categories(_HUB, {"alllogs": _HUB, "audit": ()}),
    "Microsoft.Devices/provisioningServices": Categories(_DPS, {"alllogs": _DPS}),
    "Microsoft.KeyVault/vaults": Categories(_VAULT, {"alllogs": _VAULT, "audit": _VAULT}),
    "Microsoft.Storage/storageAccounts/blobServices": Categories(
        _BLOB, {"alllogs": _BLOB, "audit": _BLOB}
    ),
}
