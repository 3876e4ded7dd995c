"""Names and ids of resources, as expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import Call, Expression, Member, Name, Text
from hubwarden_policies.gates.bicep.template import resources, text
from hubwarden_policies.gates.bicep.template.scope import quoted
from hubwarden_policies.gates.bicep.template.turns import Turn

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.template.scope import Scope

_WHOLE = {
    "resourceGroup": "resourceId",
    "subscription": "subscriptionResourceId",
    "managementGroup": "managementGroupResourceId",
    "tenant": "tenantResourceId",
}


def above(one: Turn) -> Turn | None:
    """The parent of a resource, nested or named; raises `Refused`."""
    if one.deployed.inside is not None:
        return resources.at_home(one.scope, one.deployed.inside)
    said = one.deployed.parent
    if said is None:
        return None
    found = resources.resolve(one.scope, said)
    if found is None:
        raise Refused("The parent is no resource of this file: name its symbol.", said.at)
    return found


def segments(one: Turn) -> list[str]:
    """The names from the outermost to its own, one for each part of its type."""
    name = one.deployed.name
    if name is None:
        return [_unnamed(one)]
    parent = above(one)
    if parent is not None:
        return [*segments(parent), text.text(one.scope, name)]
    count = one.deployed.arm_type.count("/")
    if count <= 1 or one.deployed.is_module:
        return [text.text(one.scope, name)]
    parts = _split(name, count)
    if parts is not None:
        return [text.text(one.scope, part) for part in parts]
    written = text.text(one.scope, name)
    return [f"split({written}, '/')[{index}]" for index in range(count)]


def _unnamed(one: Turn) -> str:
    """A module without a name gets one from Bicep; a resource needs its own."""
    if one.deployed.is_module:
        return f"format('{one.deployed.key}-{{0}}', uniqueString({quoted(one.deployed.key)}))"
    raise Refused("A resource needs a name: give it one.", one.deployed.declared.at)


def _split(name: Expression, count: int) -> list[Text] | None:
    """The parts between the slashes, where all slashes are written out."""
    if not isinstance(name, Text):
        return None
    parts: list[tuple[list[str], list[Expression]]] = [([""], [])]
    for index, literal in enumerate(name.literals):
        first, *others = literal.split("/")
        parts[-1][0][-1] += first
        parts += [([other], []) for other in others]
        if index < len(name.between):
            parts[-1][1].append(name.between[index])
            parts[-1][0].append("")
    if len(parts) != count:
        return None
    return [Text(name.at, tuple(literals), tuple(between)) for literals, between in parts]


def own_name(one: Turn) -> str:
    """What its `name` says."""
    if one.deployed.name is None:
        return _unnamed(one)
    return text.text(one.scope, one.deployed.name)


def of(one: Turn) -> str:
    """Its id."""
    deployed, names = one.deployed, ", ".join(segments(one))
    arguments = f"{quoted(deployed.arm_type)}, {names}"
    home = outermost(one)
    said = home.deployed.said("scope")
    if said is None:
        return f"{_WHOLE[one.scope.symbols.target]}({arguments})"
    extended = resources.resolve(home.scope, said)
    if extended is not None and not extended.deployed.is_module:
        return f"extensionResourceId({of(extended)}, {arguments})"
    return _elsewhere(home, said, arguments)


def outermost(one: Turn) -> Turn:
    """What it is nested in at last, whose scope is its own; raises `Refused`."""
    for _ in range(20):
        parent = above(one)
        if parent is None:
            return one
        one = parent
    raise Refused("A resource is its own parent: break the cycle.", one.deployed.declared.at)


def _elsewhere(one: Turn, said: Expression, arguments: str) -> str:
    function, given = scope_call(one.scope, said)
    match function, given:
        case "resourceGroup", [group]:
            where = f"subscription().subscriptionId, {group}"
        case "resourceGroup", [subscription, group]:
            where = f"{subscription}, {group}"
        case "resourceGroup", []:
            return f"resourceId({arguments})"
        case "subscription", []:
            return f"subscriptionResourceId({arguments})"
        case "subscription", [subscription]:
            return f"subscriptionResourceId({subscription}, {arguments})"
        case "managementGroup", [group]:
            group = f"tenantResourceId('Microsoft.Management/managementGroups', {group})"
            return f"extensionResourceId({group}, {arguments})"
        case "managementGroup", []:
            return f"managementGroupResourceId({arguments})"
        case _:
            return f"tenantResourceId({arguments})"
    where = f"format('/subscriptions/{{0}}/resourceGroups/{{1}}', {where})"
    return f"extensionResourceId({where}, {arguments})"


def scope_call(scope: Scope, said: Expression) -> tuple[str, list[str]]:
    """The function that a scope is made by, and its arguments; raises `Refused`."""
    if isinstance(said, Call):
        function = said.function
        name = function.name if isinstance(function, Name | Member) else ""
        if name in _WHOLE:
            return name, [text.text(scope, given) for given in said.arguments]
    raise Refused(
        "This scope is neither a resource nor resourceGroup(), subscription(), managementGroup() "
        "or tenant(): write it as one of them.",
        said.at,
    )
