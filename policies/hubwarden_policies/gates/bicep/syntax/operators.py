"""Which operand belongs to which operator.

tree-sitter-bicep 1.1 reads `a + b.c` as `(a + b).c` and `a == b.c ? d : e` as `(a == b).c ? …`.
What it says of the order of things is right, so an expression is flattened to that and put
together again as Bicep's documentation of operators has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import (
    Binary,
    Expression,
    Group,
    Lambda,
    Name,
    Ternary,
    Unary,
)
from hubwarden_policies.record import record

LONGEST: Final = 60
_BINDS: Final = {
    **dict.fromkeys(("*", "/", "%"), 7),
    **dict.fromkeys(("+", "-"), 6),
    **dict.fromkeys(("<", "<=", ">", ">="), 5),
    **dict.fromkeys(("==", "!=", "=~", "!~"), 4),
    "&&": 3,
    "||": 2,
    "??": 1,
}


@record
class Sign:
    """An operator."""

    at: int
    sign: str


@record
class Suffix:
    """`.name`, `[index]`, `::name`, `(arguments)`: what makes another operand of one."""

    at: int
    apply: Callable[[Expression], Expression]


Piece = Expression | Sign | Suffix


def put_together(pieces: list[Piece]) -> Expression:
    """The expression that these pieces are, in the order of the text; raises `Refused`."""
    signs = sum(not isinstance(piece, Expression) for piece in pieces)
    if signs > LONGEST:
        raise Refused(
            f"This expression has {signs} operators: give parts of it names.", pieces[0].at
        )
    reader = _Reader(pieces)
    expression = reader.expression()
    if reader.next is not None:
        raise Refused("hubwarden cannot read this expression: put it in simpler words.", reader.at)
    return expression


class _Reader:
    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = pieces
        self.index = 0

    @property
    def next(self) -> Piece | None:
        return self.pieces[self.index] if self.index < len(self.pieces) else None

    @property
    def at(self) -> int:
        return self.pieces[min(self.index, len(self.pieces) - 1)].at

    def sign(self, *signs: str) -> bool:
        """Whether one of these signs is next; it is taken."""
        found = isinstance(self.next, Sign) and self.next.sign in signs
        self.index += found
        return found

    def expression(self) -> Expression:
        condition = self.binary(0)
        if not self.sign("?"):
            return condition
        yes = self.expression()
        if not self.sign(":"):
            raise Refused("A `?` needs its `:`.", self.at)
        return Ternary(condition.at, condition, yes, self.expression())

    def binary(self, least: int) -> Expression:
        left = self.unary()
        while isinstance(sign := self.next, Sign) and _BINDS.get(sign.sign, 0) > least:
            self.index += 1
            left = Binary(left.at, sign.sign, left, self.binary(_BINDS[sign.sign]))
        return left

    def unary(self) -> Expression:
        at = self.at
        for sign in ("!", "-"):
            if self.sign(sign):
                return Unary(at, sign, self.unary())
        return self.operand()

    def operand(self) -> Expression:
        found = self.next
        if found is None or isinstance(found, Sign | Suffix):
            raise Refused("hubwarden cannot read this expression: a value is missing.", self.at)
        self.index += 1
        while isinstance(suffix := self.next, Suffix):
            self.index += 1
            found = suffix.apply(found)
        return Lambda(found.at, _names(found), self.expression()) if self.sign("=>") else found


def _names(found: Expression) -> tuple[str, ...]:
    names = found.items if isinstance(found, Group) else (found,)
    if not all(isinstance(name, Name) for name in names):
        raise Refused("Names stand before `=>`, and nothing else.", found.at)
    return tuple(name.name for name in names if isinstance(name, Name))
