"""`.key` and `[0]`."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import key_of, kind
from hubwarden_policies.gates.arm.expressions.knowledge import (
    bare,
    has_secret,
    is_unknown,
    opaque,
    secretly,
)
from hubwarden_policies.gates.arm.expressions.syntax import Access, Literal, shown
from hubwarden_policies.model import Hole, Made, Secret


def item_of(node: Access, target: Any, key: Any) -> Any:
    """What an access finds, as secret as what it looks into; raises `ExpressionError`."""
    secret = isinstance(target, Secret)
    target, key = bare(target), bare(key)
    if is_unknown(target):
        try:
            return secretly(_of_unknown(node, target, key), secret)
        except NotKnown:
            return secretly(opaque(node), secret)
    if is_unknown(key):
        return secretly(opaque(node), secret or has_secret(target))
    return secretly(_of_known(node, target, key), secret or isinstance(target, Secret))


def _of_unknown(node: Access, target: Any, key: Any) -> Made:
    hole = Hole(shown(node.target), "")
    if isinstance(target, Made):
        if any(isinstance(part, str) for part in target.parts):
            raise ExpressionError("A text has no properties and no elements: take it as it is.")
        if len(target.parts) != 1 or not isinstance(target.parts[0], Hole):
            raise NotKnown
        hole = target.parts[0]
    if is_unknown(key):
        raise NotKnown
    if isinstance(key, int):
        return Made((Hole(hole.source, f"{hole.path}[{key}]"),))
    return Made((Hole(hole.source, f"{hole.path}.{key}" if hole.path else str(key)),))


def _of_known(node: Access, target: Any, key: Any) -> Any:
    if isinstance(target, dict) and isinstance(key, str):
        found = key_of(target, key)
        if found is not None:
            return target[found]
        raise ExpressionError(_missing(node, target, key))
    if isinstance(target, list) and type(key) is int:
        if 0 <= key < len(target):
            return target[key]
        raise ExpressionError(
            f"The array has {len(target)} elements, and here is asked for number {key}, counted "
            "from 0: take one that is there."
        )
    what = "property" if isinstance(key, str) else "element"
    raise ExpressionError(
        f"Here is asked for a {what} of {kind(target)}, which has none: check what is before it."
    )


def _missing(node: Access, target: dict[str, Any], key: str) -> str:
    # A key that the template computes may be anything; one that it writes out stands there.
    name = f"the property {key[:60]}" if isinstance(node.key, Literal) else "such a property"
    near = get_close_matches(key, target, n=1) if isinstance(node.key, Literal) else []
    hint = f"is {near[0]} meant?" if near else "tryGet() is null for what may be missing."
    return f"The object does not have {name}: {hint}"
