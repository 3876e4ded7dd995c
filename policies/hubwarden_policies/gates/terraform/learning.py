"""What an unknown value will be, where it is another block's attribute and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hubwarden_policies.gates.terraform.configuration import Mention
from hubwarden_policies.gates.terraform.instances import Instance
from hubwarden_policies.gates.terraform.values import revealed
from hubwarden_policies.model import Hole, Made
from hubwarden_policies.views.storage import ACCOUNT

_STRINGS: Final = ("primary_connection_string", "secondary_connection_string")
_POLICIES: Final = (
    "azurerm_iothub_shared_access_policy",
    "azurerm_iothub_dps_shared_access_policy",
)


def learned(mention: Mention, meant: Instance, owner: str, types: Mapping[str, str]) -> Any:
    """What an attribute of `meant` is made of, which is `owner` or a piece of it; None if unclear.

    A plan keeps no literal text, so `"${….id}/below"` looks like the id itself. Only of a storage
    account it is usual to name what is below, so its id may be either.
    """
    if mention.attribute == "id" and types.get(owner, ACCOUNT) != ACCOUNT:
        return Made((Hole(owner, "id"),)) if owner == meant.address else None
    name = revealed(meant.values.get("name"))[0]
    if mention.attribute in _STRINGS and mention.type in _POLICIES and isinstance(name, str):
        # So azurerm writes it (getSharedAccessPolicyConnectionString).
        host, key = Hole(owner, "hostname"), Hole(owner, "sharedAccessKey")
        return Made(("HostName=", host, f";SharedAccessKeyName={name};SharedAccessKey=", key))
    return None
