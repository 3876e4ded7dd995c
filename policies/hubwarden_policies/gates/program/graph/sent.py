"""What Azure is sent of a resource, from the inputs that its package has for it.

azure-native names things as Azure does; the bridge of the provider azurerm has that provider's
names, and where Azure has one resource, sometimes several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.program.graph.arm_body import Body, arm_path, body, url_of
from hubwarden_policies.gates.terraform.azurerm import azurerm_to_arm, entry_of
from hubwarden_policies.gates.terraform.bridged import arm_path_of, attributes_of, bridged_name
from hubwarden_policies.model import Made, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hubwarden_policies.gates.program.graph.tokens import Kind

_SCOPE: Final = "scope"


def sent(kind: Kind, inputs: Mapping[str, Any]) -> Body:
    """The body of a resource of a kind that has an ARM type; of a piece only what it adds."""
    if kind.arm_type is None:
        return Body(dict(inputs))
    if kind.azurerm is None:
        return body(kind.arm_type, inputs)
    mapped = azurerm_to_arm(kind.azurerm, attributes_of(kind.azurerm, inputs))
    if kind.standing == "part":
        return Body(mapped.part or mapped.body, unmapped=mapped.unmapped)
    parameters, inputs_of = _address(kind.arm_type, kind.azurerm, mapped.body, inputs)
    return Body(mapped.body, parameters, inputs_of, mapped.unmapped)


def sent_path(kind: Kind, path: str) -> str:
    """The ARM path of an input's path; of a kind that rules do not read the path as it is."""
    if kind.azurerm is not None:
        return arm_path_of(kind.azurerm, path)
    return arm_path(kind.arm_type, path) if kind.standing == "ours" and kind.arm_type else path


def children(kind: Kind, properties: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Takes out of a body what is a resource of its own to Azure: (name, ARM type, body)."""
    entry = entry_of(kind.azurerm) if kind.azurerm else {}
    for name, arm_type in entry.get("children", {}).items():
        if (found := properties.pop(name, None)) is not None:
            yield name, arm_type, found


def owner_input(kind: Kind) -> str:
    """The input of a piece that names what it is a piece of."""
    return bridged_name(entry_of(kind.azurerm or "")["by"])


def last_name(value: Any) -> Any:
    """The name that an id ends in; a name is one already."""
    while isinstance(value, Secret):
        value = value.value
    if isinstance(value, str):
        return value.rstrip("/").rpartition("/")[2]
    if not isinstance(value, Made):
        return value
    parts: list[Any] = []
    for part in reversed(value.parts):
        if isinstance(part, str) and "/" in part:
            parts.append(part.rpartition("/")[2])
            break
        parts.append(part)
    found = tuple(part for part in reversed(parts) if part != "")
    return found[0] if len(found) == 1 and isinstance(found[0], str) else Made(found)


def _address(
    arm_type: str, azurerm: str, placed: Mapping[str, Any], inputs: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """The parameters of the address by azure-native's names, and the inputs that they are from."""
    url = url_of(arm_type)
    known = {name.lower(): name for name in url.parameters}
    inputs_of = {known[name.lower()]: name for name in inputs if name.lower() in known}
    above, *attributes = entry_of(azurerm).get("parent", (None,))
    if above is not None:
        place = url.names[entry_of(above)["arm"].count("/") - 1]
        for name in map(bridged_name, attributes):
            if inputs.get(name) is not None:
                inputs_of[place] = name
    parameters = {place: last_name(inputs[name]) for place, name in inputs_of.items()}
    if "name" in placed:
        parameters[url.names[-1]] = placed["name"]
    if url.scope is not None and _SCOPE in placed:
        parameters[url.scope] = placed[_SCOPE]
    return parameters, inputs_of
