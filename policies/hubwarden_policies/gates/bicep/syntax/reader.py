"""The statements of a Bicep file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import tree_sitter_bicep
from tree_sitter import Language, Parser

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.declarations import Declarations
from hubwarden_policies.gates.bicep.syntax.lexer import lex
from hubwarden_policies.gates.bicep.syntax.tree import (
    Declaration,
)

if TYPE_CHECKING:
    from tree_sitter import Node


_WHOLE: Final = "hubwarden cannot read this as Bicep: mend it, or put it in simpler words."
# Statements that deploy nothing.
_IDLE: Final = frozenset({"metadata_declaration", "assert_statement", "test_block"})


@dataclass(slots=True)
class Read:
    """What a file says, and what could not be read of it.

    `broken` are the names that unreadable statements declare.
    """

    declarations: list[Declaration] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


def read(text: str, *, parameters: bool = False) -> Read:
    """The statements of a text; `parameters` for a parameters file."""
    try:
        lexed = lex(text, parameters=parameters)
    except Refused as refused:
        return Read(refused=[refused])
    return _Statements(lexed).all()


@cache
def _parser() -> Parser:
    return Parser(Language(tree_sitter_bicep.language()))


class _Statements(Declarations):
    def all(self) -> Read:
        """What all statements say, each read by itself: so one that is broken breaks no other."""
        found = Read()
        for start, end in pairwise((*self.lexed.starts, len(self.lexed.text))):
            self.start = start
            said = self.lexed.text[start:end].encode("ascii", "replace")
            self._one(_parser().parse(said).root_node, found)
        return found

    def _one(self, root: Node, found: Read) -> None:
        decorators: list[Node] = []
        for node in root.children:
            if node.type == "decorators":
                decorators.append(node)
                continue
            try:
                found.declarations += self._statement(node, decorators)
            except Refused as refused:
                found.refused.append(refused)
                found.broken |= {self.said(n) for n in node.children if n.type == "identifier"}
            decorators = []
        if decorators:
            found.refused.append(
                Refused("This decorator has nothing to say it of.", self.at(decorators[0]))
            )

    def _statement(self, node: Node, decorators: list[Node]) -> list[Declaration]:
        for part in (*decorators, node):
            if part.has_error:
                raise Refused(_WHOLE, self.at(_first_error(part)))
        if node.type == "import_functionality":
            return self._imports(node)
        if node.type in _IDLE:
            return []
        makes: dict[str, Callable[[Node, list[Node]], Declaration]] = {
            "parameter_declaration": self._parameter,
            "variable_declaration": self._variable,
            "output_declaration": self._output,
            "type_declaration": self._type,
            "user_defined_function": self._function,
            "resource_declaration": self._resource,
            "module_declaration": self._resource,
            "target_scope_assignment": self._setting,
            "using_statement": self._setting,
        }
        if node.type not in makes:
            raise self.unreadable(node)
        return [makes[node.type](node, decorators)]


def _first_error(node: Node) -> Node:
    while True:
        inner = next((c for c in node.children if c.has_error or c.is_missing), None)
        if node.type == "ERROR" or inner is None:
            return node
        node = inner
