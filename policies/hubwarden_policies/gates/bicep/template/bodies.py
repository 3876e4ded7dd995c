"""Resources as a template declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import Property, Spread, Text
from hubwarden_policies.gates.bicep.template import identity, resources, text, values
from hubwarden_policies.gates.bicep.template.declared import check_decorators
from hubwarden_policies.gates.bicep.template.scope import escaped, quoted

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.syntax.tree import Expression
    from hubwarden_policies.gates.bicep.template.places import Place
    from hubwarden_policies.gates.bicep.template.scope import Scope
    from hubwarden_policies.gates.bicep.template.symbols import Deployed
    from hubwarden_policies.gates.bicep.template.turns import Turn

_OWN: Final = frozenset({"name", "parent", "scope", "dependsOn"})


def turn_of(scope: Scope, deployed: Deployed) -> Turn:
    """The body's own view: within its loop, if it has one."""
    return resources.of_turn(scope, deployed, f"copyIndex({quoted(deployed.key)})")


def head(scope: Scope, deployed: Deployed, place: Place) -> tuple[dict[str, Any], Turn]:
    """What a resource and a module have in common; raises `Refused`."""
    declared = deployed.declared
    check_decorators(declared)
    one = turn_of(scope, deployed)
    if declared.loop is not None and deployed.inside is not None and _loops(deployed.inside):
        raise Refused("A loop in a loop cannot be nested: declare it with `parent`.", declared.at)
    found: dict[str, Any] = {"existing": True} if declared.existing else {}
    conditions = _conditions(one)
    if conditions:
        found["condition"] = f"[{conditions}]"
        place.child("condition", declared.at)
    if declared.loop is not None:
        over = text.text(scope.outside(), declared.loop.over)
        found["copy"] = {"name": deployed.key, "count": f"[length({over})]"}
        place.child("copy", declared.loop.over.at)
    found |= {"type": deployed.arm_type, "apiVersion": deployed.version}
    found["name"] = _name(one)
    place.child("type", declared.kind.at)
    if (name := declared.body.get("name")) is not None:
        place.child("name", name.at)
    return found, one


def resource(scope: Scope, deployed: Deployed, place: Place) -> dict[str, Any]:
    """A resource of the template; raises `Refused`."""
    found, one = head(scope, deployed, place)
    _known(deployed)
    home = identity.outermost(one)
    said = home.deployed.said("scope")
    if said is not None:
        place.child("scope", said.at)
        found |= _scope(home, said)
    entries = tuple(
        entry
        for entry in deployed.declared.body.entries
        if isinstance(entry, Spread) or entry.key.plain not in _OWN
    )
    return found | values.properties(one.scope, entries, place)


def _known(deployed: Deployed) -> None:
    for entry in deployed.declared.body.entries:
        if isinstance(entry, Property) and entry.key.plain in {"type", "apiVersion", "copy"}:
            raise Refused(f"A resource has no property {entry.key.plain}: take it out.", entry.at)


def _loops(deployed: Deployed) -> bool:
    return deployed.declared.loop is not None


def _conditions(one: Turn) -> str:
    """Its condition and those of what it is nested in."""
    found: list[str] = []
    deployed: Deployed | None = one.deployed
    scope = one.scope
    while deployed is not None:
        if deployed.declared.condition is not None and not deployed.declared.existing:
            found.insert(0, text.text(scope, deployed.declared.condition))
        deployed, scope = deployed.inside, scope.outside()
    return found[0] if len(found) == 1 else f"and({', '.join(found)})" if found else ""


def _name(one: Turn) -> str:
    deployed = one.deployed
    parts = identity.segments(one)
    if deployed.name is not None and len(parts) == 1:
        plain = deployed.name.plain if isinstance(deployed.name, Text) else None
        return escaped(plain) if plain is not None else f"[{parts[0]}]"
    if all(_is_plain(part) for part in parts):
        return escaped("/".join(part[1:-1].replace("''", "'") for part in parts))
    pattern = "/".join(f"{{{index}}}" for index in range(len(parts)))
    return f"[format('{pattern}', {', '.join(parts)})]" if len(parts) > 1 else f"[{parts[0]}]"


def _is_plain(written: str) -> bool:
    inside = written[1:-1].replace("''", "")
    return written.startswith("'") and written.endswith("'") and "'" not in inside


def _scope(one: Turn, said: Expression) -> dict[str, Any]:
    """Where a resource is that is not simply in the template's own group."""
    extended = resources.resolve(one.scope, said)
    if extended is not None:
        return {"scope": f"[{identity.of(extended)}]"}
    return elsewhere(one, said)


def elsewhere(one: Turn, said: Expression) -> dict[str, Any]:
    """The properties that a scope of another group, subscription or tenant becomes."""
    function, given = identity.scope_call(one.scope, said)
    match function, given:
        case "resourceGroup", [group]:
            return {"resourceGroup": f"[{group}]"}
        case "resourceGroup", [subscription, group]:
            return {"subscriptionId": f"[{subscription}]", "resourceGroup": f"[{group}]"}
        case "subscription", [subscription]:
            return {"subscriptionId": f"[{subscription}]"}
        case "managementGroup", [group]:
            return {"scope": f"[format('Microsoft.Management/managementGroups/{{0}}', {group})]"}
        case "tenant", []:
            return {"scope": "/"}
    return {}
