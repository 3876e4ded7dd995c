"""Writes a stack that a program declares as a plan of Terraform: by azapi, and by azurerm.

A double of an author and of Terraform: it says the same in another language, as far as that has
words. It leaves out Pulumi's options, the config, the calls and the outputs, and does not imitate
what the providers check and fill in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.policies.checkov_pack.backwards import TYPES, Said, said
from tests.policies.checkov_pack.written import GROUP, VERSION, own_name
from tests.policies.gates.terraform import plans
from tests.policies.gates.terraform.plans import Block, Hidden

from checkov_pack.hubwarden_checks.sensitive import is_sensitive
from hubwarden_policies.model import UNKNOWN, Hole, Made, Resource, Secret, Stack

_PLACE: Final = "westeurope"
_TOP: Final = ("location", "tags", "identity")
# What azurerm calls what Azure returns.
_RETURNED: Final = {
    "id": "id",
    "name": "name",
    "location": "location",
    "properties.hostName": "hostname",
    "properties.vaultUri": "vault_uri",
    "properties.primaryEndpoints.blob": "primary_blob_endpoint",
    "properties.principalId": "principal_id",
    "identity.principalId": "identity[0].principal_id",
}


@dataclass(frozen=True)
class Attribute:
    """What an attribute is set to: another block's attribute, such as `azurerm_iothub.r0.id`."""

    name: str
    value: Any = UNKNOWN


@dataclass(frozen=True)
class Written:
    """One block; the leaves of its attributes are those of a stack, or `Attribute`."""

    address: str
    attributes: Mapping[str, Any]


def azapi(stack: Stack) -> str:
    """The plan of the same resources, each an `azapi_resource`."""
    return _plan(Terraform(stack, {}))


def azurerm(stack: Stack) -> str | None:
    """The plan with azurerm's resources where that has the words, and azapi's beside them.

    None where it has none for any but the resource group.
    """
    found = in_azurerm(stack)
    return None if found is None else _plan(found)


def in_azurerm(stack: Stack) -> Terraform | None:
    """The blocks that `azurerm` plans."""
    left_out = ("name", "location", "scope")
    bodies = {
        one.address: {key: v for key, v in one.properties.items() if key not in left_out}
        for one in stack.resources
    }
    found = {one.address: said(one.type, bodies[one.address]) for one in stack.resources}
    expressible = {address: one for address, one in found.items() if one is not None}
    own = any(TYPES[one.type]["arm"] != GROUP for one in expressible.values())
    return Terraform(stack, expressible) if own else None


class Terraform:
    """The blocks of a stack; `known` are the resources that azurerm has words for."""

    def __init__(self, stack: Stack, known: Mapping[str, Said]) -> None:
        self._stack = stack
        self._known = known
        self._labels = {
            one.address: f"{known[one.address].type if one.address in known else 'azapi_resource'}"
            f".r{number}"
            for number, one in enumerate(stack.resources)
        }

    def blocks(self) -> Iterator[Written]:
        """Every block, pieces behind what they are pieces of."""
        for one in self._stack.resources:
            label = self._labels[one.address]
            known = self._known.get(one.address)
            if known is None:
                yield Written(label, self._azapi(one))
                continue
            yield Written(label, self._azurerm(one, known))
            for number, (type_, attributes) in enumerate(known.pieces):
                by = TYPES[type_]["by"]
                above = {by: self._naming(by, one.address, own_name(one))}
                name = label.rpartition(".")[2]
                yield Written(f"{type_}.{name}p{number}", {**attributes, **above})

    def expression(self, value: Any) -> Any:
        """What the configuration in a plan says of an attribute: the names in its expression."""
        if isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
            return [{name: self.expression(v) for name, v in one.items()} for one in value]
        names = list(dict.fromkeys(self._names(value)))
        return {"references": names} if names else {"constant_value": None}

    def attribute(self, hole: Hole) -> str | None:
        """The attribute that a hole is; the block where it has no such, None for no block."""
        whole = self._labels.get(hole.source)
        if whole is None or whole.startswith("azapi_"):
            return whole and f"{whole}.{hole.path}"
        known = _RETURNED.get(hole.path)
        return f"{whole}.{known}" if known else whole

    def _azapi(self, one: Resource) -> dict[str, Any]:
        attributes: dict[str, Any] = {
            "type": f"{one.type}@{one.api_version or VERSION}",
            "name": own_name(one),
            "body": {k: v for k, v in one.properties.items() if k not in (*_TOP, "name", "scope")},
            **{key: one.properties[key] for key in _TOP if key in one.properties},
        }
        if "location" in attributes:
            attributes["location"] = _PLACE
        if isinstance(identity := attributes.get("identity"), Mapping):
            assigned = list(identity.get("userAssignedIdentities") or ())
            attributes["identity"] = [{"type": identity.get("type"), "identity_ids": assigned}]
        above = self._above(one, "parent", "scope", "group")
        if above is not None:
            attributes["parent_id"] = Attribute(f"{self._labels[above]}.id")
        elif isinstance(scope := one.properties.get("scope"), str):
            attributes["parent_id"] = scope
        return attributes

    def _azurerm(self, one: Resource, known: Said) -> dict[str, Any]:
        entry = TYPES[known.type]
        to = {how: name for name, how in entry["attributes"].items() if isinstance(how, str)}
        attributes = dict(known.attributes)
        if "name" in to:
            attributes["name"] = own_name(one)
        if one.properties.get("location") is not None and "location" in to:
            attributes["location"] = _PLACE
        if "scope" in to:
            above = self._above(one, "scope", "group")
            scope = one.properties.get("scope")
            if scope is None and above is not None:
                scope = Attribute(f"{self._labels[above]}.id")
            attributes[to["scope"]] = scope
        if "parent" in entry:
            type_, by, *_ = entry["parent"]
            parent = self._parent(one, TYPES[type_]["arm"])
            name = own_name(parent) if parent is not None else "elsewhere"
            attributes[by] = self._naming(by, parent.address if parent else None, name)
        group = self._above(one, "group")
        named = [name for names in entry.get("ignored", {}).values() for name in names]
        if group is not None and "resource_group_name" in named and known.type != GROUP:
            above_ = self._stack.at(group)
            assert above_ is not None
            attributes["resource_group_name"] = self._naming(
                "resource_group_name", group, own_name(above_)
            )
        return attributes

    def _naming(self, by: str, address: str | None, name: str) -> Any:
        """The attribute that names the resource above by its name or its id."""
        if address is None:
            return name
        end = "id" if by.endswith("_id") else "name"
        return Attribute(f"{self._labels[address]}.{end}", UNKNOWN if end == "id" else name)

    def _parent(self, one: Resource, arm_type: str) -> Resource | None:
        """The resource of this type above; azurerm has no blob service between them."""
        above = self._stack.at(self._above(one, "parent") or "")
        if above is None or above.type == arm_type:
            return above
        return self._parent(above, arm_type)

    def _above(self, one: Resource, *places: str) -> str | None:
        found = (address for place in places for address in one.references.get(place, ())[:1])
        return next((address for address in found if address in self._labels), None)

    def _names(self, value: Any) -> Iterator[str]:
        match value:
            case Secret():
                yield from self._names(value.value)
            case Mapping():
                for item in value.values():
                    yield from self._names(item)
            case list() | tuple():
                for item in value:
                    yield from self._names(item)
            case Attribute():
                yield from (value.name, value.name.rpartition(".")[0])
            case Made():
                for part in value.parts:
                    if isinstance(part, Hole) and (named := self.attribute(part)) is not None:
                        yield from (named, self._labels[part.source])


def _plan(found: Terraform) -> str:
    blocks = [
        Block(
            one.address,
            _marked(one.attributes, one.address.partition(".")[0]),
            {name: found.expression(value) for name, value in one.attributes.items()},
        )
        for one in found.blocks()
    ]
    return json.dumps(json.loads(plans.plan(*blocks)), indent=2)


def _marked(value: Any, type_: str, name: str = "") -> Any:
    """A value with the marks of a plan's double; what a schema calls sensitive always is."""
    if is_sensitive(type_, name) and not isinstance(value, Secret):
        return Hidden(_marked(value, type_))
    match value:
        case Secret():
            return Hidden(_marked(value.value, type_))
        case Mapping():
            return {key: _marked(item, type_, key) for key, item in value.items()}
        case list() | tuple():
            return [_marked(item, type_) for item in value]
        case Attribute():
            return _marked(value.value, type_)
        case Made():
            return plans.UNKNOWN
    return plans.UNKNOWN if value is UNKNOWN else value
