"""The functions that a template declares itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubwarden_policies.gates.arm.expressions import ExpressionError
from hubwarden_policies.gates.arm.template.keys import Path, entry, get
from hubwarden_policies.gates.arm.template.names import spoken
from hubwarden_policies.record import record


@record
class Function:
    """Its `parameters` in lower case, and the `body` of its output at this path of the template."""

    parameters: tuple[str, ...]
    body: Any
    path: Path


def declared_function(
    template: Mapping[str, Any], namespace: str, name: str, count: int
) -> Function:
    """The function of this name, which takes so many values; raises `ExpressionError`."""
    said = f"{spoken(namespace)}.{spoken(name)}"
    found = _find(template, namespace, name)
    if found is None:
        raise ExpressionError(
            f"The template has no function {said}: declare it under `functions`, or mend the name."
        )
    body, path = found
    parameters, output = get(body, "parameters") or [], entry(body, "output")
    if not isinstance(parameters, list) or output is None or len(parameters) != count:
        raise ExpressionError(
            f"The function {said} is called with {count} values and takes another number, or has "
            "no output: mend the call."
        )
    names = tuple(str(get(one, "name")).lower() for one in parameters)
    return Function(names, get(output[1], "value"), (*path, output[0], "value"))


def _find(template: Mapping[str, Any], namespace: str, name: str) -> tuple[Any, Path] | None:
    listed = entry(template, "functions")
    for number, space in enumerate(listed[1] if listed and isinstance(listed[1], list) else ()):
        members = entry(space, "members")
        found = entry(members[1], name) if members else None
        named = str(get(space, "namespace")).lower() == namespace.lower()
        if listed and members and found and named:
            return found[1], (listed[0], number, members[0], found[0])
    return None
