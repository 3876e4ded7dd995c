"""A call of a function with arguments of which not everything is known."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions import FUNCTIONS
from hubwarden_policies.gates.arm.expressions.functions.function import Function
from hubwarden_policies.gates.arm.expressions.knowledge import (
    bare,
    bared,
    has_secret,
    has_unknown,
    is_unknown,
    opaque,
    secretly,
)
from hubwarden_policies.gates.arm.expressions.lazy import LAZY
from hubwarden_policies.gates.arm.expressions.scope import DEPLOYMENT
from hubwarden_policies.gates.arm.expressions.syntax import Call
from hubwarden_policies.model import UNKNOWN, Secret

_SHOWN: Final = 60


def lifted(function: Function, node: Call, arguments: tuple[Any, ...]) -> Any:
    """The result of a function, unknown where an argument is that it reads, secret likewise."""
    whole = function.reads == "whole"
    secret = any(has_secret(value) if whole else isinstance(value, Secret) for value in arguments)
    secret = secret and function.reveals
    values = [bared(value) if whole else bare(value) for value in arguments]
    if function.reads in ("parts", "nothing"):
        # A secret that nobody knows has no expression of its own yet.
        values = [
            opaque(part) if value is UNKNOWN else value
            for part, value in zip(node.arguments, values, strict=True)
        ]
        if function.reads == "nothing":
            values, secret = list(arguments), False
    elif any(map(has_unknown if whole else is_unknown, values)):
        return secretly(opaque(node), secret)
    try:
        return secretly(function.call(*values), secret)
    except ExpressionError as error:
        raise named(error, node) from None
    except NotKnown:
        return secretly(opaque(node), secret)


def named(error: ExpressionError, node: Call) -> ExpressionError:
    """What a function says of its arguments, as a sentence that names the function."""
    if error.message.endswith("."):
        return error
    return ExpressionError(f"{node.name[:_SHOWN]}(): {error.message}.", error.column)


def counted(node: Call, at_least: int, at_most: int | None) -> None:
    """Raises `ExpressionError` where a call has too many arguments, or too few."""
    count = len(node.arguments)
    if count >= at_least and (at_most is None or count <= at_most):
        return
    wanted = str(at_least) if at_least == at_most else f"{at_least} to {at_most}"
    if at_most is None:
        wanted = f"{at_least} or more"
    raise ExpressionError(f"{node.name}() takes {wanted} arguments and has {count}.")


def unknown_function(node: Call) -> ExpressionError:
    """The error about a function that nobody here knows."""
    if node.name.lower() == "lambda":
        return ExpressionError(
            "lambda() stands where no function takes one: give it to map(), filter() or the like."
        )
    names = {
        **{name: name for name in (*LAZY, *DEPLOYMENT, "parameters", "variables", "copyIndex")},
        **{name: function.name for name, function in FUNCTIONS.items()},
    }
    near = get_close_matches(node.name.lower(), names, n=1)
    hint = f"is {names[near[0]]}() meant?" if near else "look its name up in ARM's documentation."
    return ExpressionError(f"There is no function {node.name[:_SHOWN]}(): {hint}")
