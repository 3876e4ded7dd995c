"""What a statement declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.expressions import Expressions
from hubwarden_policies.gates.bicep.syntax.tree import (
    Call,
    Declaration,
    Function,
    Import,
    Loop,
    Module,
    Object,
    Output,
    Parameter,
    Resource,
    Setting,
    TypeName,
    Variable,
)
from hubwarden_policies.gates.bicep.syntax.types import read_type

if TYPE_CHECKING:
    from tree_sitter import Node

    from hubwarden_policies.gates.bicep.syntax.lexed import Lexed


class Declarations(Expressions):
    """Reads the nodes of statements; each raises `Refused`."""

    def __init__(self, lexed: Lexed) -> None:
        super().__init__(lexed, self._resource)

    def decorators(self, nodes: list[Node]) -> tuple[Call, ...]:
        """The decorators that stand before a statement."""
        calls = [
            self.read(each.named_children[0]) for node in nodes for each in node.named_children
        ]
        return tuple(call for call in calls if isinstance(call, Call))

    def _parameter(self, node: Node, decorators: list[Node]) -> Declaration:
        named = node.named_children
        default = self.read(named[2]) if len(named) > 2 else None
        of = read_type(named[1], self)
        return Parameter(
            self.at(node), self.said(named[0]), of, default, decorators=self.decorators(decorators)
        )

    def _variable(self, node: Node, decorators: list[Node]) -> Declaration:
        name, value = node.named_children
        return Variable(
            self.at(node), self.said(name), self.read(value), decorators=self.decorators(decorators)
        )

    def _output(self, node: Node, decorators: list[Node]) -> Declaration:
        name, of, value = node.named_children
        return Output(
            self.at(node), self.said(name), read_type(of, self), self.read(value),
            decorators=self.decorators(decorators),
        )  # fmt: skip

    def _type(self, node: Node, decorators: list[Node]) -> Declaration:
        name, of = node.named_children
        return TypeName(
            self.at(node), self.said(name), read_type(of, self),
            decorators=self.decorators(decorators),
        )  # fmt: skip

    def _function(self, node: Node, decorators: list[Node]) -> Declaration:
        name, takes, returns, body = node.named_children
        parameters = tuple(
            (self.said(p.named_children[0]), read_type(p.named_children[1], self))
            for p in takes.named_children
        )
        return Function(
            self.at(node), self.said(name), parameters, read_type(returns, self), self.read(body),
            decorators=self.decorators(decorators),
        )  # fmt: skip

    def _setting(self, node: Node, _: list[Node]) -> Declaration:
        return Setting(self.at(node), node.children[0].type, self.read(node.named_children[-1]))

    def _imports(self, node: Node) -> list[Declaration]:
        words = [c for c in node.children if c.type in {"identifier", "as", "*", ","}]
        path = self.text(node.named_children[-1])
        if "{" not in [c.type for c in node.children]:
            name = node.named_children[0]
            return [Import(self.at(name), self.said(name), "*", path)]
        found: list[Declaration] = []
        for index, word in enumerate(words):
            if word.type != "identifier" or (index and words[index - 1].type == "as"):
                continue
            renamed = index + 2 < len(words) and words[index + 1].type == "as"
            name = words[index + 2] if renamed else word
            found.append(Import(self.at(word), self.said(name), self.said(word), path))
        return found

    def _resource(self, node: Node, decorators: list[Node]) -> Resource:
        named = node.named_children
        loop = condition = None
        body = named[2]
        if body.type == "for_statement":
            loop = self.loop(body)
            condition, inner = loop.condition, loop.body
        elif body.type == "if_statement":
            condition, inner = self.read(body.named_children[0]), self.read(body.named_children[1])
        else:
            inner = self.read(body)
        if not isinstance(inner, Object):
            raise Refused("The body of a resource or module is `{ … }`.", self.at(body))
        make = Module if node.type == "module_declaration" else Resource
        return make(
            self.at(node), self.said(named[0]), self.text(named[1]),
            any(c.type == "existing" for c in node.children),
            inner, condition, loop if isinstance(loop, Loop) else None,
            decorators=self.decorators(decorators),
        )  # fmt: skip
