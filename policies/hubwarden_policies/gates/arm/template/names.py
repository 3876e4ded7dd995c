"""Types and names of resources, in every way that a template writes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

# Keys are longer, or have characters that names have not.
_NAME: Final = re.compile(r"[\w. $-]{1,40}")
_EXTENSION: Final = "providers"


def opened(value: Any) -> Any:
    """The value without its mark as a secret."""
    while isinstance(value, Secret):
        value = value.value
    return value


def joined(parts: Sequence[str | Hole]) -> Any:
    """A text of these parts; a plain one where all of it is known."""
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    merged: list[str | Hole] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if all(isinstance(part, str) for part in merged):
        return "".join(part for part in merged if isinstance(part, str))
    return Made(tuple(merged))


def parts_of(value: Any, source: str) -> tuple[str | Hole, ...]:
    """The parts of a text; `source` is what an unknown one comes from."""
    value = opened(value)
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Made) and value.parts:
        return value.parts
    if value is UNKNOWN or isinstance(value, Made):
        return (Hole(source, ""),)
    return (str(value),)


def segments(value: Any, source: str) -> tuple[Any, ...]:
    """The names between the slashes of a name."""
    if isinstance(value, str):
        return tuple(value.split("/"))
    found: list[list[str | Hole]] = [[]]
    for part in parts_of(value, source):
        if isinstance(part, Hole):
            found[-1].append(part)
            continue
        first, *others = part.split("/")
        found[-1].append(first)
        found.extend([other] for other in others)
    return tuple(joined(parts) for parts in found)


def shown(value: Any) -> str:
    """A name as a person reads it, an unknown stretch as the expression that it comes from."""
    if isinstance(value, Secret):
        return "(secret)"
    if isinstance(value, Made):
        return "".join(
            part if isinstance(part, str) else f"{{{part.source}{_dotted(part.path)}}}"
            for part in value.parts
        )
    return "?" if value is UNKNOWN else str(value)


def _dotted(path: str) -> str:
    return f".{path}" if path and not path.startswith("[") else path


class Misnamed(Exception):
    """A name does not have the parts that its type asks for."""


def split_extension(
    arm_type: str, names: tuple[Any, ...]
) -> tuple[str, tuple[Any, ...], tuple[str, tuple[Any, ...]] | None]:
    """The type and names, and what they extend, of `A/b/providers/c` named `x/NAMESPACE/y`.

    That is the older way to write an extension: its namespace stands in the name. Raises
    `Misnamed`.
    """
    namespace, *types = arm_type.split("/")
    lower = [kind.lower() for kind in types]
    if _EXTENSION not in lower:
        if len(names) != len(types):
            raise Misnamed(
                f"{arm_type} has {len(types)} parts after its namespace and the name "
                f"{'/'.join(spoken(shown(name)) for name in names)} has {len(names)}"
            )
        return arm_type, names, None
    at = len(lower) - 1 - lower[::-1].index(_EXTENSION)
    inner, outer = types[at + 1 :], types[:at]
    given = names[at] if at < len(names) else None
    if not isinstance(given, str) or len(names) != at + 1 + len(inner) or not inner:
        raise Misnamed(
            f"{arm_type} asks for a name such as NAME/Microsoft.Insights/NAME, not "
            f"{'/'.join(spoken(shown(name)) for name in names)}"
        )
    above = "/".join((namespace, *outer))
    return "/".join((given, *inner)), names[at + 1 :], (above, names[:at])


def spoken(name: str) -> str:
    """A name for a message: one that may as well be a key is not repeated."""
    return name if _NAME.fullmatch(name) else "…"


def spelled(arm_type: str) -> str:
    """The type in its canonical case, where it is one of ours."""
    return canonical(arm_type) or arm_type
