"""Functions that Bicep files declare. They become functions of the template's namespace."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.template import calls, names, types, values
from hubwarden_policies.gates.bicep.template.places import Place
from hubwarden_policies.gates.bicep.template.scope import quoted

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.syntax.tree import Call, Function, Import
    from hubwarden_policies.gates.bicep.template.scope import Scope

NAMESPACE: Final = "__bicep"


def own(scope: Scope, declared: Function, said: Call) -> str:
    """A call of a function of this file; raises `Refused`."""
    if len(said.arguments) != len(declared.parameters):
        raise Refused(
            f"{declared.name}() takes {len(declared.parameters)} arguments and is given "
            f"{len(said.arguments)}: mend the call.",
            said.at,
        )
    return f"{NAMESPACE}.{_hold(scope, declared)}({calls.arguments(scope, said)})"


def imported(scope: Scope, said: Import, name: str, call: Call) -> str:
    """A call of a function of another file; raises `Refused`."""
    file = names.source(scope, said)
    declared = scope.unit.symbols_of(file).functions.get(name)
    if declared is None:
        raise Refused(
            f"{name} is no function of {file.shown} that hubwarden can read: declare it there.",
            call.at,
        )
    held = _hold(replace(scope, file=file, local={}), declared)
    return f"{NAMESPACE}.{held}({calls.arguments(scope, call)})"


def _hold(scope: Scope, declared: Function) -> str:
    """The name of the function in the template, which has it from now on."""
    unit, key = scope.unit, (scope.file, f"{declared.name}()")
    if key in unit.open:
        raise Refused(f"{declared.name}() calls itself: Bicep does not know that.", declared.at)
    if held := unit.known.get(key):
        return held
    unit.open.add(key)
    try:
        member = _member(scope, declared)
    finally:
        unit.open.discard(key)
    taken = sum(k[1] == key[1] for k in unit.known)
    held = declared.name if not taken else f"{declared.name}_{taken}"
    unit.known[key] = held
    unit.functions[held] = member
    return held


def _member(scope: Scope, declared: Function) -> dict[str, Any]:
    local = {name: f"parameters({quoted(name)})" for name, _ in declared.parameters}
    alone = replace(scope, local=local, alone=True)
    given = []
    for name, said in declared.parameters:
        found = types.resolved(scope, said)
        given.append({"name": name, "type": found.base or "object"})
    returns = types.resolved(scope, declared.returns)
    place = Place(scope.file, declared.at)
    return {
        "parameters": given,
        "output": {
            "type": returns.base or "object",
            "value": values.value(alone, declared.body, place),
        },
    }
