"""Expressions, from the grammar's nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.flat import FLAT, Flat
from hubwarden_policies.gates.bicep.syntax.operators import put_together
from hubwarden_policies.gates.bicep.syntax.tree import (
    Array,
    Expression,
    Group,
    Literal,
    Loop,
    Name,
    Object,
    Property,
    Resource,
    Spread,
    Text,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from hubwarden_policies.gates.bicep.syntax.lexed import Lexed

_WORDS: Final = {"true": True, "false": False, "null": None}
_KEYWORDS: Final = frozenset({"identifier", "primitive_type", "compatible_identifier"})


class Expressions(Flat):
    """What reads the nodes of one text. `resource` reads a resource that an object declares."""

    def __init__(self, lexed: Lexed, resource: Callable[[Node, list[Node]], Resource]) -> None:
        super().__init__(lexed)
        self.resource = resource

    def read(self, node: Node) -> Expression:
        """The expression that a node stands for; raises `Refused`."""
        return put_together(self._pieces([node])) if node.type in FLAT else self._atom(node)

    def _atom(self, node: Node) -> Expression:
        at = self.at(node)
        match node.type:
            case "identifier" | "primitive_type" | "boolean" | "null":
                word = self.said(node)
                return Literal(at, _WORDS[word]) if word in _WORDS else Name(at, word)
            case "number":
                return Literal(at, self._number(node))
            case "string":
                return self.text(node)
            case "array":
                return Array(at, tuple(self._item(nodes) for nodes in self._items(node)))
            case "object":
                return self.object(node)
            case "parenthesized_expression":
                items = tuple(self.read(n) for n in self._inside(node))
                return items[0] if len(items) == 1 and not self._named(node) else Group(at, items)
            case "for_statement":
                return self.loop(node)
        raise self.unreadable(node)

    def _number(self, node: Node) -> int:
        said = self.said(node)
        if len(said) > 20 or abs(int(said)) >= 2**63:
            raise Refused(
                "This number needs more than 64 bits: write a smaller one.", self.at(node)
            )
        return int(said)

    def _named(self, node: Node) -> bool:
        """Whether these are the parentheses of a lambda."""
        return node.next_sibling is not None and node.next_sibling.type == "=>"

    def text(self, node: Node) -> Text:
        """A string."""
        literals = self.lexed.strings[self.at(node)]
        between = [c for c in node.named_children if c.type == "interpolation"]
        if len(literals) != len(between) + 1:
            raise self.unreadable(node)
        return Text(
            self.at(node), tuple(literals), tuple(self.read(c.named_children[0]) for c in between)
        )

    def object(self, node: Node) -> Object:
        """An object with the resources in it."""
        entries: list[Property | Spread] = []
        resources: list[Resource] = []
        decorators: list[Node] = []
        for child in node.named_children:
            if child.type == "decorators":
                decorators.append(child)
            elif child.named_children[0].type == "resource_declaration":
                resources.append(self.resource(child.named_children[0], decorators))
                decorators = []
            else:
                entries.append(self._property(child))
        if decorators:
            raise Refused(
                "A decorator says nothing of a value: take it away.", self.at(decorators[0])
            )
        return Object(self.at(node), tuple(entries), tuple(resources))

    def _property(self, node: Node) -> Property | Spread:
        if len(node.named_children) != 2:
            raise self.unreadable(node)
        key, value = node.named_children
        if self.at(node) in self.lexed.spreads:
            return Spread(self.at(node), self.read(value))
        if key.type == "string":
            return Property(self.at(node), self.text(key), self.read(value))
        if key.type not in _KEYWORDS:
            raise self.unreadable(key)
        return Property(self.at(node), Text(self.at(key), (self.said(key),)), self.read(value))

    def loop(self, node: Node) -> Loop:
        """A loop, with the condition of its body."""
        named = node.named_children
        if len(named) != 3:
            raise self.unreadable(node)
        names = [named[0]] if named[0].type == "identifier" else named[0].named_children
        condition, body = None, named[2]
        if body.type == "if_statement":
            condition, body = self.read(body.named_children[0]), body.named_children[1]
        said = [self.said(name) for name in names]
        index = said[1] if len(said) > 1 else None
        return Loop(self.at(node), said[0], index, self.read(named[1]), self.read(body), condition)
