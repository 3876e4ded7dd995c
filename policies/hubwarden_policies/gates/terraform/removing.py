"""What a plan deletes: hubs, vaults and the like lose what is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.gates.terraform import azapi
from hubwarden_policies.gates.terraform.azurerm import entry_of
from hubwarden_policies.gates.terraform.instances import Instance
from hubwarden_policies.model import Removal


def removals(every: Iterable[Instance]) -> Iterator[Removal]:
    """The resources of types of ours that are deleted, for good or for another in their place."""
    for one in every:
        arm_type = _type(one)
        if arm_type is not None and (one.replaced or one.fate == "deleted"):
            yield Removal(arm_type, one.label, one.address, one.replaced, one.because)


def _type(one: Instance) -> str | None:
    if one.type == "azapi_resource":
        return canonical(azapi.type_of(one.values) or "")
    entry = entry_of(one.type) or {}
    found: str | None = entry.get("arm")
    return found
