"""From sorted instances to resources: pieces join what they belong to, names are references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from hubwarden_policies.gates.terraform import azapi
from hubwarden_policies.gates.terraform.azurerm import Mapped, Steps, entry_of
from hubwarden_policies.gates.terraform.blocks import Blocks
from hubwarden_policies.gates.terraform.bodies import append, fill
from hubwarden_policies.gates.terraform.instances import Instance
from hubwarden_policies.gates.terraform.learning import learned
from hubwarden_policies.gates.terraform.naming import Names
from hubwarden_policies.gates.terraform.sorting import HIDDEN, Sorted, Whole, options_of
from hubwarden_policies.gates.terraform.values import revealed
from hubwarden_policies.model import UNKNOWN, Resource, Unseen

_GROUP: Final = "Microsoft.Resources/resourceGroups"
# What azapi names the resource by that it is below, extends or changes.
_ABOVE: Final = ("parent_id", "resource_id")


class Joined:
    """The resources of an input, each whole."""

    def __init__(self, found: Sorted, blocks: Blocks) -> None:
        self.sorted = found
        self._blocks = blocks
        # A piece is spoken of as what it is a piece of.
        self._owners = {address: address for address in found.whole}
        self._origins: dict[str, dict[str, tuple[Instance, Steps]]] = {
            address: {path: (whole.one, steps) for path, steps in whole.mapped.origins.items()}
            if whole.mapped
            else {}
            for address, whole in found.whole.items()
        }
        self._patched: dict[str, dict[str, Any]] = {}
        self.names = Names(found.whole.values())
        self._types = {address: whole.arm_type for address, whole in found.whole.items()}
        for one, mapped in found.parts:
            self._add_part(one, mapped)
        for one, patch in found.patches:
            self._add_patch(one, patch)

    def resources(self) -> Iterator[Resource]:
        """Every resource with its references."""
        for whole in self.sorted.whole.values():
            references = self._references(whole)
            yield from self._children(whole)
            yield Resource(
                type=whole.arm_type,
                name=whole.one.label,
                address=whole.one.address,
                properties=whole.body,
                api_version=whole.api_version,
                options=options_of(whole.one),
                references=references,
            )

    def _children(self, whole: Whole) -> Iterator[Resource]:
        """The resources of Azure that are blocks of a resource here."""
        entry: Mapping[str, Any] = entry_of(whole.one.type) or {}
        for name, arm_type in entry.get("children", {}).items():
            if (body := whole.body.pop(name, None)) is not None:
                properties = body if isinstance(body, dict) else {"properties": UNKNOWN}
                own = whole.one.address
                yield Resource(
                    arm_type,
                    whole.one.label,
                    f"{own}.{name}",
                    properties,
                    references={"parent": (own,)},
                )

    def _add_part(self, one: Instance, mapped: Mapped) -> None:
        entry = entry_of(one.type)
        arm_type = entry_of(entry["part_of"])["arm"]
        owner = self._named(one, arm_type, (entry["by"],))
        if owner is None:
            self._orphan(one, arm_type)
            return
        base = ""
        if "into" in entry:
            base = append(owner.body, entry["into"], mapped.part) + "."
        azapi.merge(owner.body, mapped.body)
        self._owners[one.address] = owner.one.address
        for path, steps in mapped.origins.items():
            self._origins[owner.one.address][base + path] = (one, steps)
        owner.changed = owner.changed or one.fate == "deployed"

    def _add_patch(self, one: Instance, patch: azapi.Sent) -> None:
        owner = self._named(one, patch.arm_type, _ABOVE)
        if owner is None:
            self._orphan(one, patch.arm_type)
            return
        before = self._patched.setdefault(owner.one.address, {})
        # Which of two comes last, the names in a plan do not always tell.
        body = azapi.agreed(before, patch.body)
        azapi.merge(before, body)
        azapi.merge(owner.body, body)
        self._owners[one.address] = owner.one.address
        owner.changed = owner.changed or one.fate == "deployed"
        if patch.unseen:
            self.sorted.unmapped.append(Unseen(one.address, HIDDEN, owner.one.address))

    def _orphan(self, one: Instance, arm_type: str) -> None:
        if one.fate == "deployed":
            reason = f"the resource that it changes ({arm_type}) is none of this input"
            self.sorted.unmapped.append(Unseen(one.address, reason, one.address))

    def _named(self, one: Instance, arm_type: str, attributes: tuple[str, ...]) -> Whole | None:
        """The resource of this type that one of these attributes names, by its name or its id."""
        whole = self.sorted.whole
        for attribute in attributes:
            said = revealed(one.values.get(attribute))[0]
            if isinstance(said, str):
                last = said.rstrip("/").rpartition("/")[2]
                # `azapi_update_resource` may name the resource beside its parent.
                own = revealed(one.values.get("name"))[0] if attribute == "parent_id" else None
                found = self.names.only(arm_type, (last, str(own or last)))
                if found is not None:
                    return found
            address = self._spoken(one, (attribute,))
            if address in whole and whole[address].arm_type == arm_type:
                return whole[address]
        return None

    def _spoken(self, one: Instance, steps: Steps) -> str | None:
        """The one resource that an attribute speaks of; None where it is none or may be several."""
        found = {
            self._owners.get(address, address)
            for _, addresses in self._blocks.mentioned(one, steps)
            for address in addresses
        }
        return found.pop() if len(found) == 1 else None

    def _references(self, whole: Whole) -> dict[str, tuple[str, ...]]:
        own = whole.one.address
        found: dict[str, tuple[str, ...]] = {}
        for path, (one, steps) in self._origins[own].items():
            address = self._spoken(one, steps)
            if address is not None and address != own:
                found[path] = (address,)
                self._learn(whole, path, one, steps)
        for place, above in (("parent", self._parent(whole)), ("group", self._group(whole))):
            if above is not None:
                found[place] = (above,)
        if whole.one.type.startswith("azapi_"):
            spoken = self._spoken(whole.one, ("parent_id",))
            if spoken is not None and "scope" in whole.body:
                found["scope"] = (spoken,)
                self._learn(whole, "scope", whole.one, ("parent_id",))
        return found

    def _learn(self, whole: Whole, path: str, one: Instance, steps: Steps) -> None:
        """Put in place of an unknown value what it will be."""
        found = self._blocks.attribute(one, steps)
        owner = None if found is None else self._owners.get(found[1].address)
        if found is not None and owner is not None:
            value = learned(*found, owner, self._types)
            if value is not None:
                fill(whole.body, path, value)

    def _parent(self, whole: Whole) -> str | None:
        if whole.mapped is None:
            above = whole.arm_type.rpartition("/")[0]
            if "/" not in above:
                return None
            while "/" in above:
                found = self._named(whole.one, above, _ABOVE)
                if found is not None:
                    return found.one.address
                above = above.rpartition("/")[0]
            return None
        entry: Mapping[str, Any] = entry_of(whole.one.type)
        if "parent" not in entry:
            return None
        type_, *attributes = entry["parent"]
        found = self._named(whole.one, entry_of(type_)["arm"], tuple(attributes))
        return found.one.address if found else None

    def _group(self, whole: Whole) -> str | None:
        attributes = ("resource_group_name", "parent_id")
        found = self._named(whole.one, _GROUP, attributes)
        return found.one.address if found and found is not whole else None
