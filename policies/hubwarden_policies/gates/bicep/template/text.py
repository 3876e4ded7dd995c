"""Expressions as a template writes them, without their brackets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import (
    Array,
    Binary,
    Call,
    Expression,
    Index,
    Lambda,
    Literal,
    Loop,
    Member,
    Name,
    Nested,
    Object,
    Spread,
    Ternary,
    Text,
    Unary,
)
from hubwarden_policies.gates.bicep.template import calls, names, resources
from hubwarden_policies.gates.bicep.template.scope import DEEPEST, LONGEST, quoted

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.template.scope import Scope

_OPERATORS: Final = {
    "+": "add({}, {})",
    "-": "sub({}, {})",
    "*": "mul({}, {})",
    "/": "div({}, {})",
    "%": "mod({}, {})",
    "<": "less({}, {})",
    "<=": "lessOrEquals({}, {})",
    ">": "greater({}, {})",
    ">=": "greaterOrEquals({}, {})",
    "==": "equals({}, {})",
    "!=": "not(equals({}, {}))",
    "=~": "equals(toLower({}), toLower({}))",
    "!~": "not(equals(toLower({}), toLower({})))",
    "&&": "and({}, {})",
    "||": "or({}, {})",
    "??": "coalesce({}, {})",
}
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def text(scope: Scope, said: Expression) -> str:
    """The expression in ARM's words; raises `Refused`."""
    unit = scope.unit
    unit.depth += 1
    try:
        if unit.depth > DEEPEST:
            raise Refused("This is nested too deep: give parts of it names.", said.at)
        found = _text(scope, said)
        if len(found) > LONGEST:
            raise Refused("This grows too long when it is written out: make it smaller.", said.at)
        return found
    finally:
        unit.depth -= 1


def _text(scope: Scope, said: Expression) -> str:  # noqa: C901 (a case for each kind)
    match said:
        case Literal():
            return _literal(said)
        case Text():
            return _string(scope, said)
        case Name():
            return names.named(scope, said)
        case Object():
            return _object(scope, said)
        case Array():
            return _array(scope, said)
        case Loop():
            return _loop(scope, said)
        case Member() | Index() | Nested():
            return _inside(scope, said)
        case Call():
            return calls.call(scope, said)
        case Unary():
            function = "not({})" if said.operator == "!" else "sub(0, {})"
            return function.format(text(scope, said.operand))
        case Binary():
            left, right = text(scope, said.left), text(scope, said.right)
            before, between, after = _OPERATORS[said.operator].split("{}")
            return f"{before}{left}{between}{right}{after}"
        case Ternary():
            parts = (text(scope, part) for part in (said.condition, said.yes, said.no))
            return f"if({', '.join(parts)})"
    raise Refused("This cannot stand here: write a value.", said.at)


def _literal(said: Literal) -> str:
    if said.value is None:
        return "null()"
    return str(said.value) if type(said.value) is int else f"{str(said.value).lower()}()"


def _string(scope: Scope, said: Text) -> str:
    if said.plain is not None:
        return quoted(said.plain)
    pattern = ""
    for index, literal in enumerate(said.literals):
        pattern += literal.replace("{", "{{").replace("}", "}}")
        pattern += f"{{{index}}}" if index < len(said.between) else ""
    arguments = ", ".join(text(scope, part) for part in said.between)
    return f"format({quoted(pattern)}, {arguments})"


def _object(scope: Scope, said: Object) -> str:
    runs: list[str] = []
    run: list[str] = []
    spreads = False
    for entry in said.entries:
        if isinstance(entry, Spread):
            spreads = True
            runs += [f"createObject({', '.join(run)})"] if run else []
            runs.append(text(scope, entry.value))
            run = []
        else:
            run += [text(scope, entry.key), text(scope, entry.value)]
    if not spreads:
        return f"createObject({', '.join(run)})"
    runs += [f"createObject({', '.join(run)})"] if run else []
    return f"shallowMerge(createArray({', '.join(runs)}))"


def _array(scope: Scope, said: Array) -> str:
    if not any(isinstance(item, Spread) for item in said.items):
        items = (text(scope, item) for item in said.items if not isinstance(item, Spread))
        return f"createArray({', '.join(items)})"
    parts = (
        text(scope, item.value) if isinstance(item, Spread) else f"createArray({text(scope, item)})"
        for item in said.items
    )
    return f"flatten(createArray({', '.join(parts)}))"


def _loop(scope: Scope, said: Loop) -> str:
    if said.condition is not None:
        raise Refused(
            "Only resources and modules have loops with `if`: filter() the array.", said.at
        )
    over = text(scope, said.over)
    given = (said.item, said.index) if said.index else (said.item,)
    return f"map({over}, {calls.function(scope, Lambda(said.at, given, said.body))})"


def _inside(scope: Scope, said: Member | Index | Nested) -> str:
    known = resources.inside(scope, said)
    if known is not None:
        return known
    if isinstance(said, Nested):
        raise Refused(f"{said.name} is no resource that is declared in this one.", said.at)
    if isinstance(said, Member) and (whole := names.whole_file(scope, said.of)) is not None:
        return names.imported(scope, whole, said.name)
    of = text(scope, said.of)
    if isinstance(said, Member):
        word = _WORD.fullmatch(said.name)
        key = quoted(said.name)
        plain = f"{of}.{said.name}" if word else f"{of}[{key}]"
    else:
        key = text(scope, said.index)
        plain = f"{of}[{key}]"
    return f"tryGet({of}, {key})" if said.safe or _is_safe(said.of) else plain


def _is_safe(said: Expression) -> bool:
    """Whether a `.?` further left may have ended the chain with null already."""
    while isinstance(said, Member | Index):
        if said.safe:
            return True
        said = said.of
    return False
