"""The roles of Azure that matter here, and what they may do.

Source of names, ids and permissions: "Azure built-in roles" and "Azure permissions for Internet of
Things", learn.microsoft.com.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from hubwarden_policies.record import record


class Power(Enum):
    """What somebody with a role can do, as a finding says it."""

    LISTS_KEYS = "can list the keys of hub and DPS"
    GRANTS_ROLES = "can give itself any role"
    WRITES_DATA = "can write data"


# The operations that lend a power, in lower case.
OPERATIONS: Final = {
    Power.LISTS_KEYS: (
        "microsoft.devices/iothubs/listkeys/action",
        "microsoft.devices/iothubs/iothubkeys/listkeys/action",
        "microsoft.devices/provisioningservices/listkeys/action",
        "microsoft.devices/provisioningservices/keys/listkeys/action",
    ),
    Power.GRANTS_ROLES: ("microsoft.authorization/roleassignments/write",),
}


@record
class Role:
    """A role: its name, and what of importance it may do."""

    name: str
    powers: frozenset[Power]


def _role(name: str, *powers: Power) -> Role:
    return Role(name, frozenset(powers))


BUILT_IN: Final = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": _role("Owner", Power.LISTS_KEYS, Power.GRANTS_ROLES),
    "b24988ac-6180-42a0-ab88-20f7382dd24c": _role("Contributor", Power.LISTS_KEYS),
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": _role("User Access Administrator", Power.GRANTS_ROLES),
    "f58310d9-a9f6-439a-9e8d-f62e7b41a168": _role(
        "Role Based Access Control Administrator", Power.GRANTS_ROLES
    ),
    "2b629674-e913-4c01-ae53-ef4638d8f975": _role(
        "Azure Event Hubs Data Sender", Power.WRITES_DATA
    ),
    "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39": _role(
        "Azure Service Bus Data Sender", Power.WRITES_DATA
    ),
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": _role(
        "Storage Blob Data Contributor", Power.WRITES_DATA
    ),
}
