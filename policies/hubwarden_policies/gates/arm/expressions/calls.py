"""A call of a function with arguments of which not everything is known."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

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


def lifted(function: Function, node: Call, arguments: tuple[Any, ...]) -> Any:
    """The result of a function, unknown where an argument is that it reads, secret likewise."""
    whole = function.reads == "whole"
    secret = any(has_secret(value) if whole else isinstance(value, Secret) for value in arguments)
    secret = secret and function.reveals
    values = [bared(value) if whole else bare(value) for value in arguments]
    if function.reads == "parts":
        values = [
            opaque(part) if value is UNKNOWN else value
            for part, value in zip(node.arguments, values, strict=True)
        ]
    elif any(map(has_unknown if whole else is_unknown, values)):
        return secretly(opaque(node), secret)
    try:
        return secretly(function.call(*values), secret)
    except ExpressionError as error:
        if error.column:
            raise
        raise ExpressionError(f"{node.name}(): {error.message}.") from None
    except NotKnown:
        return secretly(opaque(node), secret)


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
    names = {
        **{name: name for name in (*LAZY, *DEPLOYMENT, "parameters", "variables", "copyIndex")},
        **{name: function.name for name, function in FUNCTIONS.items()},
    }
    near = get_close_matches(node.name.lower(), names, n=1)
    hint = f"is {names[near[0]]}() meant?" if near else "ARM's functions have other names."
    return ExpressionError(f"There is no function {node.name}(): {hint}")
