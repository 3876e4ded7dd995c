"""Modules: files that a file deploys."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.text import NotJson, read
from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import Call, Member, Object, Spread
from hubwarden_policies.gates.bicep.template import bodies, identity, resources, text, values

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.files import File
    from hubwarden_policies.gates.bicep.syntax.tree import Expression
    from hubwarden_policies.gates.bicep.template.places import Place
    from hubwarden_policies.gates.bicep.template.scope import Scope
    from hubwarden_policies.gates.bicep.template.symbols import Deployed
    from hubwarden_policies.gates.bicep.template.turns import Turn

_KNOWN: Final = frozenset({"name", "params", "scope", "dependsOn", "identity", "extensionConfigs"})


def path_of(deployed: Deployed) -> str:
    """The path of a module's file; raises `Refused` for one that lies elsewhere."""
    kind = deployed.declared.kind
    path = kind.plain
    if path is None:
        raise Refused("The path of a module is a plain text: write it out.", kind.at)
    if path.startswith(("br:", "br/", "ts:", "ts/")):
        raise Refused(
            f"hubwarden cannot see the module {path}: build the file with `bicep build`, which "
            "restores it, and check the template; or name this file in `leave_out` of "
            "hubwarden.toml.",
            kind.at,
        )
    return path


def file_of(scope: Scope, deployed: Deployed) -> File:
    """The Bicep file of a module; raises `Refused`."""
    path = scope.file.path.parent / Path(path_of(deployed))
    return scope.unit.files.open(path, deployed.declared.kind.at)


def template_of(scope: Scope, deployed: Deployed) -> Any:
    """The template of a module that is written in JSON, else None; raises `Refused`."""
    path, at = path_of(deployed), deployed.declared.kind.at
    if not path.endswith((".json", ".jsonc")):
        return None
    try:
        return read(scope.unit.files.load(scope.file.path.parent / Path(path), at).encode()).value
    except NotJson:
        raise Refused(f"{path} is not JSON that hubwarden can read: mend it.", at) from None


def module(scope: Scope, deployed: Deployed, template: Any, place: Place) -> dict[str, Any]:
    """The deployment of a module's template; raises `Refused`."""
    found, one = bodies.head(scope, deployed, place)
    for entry in deployed.declared.body.entries:
        if isinstance(entry, Spread) or entry.key.plain not in _KNOWN:
            key = "..." if isinstance(entry, Spread) else entry.key.plain
            raise Refused(f"A module has no property {key}: take it out.", entry.at)
    said = deployed.said("scope")
    if said is not None:
        place.child("scope", said.at)
        found |= _scope(one, said)
    below = place.child("properties")
    return found | {
        "properties": {
            "expressionEvaluationOptions": {"scope": "inner"},
            "mode": "Incremental",
            "parameters": _parameters(one, below.child("parameters")),
            "template": template,
        }
    }


def _scope(one: Turn, said: Expression) -> dict[str, Any]:
    """A module's scope may be a resource group, subscription or the like that the file declares."""
    deployed = resources.resolve(one.scope, said)
    if deployed is None:
        return bodies.elsewhere(one, said)
    name = identity.own_name(deployed)
    kind = deployed.deployed.arm_type.lower()
    if kind == "microsoft.resources/resourcegroups":
        inside = deployed.deployed.said("scope")
        found = {"resourceGroup": f"[{name}]"}
        return found if inside is None else bodies.elsewhere(deployed, inside) | found
    if kind == "microsoft.management/managementgroups":
        return {"scope": f"[format('Microsoft.Management/managementGroups/{{0}}', {name})]"}
    raise Refused("A module is deployed to a group or subscription: name one.", said.at)


def _parameters(one: Turn, place: Place) -> dict[str, Any]:
    said = one.deployed.said("params")
    if said is None:
        return {}
    if not isinstance(said, Object):
        raise Refused("The parameters of a module are `{ … }`: write them out.", said.at)
    found: dict[str, Any] = {}
    for entry in said.entries:
        if isinstance(entry, Spread) or entry.key.plain is None:
            raise Refused("Name each parameter of a module by itself.", entry.at)
        below = place.child(entry.key.plain, entry.at)
        try:
            secret = _secret(one.scope, entry.value)
            if secret is None:
                secret = {"value": values.value(one.scope, entry.value, below.child("value"))}
        except Refused as refused:
            one.scope.refuse(refused)
            secret = {"value": f"[{one.scope.unit.nobody_knows(entry.key.plain)}]"}
        found[entry.key.plain] = secret
    return found


def _secret(scope: Scope, said: Expression) -> dict[str, Any] | None:
    """`vault.getSecret('name')` as a reference; None for any other value."""
    if not isinstance(said, Call) or not isinstance(said.function, Member):
        return None
    vault = resources.resolve(scope, said.function.of)
    if vault is None or said.function.name != "getSecret":
        return None
    if not said.arguments:
        raise Refused("getSecret() takes the name of a secret: give it.", said.at)
    keys = ("secretName", "secretVersion")
    given = [f"[{text.text(scope, argument)}]" for argument in said.arguments]
    whole = {"keyVault": {"id": f"[{identity.of(vault)}]"}}
    return {"reference": whole | dict(zip(keys, given, strict=False))}
