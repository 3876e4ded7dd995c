"""What is known of a value: nothing, its shape, all of it; and whether it is secret."""

from __future__ import annotations

from typing import Any

from hubwarden_policies.gates.arm.expressions.syntax import Expression, shown
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret


def opaque(node: Expression) -> Made:
    """What is not known of a part of an expression, so that a report shows that part."""
    return Made((Hole(shown(node), ""),))


def is_unknown(value: Any) -> bool:
    """Whether the value itself is not known, whatever it would hold."""
    return value is UNKNOWN or isinstance(value, Made)


def has_unknown(value: Any) -> bool:
    """Whether anything in it is not known."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, list):
        return any(map(has_unknown, value))
    if isinstance(value, dict):
        return any(map(has_unknown, value.values()))
    return is_unknown(value)


def has_secret(value: Any) -> bool:
    """Whether it is, or holds, a secret."""
    if isinstance(value, list):
        return any(map(has_secret, value))
    if isinstance(value, dict):
        return any(map(has_secret, value.values()))
    return isinstance(value, Secret)


def bare(value: Any) -> Any:
    """The value without the mark of a secret around it."""
    while isinstance(value, Secret):
        value = value.value
    return value


def bared(value: Any) -> Any:
    """The value without any mark of a secret in it."""
    value = bare(value)
    if isinstance(value, list):
        return [bared(item) for item in value]
    if isinstance(value, dict):
        return {key: bared(item) for key, item in value.items()}
    return value


def secretly(value: Any, secret: bool) -> Any:
    """The value, marked once where it is to be."""
    return Secret(bare(value)) if secret else value
