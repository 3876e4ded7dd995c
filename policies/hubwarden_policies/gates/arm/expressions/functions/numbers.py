"""Integers of 64 bits. Source: "Numeric functions for ARM templates"."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import Function, expect

_INT: Final = re.compile(r"\s*[+-]?\d{1,20}\s*", re.ASCII)
_FLOAT: Final = re.compile(r"[+-]?\d{1,20}(?:\.\d{1,20})?", re.ASCII)


def _ranged(number: int) -> int:
    if not -(2**63) <= number < 2**63:
        raise ExpressionError("the result is larger than Azure's 64 bits")
    return number


def _on_integers(compute: Callable[[int, int], int]) -> Callable[[Any, Any], int]:
    return lambda left, right: _ranged(compute(expect(left, int), expect(right, int)))


def _div(left: int, right: int) -> int:
    if right == 0:
        raise ExpressionError("it divides by zero")
    # .NET rounds towards zero, Python down.
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _int(value: Any) -> int:
    if isinstance(value, str):
        if not _INT.fullmatch(value):
            raise ExpressionError("its text is not an integer")
        return _ranged(int(value))
    if isinstance(value, float):
        if not value.is_integer():
            # How it rounds is not documented.
            raise NotKnown
        return _ranged(int(value))
    return expect(value, int)


def _float(value: Any) -> float:
    if isinstance(value, str):
        if not _FLOAT.fullmatch(value):
            raise ExpressionError("its text is not a number")
        return float(value)
    return float(expect(value, int, float))


def _of_all(choose: Callable[[list[int]], int]) -> Callable[..., int]:
    def call(*values: Any) -> int:
        numbers = values[0] if len(values) == 1 and isinstance(values[0], list) else list(values)
        if not numbers:
            raise ExpressionError("its array is empty")
        return choose([expect(number, int) for number in numbers])

    return call


FUNCTIONS: Final = (
    Function("add", _on_integers(lambda left, right: left + right), 2, 2),
    Function("div", _on_integers(_div), 2, 2),
    Function("float", _float, 1, 1),
    Function("int", _int, 1, 1),
    Function("max", _of_all(max), 1, None),
    Function("min", _of_all(min), 1, None),
    Function("mod", _on_integers(lambda left, right: left - right * _div(left, right)), 2, 2),
    Function("mul", _on_integers(lambda left, right: left * right), 2, 2),
    Function("sub", _on_integers(lambda left, right: left - right), 2, 2),
)
