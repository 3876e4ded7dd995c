"""From the inputs of an azure-native resource to the body that Azure is sent.

The SDK leaves out the `properties` object of some types and of some things within, and renames a
few properties. A name belongs where the ARM type has it: in the object itself, else in its
`properties`; data/azure-native.json has what no such rule finds. A name that is nowhere stays
where it is, so that a rule or a person can still see it.
"""

from __future__ import annotations

import re
from dataclasses import field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hubwarden_policies.data import load
from hubwarden_policies.gates.program.graph.arm_tree import Node, tree
from hubwarden_policies.gates.program.graph.tokens import canonical, identify
from hubwarden_policies.model import Hole, Made, Secret
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

# Inputs of azure-native itself, whatever the type.
_SETTINGS: Final = frozenset({"azureApiVersion", "apiVersion", "__createBeforeDelete"})

_STEP: Final = re.compile(r"\.?(?P<name>[^.\[\]]+)|(?P<index>\[\d+\])")


class Url(NamedTuple):
    """Which inputs of a type are its address: see `urls` in data/azure-native.json."""

    names: tuple[str, ...]
    scope: str | None
    parameters: frozenset[str]


@record
class Body:
    """The ARM body with its `name` and `scope`, and the values of the address by SDK name.

    `inputs_of` has the inputs that those are from where they are called otherwise, `unmapped` the
    inputs that nobody here knows.
    """

    properties: dict[str, Any]
    parameters: dict[str, Any] = field(default_factory=dict)
    inputs_of: Mapping[str, str] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()


def body(arm_type: str, inputs: Mapping[str, Any]) -> Body:
    """The ARM body of a resource of this type with these inputs (wire names, values decoded)."""
    url = url_of(arm_type)
    parameters = {name: value for name, value in inputs.items() if name in url.parameters}
    rest = {
        name: value
        for name, value in inputs.items()
        if name not in url.parameters and name not in _SETTINGS
    }
    placed: dict[str, Any] = {}
    if (own := name_of(url.names[-1], parameters)) is not None:
        placed["name"] = own
    if url.scope is not None and url.scope in parameters:
        placed["scope"] = parameters[url.scope]
    placed.update(_placing(arm_type).object(tree(arm_type), rest, ""))
    return Body(placed, parameters)


def name_of(parameter: str, parameters: Mapping[str, Any]) -> Any:
    """The value of a name in an address: an input's, or the text that is always the same."""
    return parameter[1:] if parameter.startswith("=") else parameters.get(parameter)


def arm_path(token: str, path: str) -> str:
    """The ARM path of an input's path (`networkRuleSet.ipRules[0].iPAddressOrRange`).

    `token` is a Pulumi token or an ARM type; of any other resource the path stays as it is.
    """
    arm_type = canonical(token) or identify(token).arm_type
    if arm_type is None:
        return path
    url = url_of(arm_type)
    if path in url.parameters:
        return {url.names[-1]: "name", url.scope: "scope"}.get(path, path)
    return _placing(arm_type).path(tree(arm_type), path)


@cache
def url_of(arm_type: str) -> Url:
    """Which inputs of this type are no part of its body."""
    entry = load("azure-native.json")["urls"].get(arm_type, {"names": ["name"]})
    names = tuple(entry["names"])
    scope = entry.get("scope")
    also = {"resourceGroupName", *entry.get("also", ()), *([scope] if scope else ())}
    return Url(names, scope, frozenset({*names, *also}))


_Spot = tuple[tuple[str, ...], Node | None]


@cache
def _placing(arm_type: str) -> _Placing:
    return _Placing(arm_type)


class _Placing:
    """Puts names of one ARM type where they belong."""

    def __init__(self, arm_type: str) -> None:
        self._renames: Mapping[str, str] = load("azure-native.json")["renames"].get(arm_type, {})
        self._spots: dict[str, _Spot] = {}

    def object(self, node: Node | None, value: Mapping[str, Any], path: str) -> dict[str, Any]:
        if node is None:
            return dict(value)
        placed: dict[str, Any] = {}
        for name, item in value.items():
            below = f"{path}.{name}" if path else name
            steps, child = self._spot(node, name, below)
            target = placed
            for step in steps[:-1]:
                # What stands there may be a secret or unknown as a whole, and stays so.
                inner = target.setdefault(step, {})
                target = inner if isinstance(inner, dict) else target
            kept, new = target.get(steps[-1]), self._value(child, item, below)
            if isinstance(kept, dict) and isinstance(new, dict):
                new = {**kept, **new}
            target[steps[-1]] = new
        return placed

    def path(self, node: Node | None, path: str) -> str:
        """The ARM path of a path within an object."""
        found, below = "", ""
        for step in _STEP.finditer(path):
            name = step["name"]
            if name is None:
                found, below = found + step["index"], below + "[]"
                node = node.items if node else None
                continue
            below = f"{below}.{name}" if below else name
            steps, node = self._spot(node, name, below) if node else ((name,), None)
            found = ".".join((found, *steps)) if found else ".".join(steps)
        return found

    def _value(self, node: Node | None, value: Any, path: str) -> Any:
        if node is None:
            return value
        if isinstance(value, Secret):
            return Secret(self._value(node, value.value, path))
        if isinstance(value, dict):
            return self.object(node, value, path)
        if not isinstance(value, list):
            return value
        if node.every is not None and not any(isinstance(item, dict | list) for item in value):
            # azure-native takes the keys of a map of empty objects as a list.
            return {_key(item): {} for item in value}
        return [self._value(node.items, item, f"{path}[]") for item in value]

    def _spot(self, node: Node, name: str, path: str) -> _Spot:
        """Where a name of the SDK belongs in this object, and what it holds there."""
        if node.every is not None and not node.children:
            return (name,), node.every
        if path not in self._spots:
            self._spots[path] = self._find(node, name, path)
        return self._spots[path]

    def _find(self, node: Node, name: str, path: str) -> _Spot:
        if path in self._renames:
            renamed = self._renames[path]
            prefix = ("properties",) if renamed.startswith("properties.") else ()
            key = renamed.removeprefix("properties.")
            holder = node.children["properties"] if prefix else node
            return (*prefix, key), holder.children.get(key)
        top = path == name
        inner = node.children.get("properties") or Node()
        for exact in (True, False):
            for prefix, holder in (((), node), (("properties",), inner)):
                found = holder.child(name, exact=exact)
                # At the top a name that Azure only returns is another one's: part of the address.
                if not found or not _spells(name, found[0]):
                    continue
                if not (top and found[1].read_only):
                    return (*prefix, found[0]), found[1]
        if top and not node.listed:
            return ("properties", name), None
        return (name,), None


def _spells(name: str, arm: str) -> bool:
    """Whether azure-native may spell this ARM name so: the first letter in another case
    (`iPAddressOrRange`), or in camel case what ARM has in small letters (`keyVaultUri`).

    Any other case is no name to it, and what stands there does not reach Azure
    (source: provider/pkg/convert/sdkInputsToRequestBody.go).
    """
    return name[1:] == arm[1:] or arm == name.lower()


def _key(item: Any) -> str:
    """The text of a map's key: made-up stretches by what they came from."""
    if isinstance(item, Secret):
        return _key(item.value)
    if isinstance(item, Made):
        texts = (f"{{{p.source}.{p.path}}}" if isinstance(p, Hole) else p for p in item.parts)
        return "".join(texts)
    return item if isinstance(item, str) else repr(item)
