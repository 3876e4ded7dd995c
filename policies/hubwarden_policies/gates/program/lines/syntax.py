"""Calls and keywords of a Python text, and where they stand."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from hubwarden_policies.gates.program.pulumi_project.sources import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

# What ends a line for Python; `str.splitlines` knows more.
_LINE_END = re.compile(r"\r\n|\r|\n")


class Place(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int


class Text:
    """A Python text that parses. `text_of` gives it, once for each text."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self._lines = _LINE_END.split(text)
        self._calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]

    def place(self, node: ast.expr | ast.keyword) -> Place:
        """Where a node begins; the tree counts bytes, a person characters."""
        line = self._lines[node.lineno - 1] if node.lineno <= len(self._lines) else ""
        before = line.encode()[: node.col_offset].decode(errors="replace")
        return Place(node.lineno, len(before) + 1)

    def calls(self, line: int) -> list[ast.Call]:
        """The calls that a frame on this line may be in, the likeliest first.

        Python gives the line where the call begins, or where the dotted name before its bracket
        ends; an outer call comes before those in its arguments.
        """
        found = [c for c in self._calls if c.lineno <= line <= (c.end_lineno or c.lineno)]
        return sorted(found, key=lambda call: (not _begins(call, line), *_size(call)))


@lru_cache(maxsize=256)
def text_of(text: str) -> Text | None:
    """The text with its calls; None where the running Python cannot parse it."""
    tree = parse(text)
    return None if tree is None else Text(text, tree)


def name_of(call: ast.Call) -> str:
    """The last word of what is called."""
    called = call.func
    while isinstance(called, ast.Subscript | ast.Call):
        called = called.value if isinstance(called, ast.Subscript) else called.func
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def entries(node: ast.expr) -> Iterator[tuple[str, ast.expr | ast.keyword, ast.expr]]:
    """The named values in a call or a dict display: name, where it is named, the value."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg is not None:
                yield keyword.arg, keyword, keyword.value
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, key, value


def within(node: ast.expr) -> Iterator[ast.expr]:
    """What an expression may stand for: itself, and what it wraps, chooses, spreads or returns."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(_inner(node)))


def _inner(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Call):
        # `output.apply(lambda …)` and `Output.secret(…)` are what they are given.
        return [*node.args, *(k.value for k in node.keywords if k.arg is None)]
    if isinstance(node, ast.Dict):
        return [v for key, v in zip(node.keys, node.values, strict=True) if key is None]
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Lambda):
        return [node.body]
    if isinstance(node, ast.Starred | ast.Await | ast.NamedExpr):
        return [node.value]
    return []


def _begins(call: ast.Call, line: int) -> bool:
    return line in (call.lineno, call.func.end_lineno)


def _size(call: ast.Call) -> tuple[int, int]:
    """What sorts longer calls first."""
    lines = (call.end_lineno or call.lineno) - call.lineno
    return -lines, call.col_offset - (call.end_col_offset or 0)
