"""`if`, `and`, `or` and `coalesce`: what they do not need is not evaluated, and may be wrong.

That `if` is lazy is documented; of the others only that they take any number of arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import expect, same
from hubwarden_policies.gates.arm.expressions.knowledge import (
    bare,
    has_secret,
    has_unknown,
    is_unknown,
    opaque,
    secretly,
)
from hubwarden_policies.gates.arm.expressions.syntax import Call, Expression
from hubwarden_policies.model import UNKNOWN

Evaluate = Callable[[Expression], Any]


def _if(node: Call, evaluate: Evaluate) -> Any:
    condition, then, otherwise = node.arguments
    decided = bare(evaluate(condition))
    if not is_unknown(decided):
        return evaluate(then if expect(decided, bool) else otherwise)
    branches = []
    for branch in (then, otherwise):
        try:
            branches.append(evaluate(branch))
        except ExpressionError:
            # The branch that is not taken may be an error, and this may be that branch.
            branches.append(UNKNOWN)
    left, right = branches
    if not has_unknown(left) and not has_unknown(right) and same(left, right):
        return left
    return secretly(opaque(node), has_secret(left) or has_secret(right))


def _first_that_is(decisive: bool) -> Callable[[Call, Evaluate], Any]:
    def decide(node: Call, evaluate: Evaluate) -> bool:
        unknown = False
        for argument in node.arguments:
            value = bare(evaluate(argument))
            if is_unknown(value):
                unknown = True
            elif expect(value, bool) is decisive:
                return decisive
        if unknown:
            raise NotKnown
        return not decisive

    return decide


def _coalesce(node: Call, evaluate: Evaluate) -> Any:
    for position, argument in enumerate(node.arguments, 1):
        value = evaluate(argument)
        if is_unknown(bare(value)) and position < len(node.arguments):
            # A `Made` with a literal part is a text for certain.
            if any(isinstance(part, str) for part in getattr(bare(value), "parts", ())):
                return value
            return secretly(opaque(node), has_secret(value))
        if bare(value) is not None:
            return value
    return None


# How many arguments each takes at least and at most.
LAZY: Final[dict[str, tuple[Callable[[Call, Evaluate], Any], int, int | None]]] = {
    "and": (_first_that_is(False), 1, None),
    "coalesce": (_coalesce, 1, None),
    "if": (_if, 3, 3),
    "or": (_first_that_is(True), 1, None),
}
