"""Types, as far as ARM and the rules ask: the primitive one, whether null or a secret fits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.bicep.syntax.tree import Literal, Text, Type

if TYPE_CHECKING:
    from tree_sitter import Node

    from hubwarden_policies.gates.bicep.syntax.expressions import Expressions

_PRIMITIVE: Final = frozenset({"array", "bool", "int", "object", "string"})
_SECURE: Final = {"secureString": "string", "secureObject": "object"}
_UNIONS: Final = frozenset({"union_type", "binary_expression"})
_LITERALS: Final = frozenset({"string", "number", "boolean", "null"})
_AROUND: Final = frozenset({"type", "parenthesized_type", "parenthesized_expression"})


def read_type(node: Node, expressions: Expressions) -> Type:
    """The type that a node stands for. One that is taken from a resource's has no base here."""
    at = expressions.at(node)
    while node.type in _AROUND and len(node.named_children) == 1:
        node = node.named_children[0]
    match node.type:
        case "nullable_type":
            return replace(read_type(node.named_children[0], expressions), nullable=True)
        case "array_type" | "array":
            return Type(at, "array", secure=_has_secrets(node, expressions))
        case "object":
            return Type(at, "object", secure=_has_secrets(node, expressions))
        case "identifier" | "primitive_type":
            return _named(at, expressions.said(node))
        case "member_expression":
            return _path(at, node, expressions)
    if node.type in _UNIONS or node.type in _LITERALS:
        return _union(at, node, expressions)
    if node.type in {"parameterized_type", "subscript_expression"}:
        return Type(at, None)
    raise expressions.unreadable(node)


def _named(at: int, name: str) -> Type:
    if name in _SECURE:
        return Type(at, _SECURE[name], secure=True)
    if name == "any":
        return Type(at, None)
    return Type(at, name) if name in _PRIMITIVE else Type(at, None, named=(name,))


def _path(at: int, node: Node, expressions: Expressions) -> Type:
    """`file.type`; a path that begins with a resource's type leads to what nobody here knows."""
    names: list[str] = []
    while node.type == "member_expression":
        names.insert(0, expressions.said(node.named_children[-1]))
        node = node.named_children[0]
    if node.type != "identifier":
        return Type(at, None)
    if (first := expressions.said(node)) == "sys":
        return _named(at, names[0])
    return Type(at, None, named=(first, *names))


def _union(at: int, node: Node, expressions: Expressions) -> Type:
    parts = [read_type(n, expressions) if n.type not in _LITERALS else expressions.read(n)
             for n in _alternatives(node)]  # fmt: skip
    values: list[str | int | bool] = []
    types: list[Type] = []
    nullable = False
    for part in parts:
        if isinstance(part, Type):
            types.append(part)
        elif isinstance(part, Text) and part.plain is not None:
            values.append(part.plain)
        elif isinstance(part, Literal) and part.value is not None:
            values.append(part.value)
        else:
            nullable = True
    bases = {_base(value) for value in values} | {part.base for part in types}
    return Type(
        at,
        bases.pop() if len(bases) == 1 else None,
        named=types[0].named if len(types) == 1 and not values else (),
        nullable=nullable or any(part.nullable for part in types),
        secure=any(part.secure for part in types),
        allowed=() if types else tuple(values),
    )


def _base(value: str | bool | int) -> str:
    return {str: "string", bool: "bool", int: "int"}[type(value)]


def _alternatives(node: Node) -> Iterator[Node]:
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part.type in _UNIONS or part.type in _AROUND:
            waiting.extend(reversed(part.named_children))
        else:
            yield part


def _has_secrets(node: Node, expressions: Expressions) -> bool:
    """Whether a part of it is marked secure: then the whole is treated as a secret."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part.type in {"decorator", "primitive_type"}:
            word = expressions.said(part)
            if word in _SECURE or "secure()" in word.replace(" ", ""):
                return True
        waiting.extend(part.named_children)
    return False
