"""Putting values into a body by their ARM path."""

from __future__ import annotations

import re
from typing import Any, Final

from hubwarden_policies.model import UNKNOWN, Secret

_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path such as `properties.routing`; what is not known as a whole stays."""
    inner: Any = body
    *above, last = path.split(".")
    for step in above:
        inner = inner.setdefault(step, {})
        if not isinstance(inner, dict):
            return
    inner[last] = value


def put_missing(body: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path where nothing is yet."""
    inner: Any = body
    for step in path.split("."):
        if not isinstance(inner, dict):
            return
        if step not in inner:
            put(body, path, value)
            return
        inner = inner[step]


def fill(body: dict[str, Any], path: str, value: Any) -> None:
    """Set what is at a path such as `properties.routes[0].name`, where it is not known."""
    holder: Any = None
    inner: Any = body
    steps = [int(index) if index else word for word, index in _STEP.findall(path)]
    for step in steps:
        holder = inner
        found = isinstance(holder, list) if isinstance(step, int) else isinstance(holder, dict)
        if not found or (isinstance(step, str) and step not in holder):
            return
        inner = holder[step]
    if inner is UNKNOWN:
        holder[steps[-1]] = value
    elif inner == Secret(UNKNOWN):
        holder[steps[-1]] = Secret(value)


def append(body: dict[str, Any], path: str, *items: Any) -> str:
    """Add to the list at a path, and give the path of what was added last."""
    inner: Any = body
    *above, last = path.split(".")
    for step in above:
        inner = inner.setdefault(step, {})
        if not isinstance(inner, dict):
            return path
    held = inner.setdefault(last, [])
    if not isinstance(held, list):
        return path
    held += items
    return f"{path}[{len(held) - 1}]"
