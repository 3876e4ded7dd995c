"""From `[…]` to its tree."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError
from hubwarden_policies.gates.arm.expressions.syntax import Access, Call, Expression, Literal

DEEPEST: Final = 60
LONGEST: Final = 24_576
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<name>[^\W\d]\w*)
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<string>'(?:[^']|'')*'(?!'))
      | (?P<mark>[()\[\].,])
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.ASCII,
)


def is_expression(text: str) -> bool:
    """Whether ARM evaluates this text."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


@lru_cache(maxsize=16384)
def parse(text: str) -> Expression:
    """The expression in a text, or the text itself as a `Literal`; raises `ExpressionError`."""
    if is_expression(text):
        if len(text) > LONGEST:
            raise ExpressionError(
                f"The expression is longer than the {LONGEST} characters that Azure takes: "
                "split it into variables.",
                1,
            )
        return _Parser(text).whole()
    return Literal(text[1:] if text.startswith("[[") and text.endswith("]") else text, text)


class _Parser:
    def __init__(self, text: str) -> None:
        self._text, self._end = text, len(text) - 1
        self._depth = 0
        self._kind = self._token = ""
        self._start = self._stop = 0
        self._next = 1
        self._advance()

    def whole(self) -> Expression:
        node = self._node()
        if self._kind != "end":
            raise self._wrong("is one too many")
        return node

    def _advance(self) -> None:
        self._stop = self._start + len(self._token)
        match = _TOKEN.match(self._text, self._next, self._end)
        if match is None:
            rest = self._text[self._next : self._end]
            self._start = self._next + len(rest) - len(rest.lstrip())
            if self._text[self._start] == "'":
                raise ExpressionError(
                    "A text begins here and does not end: close it with ', and write '' for a "
                    "quote inside of it.",
                    self._start + 1,
                )
            self._kind, self._token = "mark", self._text[self._start]
            raise self._wrong("has no meaning in an expression")
        self._kind = match.lastgroup or ""
        self._token = match.group(self._kind)
        self._start, self._next = match.start(self._kind), match.end()

    def _wrong(self, what: str) -> ExpressionError:
        said = "The expression ends too early" if self._kind == "end" else None
        if said is None:
            token = self._token[:60] if self._kind in ("mark", "name") else f"a {self._kind}"
            said = f"In the expression {token} {what}"
        return ExpressionError(
            f"{said}: check its brackets, commas and quotes, or write [[ for a text that "
            "begins with a bracket.",
            self._start + 1,
        )

    def _take(self, mark: str) -> None:
        if self._kind != "mark" or self._token != mark:
            raise self._wrong(f"stands where {mark} is expected")
        self._advance()

    def _at(self, mark: str) -> bool:
        return self._kind == "mark" and self._token == mark

    def _node(self) -> Expression:
        self._depth += 1
        if self._depth > DEEPEST:
            raise ExpressionError(
                f"The expression is nested more than {DEEPEST} deep: split it into variables.",
                self._start + 1,
            )
        start = self._start
        node = self._primary()
        while self._at(".") or self._at("["):
            node = self._access(node, start)
        self._depth -= 1
        return node

    def _primary(self) -> Expression:
        start, token, kind = self._start, self._token, self._kind
        if kind == "name":
            return self._call()
        if kind == "string":
            self._advance()
            return Literal(token[1:-1].replace("''", "'"), token, start + 1)
        if kind == "number":
            self._advance()
            return Literal(self._number(token, start), token, start + 1)
        raise self._wrong("stands where a value is expected")

    def _number(self, token: str, start: int) -> int | float:
        number = float(token) if "." in token else int(token[:40])
        if not -(2**63) <= number < 2**63 or len(token) > 40:
            raise ExpressionError(
                "The number is larger than Azure's 64 bits: write a smaller one.", start + 1
            )
        return number

    def _call(self) -> Call:
        start, namespace, name = self._start, None, self._token
        self._advance()
        if self._at("."):
            self._advance()
            namespace, name = name, self._token
            if self._kind != "name":
                raise self._wrong("stands where the name of a function is expected")
            self._advance()
        self._take("(")
        arguments: list[Expression] = []
        while not self._at(")"):
            if arguments:
                self._take(",")
            arguments.append(self._node())
        self._take(")")
        return Call(name, tuple(arguments), namespace, self._text[start : self._stop], start + 1)

    def _access(self, target: Expression, start: int) -> Access:
        if self._at("."):
            self._advance()
            column, token = self._start + 1, self._token
            if self._kind != "name":
                raise self._wrong("stands where the name of a property is expected")
            key: Expression = Literal(token, token, column)
            self._advance()
        else:
            self._advance()
            column = self._start + 1
            key = self._node()
            self._take("]")
        return Access(target, key, self._text[start : self._stop], column)
