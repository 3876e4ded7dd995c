"""Putting values into a body by their ARM path."""

from __future__ import annotations

from typing import Any


def put(body: dict[str, Any], path: str, value: Any) -> None:
    """Set the value at a path such as `properties.routing`; what is not known as a whole stays."""
    inner: Any = body
    *above, last = path.split(".")
    for step in above:
        inner = inner.setdefault(step, {})
        if not isinstance(inner, dict):
            return
    inner[last] = value


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
