"""Values as a template's JSON writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import (
    Array,
    Expression,
    Literal,
    Loop,
    Object,
    Property,
    Spread,
    Text,
)
from hubwarden_policies.gates.bicep.template.scope import DEEPEST, escaped, quoted
from hubwarden_policies.gates.bicep.template.text import text
from hubwarden_policies.gates.bicep.template.turns import turn

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.template.places import Place
    from hubwarden_policies.gates.bicep.template.scope import Scope


def value(scope: Scope, said: Expression, place: Place) -> Any:
    """The JSON of an expression; raises `Refused`.

    What is refused within an object is reported, and an unknown value stands in its place.
    """
    scope.unit.depth += 1
    try:
        if scope.unit.depth > DEEPEST:
            raise Refused("This is nested too deep: give parts of it names.", said.at)
        return _value(scope, said, place)
    finally:
        scope.unit.depth -= 1


def _value(scope: Scope, said: Expression, place: Place) -> Any:
    match said:
        case Literal():
            return said.value
        case Text() if said.plain is not None:
            return escaped(said.plain)
        case Object() if not any(isinstance(entry, Spread) for entry in said.entries):
            return _object(scope, said, place)
        case Array() if not any(isinstance(item, Spread) for item in said.items):
            return [
                value(scope, item, place.child(index, item.at))
                for index, item in enumerate(said.items)
                if not isinstance(item, Spread)
            ]
    return f"[{text(scope, said)}]"


def _object(scope: Scope, said: Object, place: Place) -> dict[str, Any]:
    if said.resources:
        raise Refused("A resource is declared in another resource only.", said.resources[0].at)
    return properties(scope, said.entries, place)


def properties(
    scope: Scope, entries: tuple[Property | Spread, ...], place: Place
) -> dict[str, Any]:
    """The entries of an object; loops become its `copy`."""
    found: dict[str, Any] = {}
    loops: list[dict[str, Any]] = []
    for entry in entries:
        if isinstance(entry, Spread):
            raise Refused("`...` cannot stand here: write the properties out.", entry.at)
        plain = entry.key.plain
        key = escaped(plain) if plain is not None else f"[{text(scope, entry.key)}]"
        if plain == "copy":
            # As Bicep writes it, for in a template `copy` is a loop.
            key = "[string('copy')]"
        if key in found or any(loop["name"] == key for loop in loops):
            raise Refused(f"{key} is written twice in one object: take one out.", entry.at)
        try:
            if isinstance(entry.value, Loop) and plain is not None:
                below = place.child("copy").child(len(loops), entry.at)
                loops.append({"name": key, **copied(scope, entry.value, key, below)})
            else:
                found[key] = value(scope, entry.value, place.child(key, entry.at))
        except Refused as refused:
            scope.refuse(refused)
            found[key] = f"[{scope.unit.nobody_knows(plain or 'what is not read')}]"
    if loops:
        found["copy"] = loops
    return found


def copied(scope: Scope, loop: Loop, name: str | None, place: Place) -> dict[str, Any]:
    """`count` and `input` of a copy that is made by a loop; raises `Refused`."""
    if loop.condition is not None:
        raise Refused(
            "Only resources and modules have loops with `if`: filter() the array.", loop.at
        )
    over = text(scope, loop.over)
    index = f"copyIndex({quoted(name)})" if name else "copyIndex()"
    inner = scope.inside(**turn(loop, over, index))
    return {
        "count": f"[length({over})]",
        "input": value(inner, loop.body, place.child("input", loop.body.at)),
    }
