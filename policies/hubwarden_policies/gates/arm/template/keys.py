"""Names in a template: ARM reads them whatever their case."""

from __future__ import annotations

from typing import Any

Path = tuple[str | int, ...]


def entry(holder: Any, name: str) -> tuple[str, Any] | None:
    """The key as it is written, and the value, of this name in an object; None without one."""
    if not isinstance(holder, dict):
        return None
    if name in holder:
        return name, holder[name]
    # Most names that are asked for are absent: their length tells it of nearly every key.
    lower, length = name.lower(), len(name)
    for key in holder:
        if len(key) == length and key.lower() == lower:
            return key, holder[key]
    return None


def get(holder: Any, name: str) -> Any:
    """The value of this name in an object; None without one."""
    found = entry(holder, name)
    return None if found is None else found[1]


def where(holder: Any, path: Path, name: str) -> Path:
    """The path of this name in the object at `path`; the object's own without one."""
    found = entry(holder, name)
    return path if found is None else (*path, found[0])


def kind_of(value: Any) -> str:
    """What a JSON value is, as a person says it."""
    if value is None:
        return "null"
    for kinds, said in (
        (bool, "a boolean"),
        (int | float, "a number"),
        (str, "a text"),
        (list, "an array"),
        (dict, "an object"),
    ):
        if isinstance(value, kinds):
            return said
    return "not known"
