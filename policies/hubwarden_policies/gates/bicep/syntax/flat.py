"""The parts of an expression in the order of the text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.operators import Piece, Sign, Suffix, put_together
from hubwarden_policies.gates.bicep.syntax.tree import (
    Call,
    Expression,
    Index,
    Member,
    Nested,
    Spread,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from hubwarden_policies.gates.bicep.syntax.lexed import Lexed

# Nodes whose parts are taken in the order of the text: their nesting is not to be trusted.
FLAT: Final = frozenset(
    f"{kind}_expression"
    for kind in ("member", "subscript", "resource", "call", "unary", "binary", "ternary", "lambda")
)
_BRACKETS: Final = frozenset({"array", "parenthesized_expression"})


class Flat(ABC):
    """What takes the nodes of one text apart."""

    def __init__(self, lexed: Lexed) -> None:
        self.lexed = lexed
        self.start = 0  # of the statement that is read

    def at(self, node: Node) -> int:
        """The offset of a node in the file's text."""
        return self.lexed.origin(self.start + node.start_byte)

    def said(self, node: Node) -> str:
        """The text of a node that is a word."""
        return self.lexed.text[self.start + node.start_byte : self.start + node.end_byte]

    @abstractmethod
    def read(self, node: Node) -> Expression:
        """The expression that a node stands for; raises `Refused`."""

    @abstractmethod
    def _atom(self, node: Node) -> Expression:
        """The operand that a node stands for."""

    def unreadable(self, node: Node) -> Refused:
        """That hubwarden does not read this kind of construct."""
        what = "this" if node.type == "ERROR" else f"this {node.type.replace('_', ' ')}"
        return Refused(
            f"hubwarden cannot read {what}: put it in simpler words, or build the file with "
            "`bicep build` and check the template.",
            self.at(node),
        )

    def _pieces(self, nodes: list[Node]) -> list[Piece]:
        pieces: list[Piece] = []
        waiting: list[Node | Piece] = list(reversed(nodes))
        while waiting:
            part = waiting.pop()
            if isinstance(part, Piece):
                pieces.append(part)
            elif part.type in FLAT:
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

    def _inside(self, node: Node) -> list[Node]:
        for child in node.named_children:
            if child.type == "decorators":
                raise Refused("A decorator says nothing of a value: take it away.", self.at(child))
        return node.named_children
