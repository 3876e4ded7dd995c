"""What the evaluator knows of a function, and what functions say of wrong arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeVar, cast

from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.knowledge import bare, is_unknown
from hubwarden_policies.model import Made
from hubwarden_policies.record import record

Value = TypeVar("Value")


@record
class Function:
    """One function of ARM's that needs nothing but its arguments.

    `reads` is what it must know: the `whole` of every argument, their `outer` level only (what
    they hold passes through it), `parts`: it takes a `Made` apart by itself, or `nothing`: it
    passes on its arguments as they are, secrets too. `reveals` is true where a secret argument
    leaves a secret result, `walks` where it walks through all of what it does not have to know.
    """

    name: str
    call: Callable[..., Any]
    at_least: int
    at_most: int | None
    reads: Literal["whole", "outer", "parts", "nothing"] = "whole"
    reveals: bool = True
    walks: bool = False


@record
class Lambda:
    """A `lambda(…)` as the functions that take one see it."""

    names: tuple[str, ...]
    call: Callable[..., Any]

    def __call__(self, *arguments: Any) -> Any:
        """Its body with its variables; what it has no variable for is left out."""
        return self.call(*arguments[: len(self.names)])

    def decide(self, *arguments: Any) -> bool:
        """The same, which must be true or false."""
        result = bare(self(*arguments))
        if is_unknown(result):
            raise NotKnown
        return expect(result, bool)


_NAMES: Final[dict[type, str]] = {
    type(None): "null",
    bool: "a boolean",
    int: "an integer",
    float: "a number",
    str: "a text",
    list: "an array",
    dict: "an object",
    Lambda: "a lambda",
    Made: "an unknown value",
}


def kind(value: Any) -> str:
    """ARM's type of a value, as a person reads it."""
    return _NAMES.get(type(value), "something else")


def expect(value: Any, *types: type[Value]) -> Value:
    """The value, which must be of one of these types; raises `ExpressionError`."""
    if type(value) in types:
        return cast("Value", value)
    wanted = " or ".join(_NAMES[each] for each in types)
    raise ExpressionError(f"it takes {wanted} where the template has {kind(value)}")


def same(left: Any, right: Any) -> bool:
    """Whether two values are equal to ARM: by type, and for texts by case."""
    if type(left) is not type(right):
        numbers = type(left) in (int, float) and type(right) in (int, float)
        return numbers and bool(left == right)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return bool(left == right)


def key_of(mapping: dict[str, Any], name: str) -> str | None:
    """The key with this name, whatever its case."""
    if name in mapping:
        return name
    return next((key for key in mapping if key.lower() == name.lower()), None)
