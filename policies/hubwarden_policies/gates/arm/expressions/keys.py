"""Objects whose keys are expressions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from hubwarden_policies.gates.arm.expressions.error import ExpressionError
from hubwarden_policies.gates.arm.expressions.functions.function import kind
from hubwarden_policies.gates.arm.expressions.knowledge import bare, has_secret, secretly
from hubwarden_policies.model import UNKNOWN, Hole, Made


def object_of(pairs: Iterable[tuple[Any, Any]]) -> Any:
    """The object with these keys and values, or what is not known of it.

    A key that nobody knows may be any property, so the whole object is unknown; but not where it
    is known to be an ARM id, which names no property: its holes are written out in braces.
    """
    pairs = list(pairs)
    found: dict[str, Any] = {}
    seen: set[str] = set()
    unknown: list[Hole] = []
    for name_or_made, value in pairs:
        key = bare(name_or_made)
        name = _id(key) if isinstance(key, Made) else key
        if isinstance(key, Made) and name is None:
            unknown += (part for part in key.parts if isinstance(part, Hole))
        elif key is UNKNOWN:
            unknown.append(Hole("a key", ""))
        elif not isinstance(name, str):
            raise ExpressionError(
                f"The name of a property is a text, and here it is {kind(key)}: use string()."
            )
        elif name.lower() in seen:
            # Which of the two Azure takes is not documented; the name itself may be a secret.
            raise ExpressionError("Two properties of an object have the same name: keep one.")
        else:
            found[name] = value
            seen.add(name.lower())
    if not unknown:
        return found
    return secretly(Made(tuple(unknown)), any(has_secret(value) for _, value in pairs))


def _id(key: Made) -> str | None:
    if not any(isinstance(part, str) and "/" in part for part in key.parts):
        return None
    return "".join(
        part if isinstance(part, str) else f"{{{part.source}{part.path and '.'}{part.path}}}"
        for part in key.parts
    )
