"""Calls: of ARM's functions, Bicep's own, and those that files declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import (
    Call,
    Expression,
    Lambda,
    Member,
    Name,
    Nested,
)
from hubwarden_policies.gates.bicep.template import functions, loads, resources, text

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.template.scope import Scope

_NAMESPACES: Final = frozenset({"az", "sys"})
# What ARM's expressions need and Bicep writes in other ways.
_ARM_ONLY: Final = frozenset(
    (
        *("add", "and", "coalesce", "copyindex", "createarray", "createobject", "div", "equals"),
        *(
            "false",
            "greater",
            "greaterorequals",
            "if",
            "lambda",
            "lambdavariables",
            "less",
            "lessorequals",
        ),
        *("mod", "mul", "not", "null", "or", "parameters", "sub", "true"),
        *("tryget", "tryindexfromend", "variables"),
    )
)
# What a parameters file asks of where it is used.
FROM_OUTSIDE: Final = frozenset(
    {"getSecret", "readEnvironmentVariable", "readCliArg", "externalInput"}
)
_READS: Final = ("list", "reference", "pickzones", "providers")


def call(scope: Scope, said: Call) -> str:
    """The expression for a call; raises `Refused`."""
    function = said.function
    if isinstance(function, Name):
        return _plain(scope, function.name, said)
    if isinstance(function, Member):
        of = function.of
        if isinstance(of, Name) and of.name in _NAMESPACES and of.name not in scope.local:
            return _built_in(scope, function.name, said)
        deployed = resources.resolve(scope, of)
        if deployed is not None:
            return resources.asked(scope, deployed, function.name, said)
        if isinstance(of, Name) and of.name in scope.symbols.imports:
            return functions.imported(scope, scope.symbols.imports[of.name], function.name, said)
    raise Refused("What is called here is no function: name one.", said.at)


def function(scope: Scope, said: Lambda) -> str:
    """The expression for a lambda."""
    local = {name: f"lambdaVariables('{name}')" for name in said.names}
    names = "".join(f"'{name}', " for name in said.names)
    return f"lambda({names}{text.text(scope.inside(**local), said.body)})"


def arguments(scope: Scope, said: Call) -> str:
    """The arguments of a call, with commas."""
    return ", ".join(
        function(scope, given) if isinstance(given, Lambda) else text.text(scope, given)
        for given in said.arguments
    )


def _plain(scope: Scope, name: str, said: Call) -> str:
    if name in scope.symbols.functions:
        return functions.own(scope, scope.symbols.functions[name], said)
    if name in scope.symbols.imports:
        found = scope.symbols.imports[name]
        return functions.imported(scope, found, found.original, said)
    if name in scope.file.read.broken:
        return scope.unit.nobody_knows(f"{name}()")
    return _built_in(scope, name, said)


def _built_in(scope: Scope, name: str, said: Call) -> str:
    lower = name.lower()
    if lower in _ARM_ONLY:
        raise Refused(f"Bicep has no function {name}: use its operators and literals.", said.at)
    if name == "any" and len(said.arguments) == 1:
        return text.text(scope, said.arguments[0])
    if name == "nameof" and len(said.arguments) == 1:
        return _name_of(said.arguments[0])
    if name.startswith("load"):
        return loads.loaded(scope, name, said)
    if name in FROM_OUTSIDE:
        if scope.file.path.suffix == ".bicepparam":
            return scope.unit.nobody_knows(f"{name}({arguments(scope, said)})")
        raise Refused(f"{name}() cannot stand here: give its value to a parameter.", said.at)
    if lower.startswith(_READS):
        scope.unit.reads += 1
    return f"{name}({arguments(scope, said)})"


def _name_of(said: Expression) -> str:
    if isinstance(said, Name | Member | Nested):
        return f"'{said.name}'"
    raise Refused("nameof() takes a name: write one.", said.at)
