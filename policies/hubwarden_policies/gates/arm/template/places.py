"""Where a property of a resource stands in its file."""

from __future__ import annotations

from typing import Any

from hubwarden_policies.gates.arm.template.keys import Path, entry, get


def place(document: Any, start: Path, path: str) -> Path:
    """The JSON path of an ARM path of the resource that stands at `start`, or of what is nearest.

    Follows `copy` into its `input`; where the rest of the path comes out of an expression, the
    expression is what is nearest.
    """
    value = document
    for step in start:
        value = value[step]
    found = start
    rest = path
    while rest:
        if rest.startswith("["):
            index, _, rest = rest[1:].partition("]")
            if not isinstance(value, list) or not index.isdecimal() or int(index) >= len(value):
                return found
            value, found = value[int(index)], (*found, int(index))
        else:
            stepped = _step(value, rest.removeprefix("."))
            if stepped is None:
                return found
            below, value, rest = stepped
            found = (*found, *below)
    return found


def _step(value: Any, rest: str) -> tuple[Path, Any, str] | None:
    """The entry of an object that a path begins with, what it holds, and the path's rest.

    A name may hold dots itself, so the longest that fits is taken.
    """
    if not isinstance(value, dict):
        return None
    lower = rest.lower()
    fits = [k for k in value if lower.startswith(k.lower()) and rest[len(k) : len(k) + 1] in _ENDS]
    if fits:
        name = max(fits, key=len)
        return (name,), value[name], rest[len(name) :]
    loops = entry(value, "copy")
    for index, loop in enumerate(loops[1]) if loops and isinstance(loops[1], list) else ():
        name, given = get(loop, "name"), entry(loop, "input")
        if isinstance(name, str) and given and _begins(lower, name.lower()):
            after = rest[len(name) :]
            if after.startswith("["):
                after = after.partition("]")[2]
            return (loops[0], index, given[0]), given[1], after  # type: ignore[index]
    return None


_ENDS = frozenset({"", ".", "["})


def _begins(rest: str, name: str) -> bool:
    return rest.startswith(name) and rest[len(name) : len(name) + 1] in _ENDS
