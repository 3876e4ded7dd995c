"""Writes a stack that a program declares as an ARM template.

A double of an author: it says the same in another language, as far as that has words. It leaves out
Pulumi's options, the config, the calls and the group, which it is deployed into.
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
