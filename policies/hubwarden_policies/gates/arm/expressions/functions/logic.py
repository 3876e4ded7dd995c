"""Truth and comparison. `if`, `and`, `or` and `coalesce` are the evaluator's own: they are lazy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError
from hubwarden_policies.gates.arm.expressions.functions.function import (
    Function,
    expect,
    kind,
    same,
)


def _bool(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if isinstance(value, str):
        raise ExpressionError("it takes the texts true and false only")
    return bool(expect(value, bool, int))


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        if type(left) is str and type(right) is str:
            # .NET compares texts of ARM's by the numbers of their characters.
            return holds(left, right)
        numbers = (int, float)
        if type(left) in numbers and type(right) in numbers:
            return holds(left, right)
        raise ExpressionError(
            f"it compares two numbers or two texts, not {kind(left)} with {kind(right)}"
        )

    return compare


def _fail(message: Any) -> Any:
    expect(message, str)
    raise ExpressionError("the template refuses to be deployed like this")


FUNCTIONS: Final = (
    Function("bool", _bool, 1, 1),
    Function("equals", same, 2, 2, reveals=False),
    Function("fail", _fail, 1, 1),
    Function("false", lambda: False, 0, 0),
    Function("greater", _ordered(lambda left, right: left > right), 2, 2, reveals=False),
    Function("greaterOrEquals", _ordered(lambda left, right: left >= right), 2, 2, reveals=False),
    Function("less", _ordered(lambda left, right: left < right), 2, 2, reveals=False),
    Function("lessOrEquals", _ordered(lambda left, right: left <= right), 2, 2, reveals=False),
    Function("not", lambda value: not expect(value, bool), 1, 1, reveals=False),
    Function("null", lambda: None, 0, 0),
    Function("true", lambda: True, 0, 0),
)
