"""Writes a stack that a program declares as an ARM template, and as a plan of azapi's resources.

A double of an author: it says the same in another language, as far as that has words. It leaves out
Pulumi's options, the config and the calls, of a template also the group, which it is deployed into,
and of a plan the outputs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hubwarden_policies.model import UNKNOWN, Hole, Made, Resource, Secret, Stack

SCHEMA: Final = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
GROUP: Final = "Microsoft.Resources/resourceGroups"
VERSION: Final = "2023-06-30"
_PLACE: Final = "westeurope"
_TOP: Final = ("location", "tags", "identity")


@dataclass
class Template:
    """One stack's template; `parameters` are what is not known when it is written."""

    stack: Stack
    parameters: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        """The template as JSON, a line for each value."""
        resources = [self._resource(one) for one in self.stack.resources if one.type != GROUP]
        outputs = {
            name: {
                "type": "secureString" if isinstance(value, Secret) else "string",
                "value": self._value(value),
            }
            for name, value in self.stack.exports.items()
        }
        said = {
            "$schema": SCHEMA,
            "contentVersion": "1.0.0.0",
            "parameters": self.parameters,
            "resources": resources,
            **({"outputs": outputs} if outputs else {}),
        }
        return json.dumps(said, indent=2)

    def _resource(self, one: Resource) -> dict[str, Any]:
        body = {key: self._value(value) for key, value in one.properties.items()}
        body.pop("scope", None)
        if one.properties.get("location") is not None:
            body["location"] = _PLACE
        if (scope := self._scope(one)) is not None:
            body["scope"] = scope
        names = "/".join(self._names(one))
        version = one.api_version or VERSION
        return {**body, "type": one.type, "apiVersion": version, "name": names}

    def _scope(self, one: Resource) -> Any:
        above = [self.stack.at(address) for address in one.references.get("scope", ())]
        if above and above[0] is not None:
            return None if above[0].type == GROUP else f"[{self._id(above[0])}]"
        said = one.properties.get("scope")
        return None if said is None else self._value(said)

    def _names(self, one: Resource) -> list[str]:
        own = own_name(one)
        depth = one.type.count("/")
        for address in one.references.get("parent", ()):
            if (parent := self.stack.at(address)) is not None:
                own_names = self._names(parent)
                return [*own_names, *["default"] * (depth - len(own_names) - 1), own]
        return [*["elsewhere"] * (depth - 1), own]

    def _id(self, one: Resource) -> str:
        if one.type == GROUP:
            return "resourceGroup().id"
        names = ", ".join(f"'{name}'" for name in self._names(one))
        return f"resourceId('{one.type}', {names})"

    def _value(self, value: Any, *, secret: bool = False) -> Any:
        if isinstance(value, Secret):
            return self._value(value.value, secret=True)
        if isinstance(value, Mapping):
            return {key: self._value(item, secret=secret) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self._value(item, secret=secret) for item in value]
        if isinstance(value, Made):
            return self._made(value, secret=secret)
        if value is UNKNOWN or (secret and isinstance(value, str)):
            return f"[{self._parameter(secret=secret)}]"
        if isinstance(value, str) and value.startswith("["):
            return f"[{value}"
        return value

    def _made(self, value: Made, *, secret: bool) -> Any:
        if not value.sources:
            return f"[{self._parameter(secret=secret)}]"
        parts = [
            f"'{part}'" if isinstance(part, str) else self._hole(part, secret=secret)
            for part in value.parts
        ]
        return f"[{parts[0]}]" if len(parts) == 1 else f"[concat({', '.join(parts)})]"

    def _hole(self, hole: Hole, *, secret: bool) -> str:
        one = self.stack.at(hole.source)
        if one is None:
            if hole.source.startswith("call:"):
                id_ = "resourceId('Microsoft.Devices/IotHubs', 'elsewhere')"
                return f"listKeys({id_}, '{VERSION}').{hole.path}"
            return self._parameter(secret=secret or hole.source.startswith("config:"))
        if hole.path == "id":
            return self._id(one)
        if hole.path == "name":
            return f"'{own_name(one)}'"
        whole = "" if hole.path.startswith("properties.") else ", 'full'"
        path = hole.path.removeprefix("properties.")
        return f"reference({self._id(one)}, '{VERSION}'{whole}).{path}"

    def _parameter(self, *, secret: bool) -> str:
        name = f"value{len(self.parameters)}"
        self.parameters[name] = {"type": "secureString" if secret else "string"}
        return f"parameters('{name}')"


def own_name(one: Resource) -> str:
    """The resource's own name, or what the program calls it."""
    name = one.properties.get("name")
    return name if isinstance(name, str) else one.name


def azapi(stack: Stack) -> str:
    """The plan of the same resources, each an `azapi_resource`."""
    labels = {one.address: f"r{number}" for number, one in enumerate(stack.resources)}
    changes, blocks = [], []
    for one in stack.resources:
        known, unknown, secret = {}, {}, {}
        body = {k: v for k, v in one.properties.items() if k not in (*_TOP, "name", "scope")}
        attributes = {
            "type": f"{one.type}@{one.api_version or VERSION}",
            "name": own_name(one),
            "body": body,
            **{key: one.properties[key] for key in _TOP if key in one.properties},
        }
        if "location" in attributes:
            attributes["location"] = _PLACE
        if isinstance(attributes.get("identity"), Mapping):
            attributes["identity"] = [_identity(attributes["identity"])]
        expressions: dict[str, Any] = {}
        for name, value in attributes.items():
            known[name], unknown[name], secret[name] = _marked(value)
            named = list(_addresses(value, labels))
            expressions[name] = {"references": named} if named else {"constant_value": None}
        above = [
            labels[address]
            for place in ("parent", "scope", "group")
            for address in one.references.get(place, ())[:1]
            if address in labels
        ]
        if above:
            unknown["parent_id"] = True
            whole = f"azapi_resource.{above[0]}"
            expressions["parent_id"] = {"references": [f"{whole}.id", whole]}
        elif isinstance(scope := one.properties.get("scope"), str):
            known["parent_id"] = scope
            expressions["parent_id"] = {"constant_value": scope}
        label = labels[one.address]
        named_ = {"mode": "managed", "type": "azapi_resource", "name": label}
        change = {
            "actions": ["create"],
            "before": None,
            "after": known,
            "after_unknown": unknown,
            "after_sensitive": secret,
        }
        changes.append({"address": f"azapi_resource.{label}", **named_, "change": change})
        blocks.append({"address": f"azapi_resource.{label}", **named_, "expressions": expressions})
    planned = [
        {
            **{key: one[key] for key in ("address", "mode", "type", "name")},
            "provider_name": "azure/azapi",
            "values": one["change"]["after"],  # type: ignore[index]
        }
        for one in changes
    ]
    said = {
        "format_version": "1.2",
        "terraform_version": "1.9.8",
        "planned_values": {"root_module": {"resources": planned}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": blocks}},
    }
    return json.dumps(said, indent=2)


def _identity(said: Mapping[str, Any]) -> dict[str, Any]:
    assigned = said.get("userAssignedIdentities") or ()
    return {"type": said.get("type"), "identity_ids": list(assigned)}


def _marked(value: Any) -> tuple[Any, Any, Any]:
    """A value as what is known of it, what is not, and what is sensitive."""
    if isinstance(value, Secret):
        known, unknown, _ = _marked(value.value)
        return known, unknown, True
    if isinstance(value, Mapping):
        parts = {key: _marked(item) for key, item in value.items()}
        return tuple({key: part[i] for key, part in parts.items()} for i in range(3))  # type: ignore[return-value]
    if isinstance(value, list | tuple):
        items = [_marked(item) for item in value]
        return tuple([item[i] for item in items] for i in range(3))  # type: ignore[return-value]
    if value is UNKNOWN or isinstance(value, Made):
        return None, True, False
    return value, False, False


def _addresses(value: Any, labels: Mapping[str, str]) -> Any:
    if isinstance(value, Secret):
        yield from _addresses(value.value, labels)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _addresses(item, labels)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _addresses(item, labels)
    elif isinstance(value, Made):
        for part in value.parts:
            if isinstance(part, Hole) and part.source in labels:
                whole = f"azapi_resource.{labels[part.source]}"
                yield from (f"{whole}.{part.path}", whole)
