"""Expressions, from the grammar's nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.operators import Piece, Sign, Suffix, put_together
from hubwarden_policies.gates.bicep.syntax.tree import (
    Array,
    Call,
    Expression,
    Group,
    Index,
    Literal,
    Loop,
    Member,
    Name,
    Nested,
    Object,
    Property,
    Resource,
    Spread,
    Text,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from hubwarden_policies.gates.bicep.syntax.lexer import Lexed

# Nodes whose parts are taken in the order of the text: their nesting is not to be trusted.
_FLAT: Final = frozenset(
    f"{kind}_expression"
    for kind in ("member", "subscript", "resource", "call", "unary", "binary", "ternary", "lambda")
)
_BRACKETS: Final = frozenset({"array", "parenthesized_expression"})
_WORDS: Final = {"true": True, "false": False, "null": None}
_KEYWORDS: Final = frozenset({"identifier", "primitive_type", "compatible_identifier"})


class Expressions:
    """What reads the nodes of one text. `resource` reads a resource that an object declares."""

    def __init__(self, lexed: Lexed, resource: Callable[[Node, list[Node]], Resource]) -> None:
        self.lexed = lexed
        self.resource = resource
        self.start = 0  # of the statement that is read

    def at(self, node: Node) -> int:
        """The offset of a node in the file's text."""
        return self.lexed.origin(self.start + node.start_byte)

    def said(self, node: Node) -> str:
        """The text of a node that is a word."""
        return self.lexed.text[self.start + node.start_byte : self.start + node.end_byte]

    def read(self, node: Node) -> Expression:
        """The expression that a node stands for; raises `Refused`."""
        return put_together(self._pieces([node])) if node.type in _FLAT else self._atom(node)

    def _pieces(self, nodes: list[Node]) -> list[Piece]:
        pieces: list[Piece] = []
        waiting: list[Node | Piece] = list(reversed(nodes))
        while waiting:
            part = waiting.pop()
            if isinstance(part, Piece):
                pieces.append(part)
            elif part.type in _FLAT:
                waiting.extend(reversed(self._parts(part)))
            elif pieces and not isinstance(pieces[-1], Sign) and part.type in _BRACKETS:
                pieces.append(self._suffix(part))
            elif part.is_named:
                pieces.append(self._atom(part))
            else:
                pieces.append(Sign(self.at(part), part.type))
        return pieces

    def _parts(self, node: Node) -> list[Node | Piece]:
        """The parts of a flat node, in the order of the text."""
        children = [child for child in node.children if child.type != "nullable_return_type"]
        match node.type:
            case "member_expression":
                return [children[0], self._member(children)]
            case "resource_expression":
                name = self.said(children[-1])
                at = self.at(children[-1])
                return [children[0], Suffix(at, lambda of: Nested(of.at, of, name))]
            case "subscript_expression":
                return [children[0], self._index(node, children)]
            case "call_expression":
                arguments = tuple(self.read(a) for a in children[1].named_children)
                at = self.at(children[1])
                return [children[0], Suffix(at, lambda of: Call(of.at, of, arguments))]
        return list(children)

    def _member(self, children: list[Node]) -> Suffix:
        name, safe = self.said(children[-1]), any(c.type == ".?" for c in children)
        return Suffix(self.at(children[-1]), lambda of: Member(of.at, of, name, safe))

    def _index(self, node: Node, children: list[Node]) -> Suffix:
        inner = node.child_by_field_name("index")
        if inner is None:
            raise Refused("An index is missing between these brackets.", self.at(node))
        index, safe = self.read(inner), any(c.type == "?" for c in children)
        return Suffix(self.at(inner), lambda of: Index(of.at, of, index, safe))

    def _suffix(self, node: Node) -> Suffix:
        """Brackets behind an operand, which the grammar takes for the next item of an array."""
        at, given = self.at(node), [self._item(nodes) for nodes in self._items(node)]
        said = tuple(one for one in given if not isinstance(one, Spread))
        if node.type == "parenthesized_expression" and len(said) == len(given):
            return Suffix(at, lambda of: Call(of.at, of, said))
        if len(said) != 1 or len(given) != 1:
            raise Refused("An index is one value between brackets.", at)
        return Suffix(at, lambda of: Index(of.at, of, said[0]))

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

    def unreadable(self, node: Node) -> Refused:
        """That hubwarden does not read this kind of construct."""
        what = "this" if node.type == "ERROR" else f"this {node.type.replace('_', ' ')}"
        return Refused(
            f"hubwarden cannot read {what}: put it in simpler words, or build the file with "
            "`bicep build` and check the template.",
            self.at(node),
        )

    def _named(self, node: Node) -> bool:
        """Whether these are the parentheses of a lambda."""
        return node.next_sibling is not None and node.next_sibling.type == "=>"

    def _inside(self, node: Node) -> list[Node]:
        for child in node.named_children:
            if child.type == "decorators":
                raise Refused("A decorator says nothing of a value: take it away.", self.at(child))
        return node.named_children

    def _items(self, node: Node) -> list[list[Node]]:
        """The items of an array; where no comma stands between nodes, they are one item."""
        self._inside(node)
        items: list[list[Node]] = [[]]
        for child in node.children[1:-1]:
            if child.type == ",":
                items.append([])
            else:
                items[-1].append(child)
        return [item for item in items if item]

    def _item(self, nodes: list[Node]) -> Expression | Spread:
        first = nodes[0]
        if self.at(first) in self.lexed.spreads:
            pieces = self._pieces([*first.named_children[1:], *nodes[1:]])
            return Spread(self.at(first), put_together(pieces))
        return put_together(self._pieces(nodes)) if len(nodes) > 1 else self.read(first)

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
