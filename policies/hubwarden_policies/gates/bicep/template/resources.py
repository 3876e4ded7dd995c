"""Resources and modules as expressions speak of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import Index, Member, Name, Nested
from hubwarden_policies.gates.bicep.template import calls, identity, text
from hubwarden_policies.gates.bicep.template.scope import quoted
from hubwarden_policies.gates.bicep.template.turns import Turn, turn

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.syntax.tree import Call, Expression
    from hubwarden_policies.gates.bicep.template.scope import Scope
    from hubwarden_policies.gates.bicep.template.symbols import Deployed


def resolve(scope: Scope, said: Expression) -> Turn | None:
    """The resource or module that this speaks of, and in which turn of its loop."""
    if isinstance(said, Name):
        found = scope.deployed(said.name)
        return at_home(scope, found) if found else None
    if isinstance(said, Nested):
        of = resolve(scope, said.of)
        child = of.deployed.children.get(said.name) if of else None
        return at_home(scope, child) if child else None
    if isinstance(said, Index):
        of = resolve(scope, said.of)
        if of is None or of.deployed.declared.loop is None or of.index is not None:
            return None
        return of_turn(scope, of.deployed, text.text(scope, said.index))
    return None


def of_turn(scope: Scope, deployed: Deployed, index: str) -> Turn:
    """One turn of a resource's loop."""
    loop, home = deployed.declared.loop, at_home(scope, deployed)
    if loop is None:
        return home
    over = text.text(home.scope, loop.over)
    return Turn(deployed, home.scope.inside(**turn(loop, over, index)), index)


def at_home(scope: Scope, deployed: Deployed) -> Turn:
    """A resource as its own body sees itself, whatever loop it is in."""
    return Turn(deployed, replace(scope.outside(), within=deployed), None)


def whole(scope: Scope, deployed: Deployed, said: Name) -> str:
    """A resource as a value."""
    if deployed.declared.loop is not None:
        scope.unit.reads += 1
        return f"references({quoted(deployed.key)}, 'full')"
    return reference(scope, at_home(scope, deployed), full=True, at=said.at)


def reference(scope: Scope, one: Turn, *, full: bool, at: int) -> str:
    """What Azure says of a resource once it is there."""
    scope.unit.reads += 1
    symbol = one.symbol(at)
    if not full:
        return f"reference({symbol})"
    return f"reference({symbol}, {quoted(one.deployed.version)}, 'full')"


def inside(scope: Scope, said: Member | Index | Nested) -> str | None:
    """A property of a resource or module, or one as a whole; None where this is neither."""
    one = resolve(scope, said)
    if one is not None:
        return reference(scope, one, full=True, at=said.at)
    if not isinstance(said, Member):
        return None
    output = said.of
    if isinstance(output, Member) and output.name == "outputs":
        module = resolve(scope, output.of)
        if module is not None and module.deployed.is_module:
            return _output(scope, module, said)
    one = resolve(scope, said.of)
    return None if one is None else _property(scope, one, said)


def _output(scope: Scope, module: Turn, said: Member) -> str:
    of = reference(scope, module, full=False, at=said.at)
    if said.safe:
        return f"tryGet(tryGet({of}.outputs, {quoted(said.name)}), 'value')"
    return f"{of}.outputs.{said.name}.value"


def _property(scope: Scope, one: Turn, said: Member) -> str:
    deployed = one.deployed
    if deployed.declared.loop is not None and one.index is None:
        raise Refused(f"{deployed.declared.name} is a loop: say which one, in brackets.", said.at)
    if deployed.is_module and said.name == "outputs":
        return f"{reference(scope, one, full=False, at=said.at)}.outputs"
    match said.name:
        case "id":
            return identity.of(one)
        case "name":
            return identity.own_name(one)
        case "type":
            return quoted(deployed.arm_type)
        case "apiVersion":
            return quoted(deployed.version)
        case "properties" if not deployed.is_module:
            return reference(scope, one, full=False, at=said.at)
    of = reference(scope, one, full=True, at=said.at)
    return f"tryGet({of}, {quoted(said.name)})" if said.safe else f"{of}.{said.name}"


def asked(scope: Scope, one: Turn, function: str, said: Call) -> str:
    """A function of a resource, such as `hub.listKeys()`; raises `Refused`."""
    if not function.lower().startswith("list") or one.deployed.is_module:
        raise Refused(
            f"{function}() of a resource cannot stand here: give its value to a parameter of a "
            "module.",
            said.at,
        )
    scope.unit.reads += 1
    given = calls.arguments(scope, said) or quoted(one.deployed.version)
    return f"{function}({identity.of(one)}, {given})"
