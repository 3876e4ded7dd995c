"""What a type comes to, through the names that it goes by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import Call, Member, Name, Type, TypeName
from hubwarden_policies.gates.bicep.template import names

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.template.scope import Scope

_LONGEST: Final = 30


def resolved(scope: Scope, said: Type) -> Type:
    """The type without names of others; its base is None where that cannot be told."""
    found = said
    for _ in range(_LONGEST):
        if not found.named:
            return found
        step = _step(scope, found)
        if step is None:
            return replace(found, named=())
        scope, declared = step
        found = replace(
            declared.type,
            nullable=found.nullable or declared.type.nullable,
            secure=found.secure or declared.type.secure or is_secure(declared.decorators),
        )
    raise Refused("This type is made of itself: break the cycle.", said.at)


def _step(scope: Scope, said: Type) -> tuple[Scope, TypeName] | None:
    first, *rest = said.named
    symbols = scope.symbols
    if first in symbols.types:
        return (scope, symbols.types[first]) if not rest else None
    if first in symbols.imports:
        found = symbols.imports[first]
        inner = replace(scope, file=names.source(scope, found))
        path = rest if found.original == "*" else [found.original, *rest]
        declared = scope.unit.symbols_of(inner.file).types.get(path[0]) if path else None
        if declared is not None:
            return (inner, declared) if len(path) == 1 else None
    if first in scope.file.read.broken:
        return None
    raise Refused(f"{first} is no type that is declared here: declare or import it.", said.at)


def is_secure(decorators: tuple[Call, ...]) -> bool:
    """Whether `@secure()` is among them."""
    return any(decorator_name(each) == "secure" for each in decorators)


def decorator_name(said: Call) -> str:
    """The name of a decorator, without the namespace."""
    function = said.function
    return function.name if isinstance(function, Name | Member) else ""
