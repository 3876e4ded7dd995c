"""What a template says of a parameter or an output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from hubwarden_policies.gates.arm.template.keys import Path, entry, get
from hubwarden_policies.record import record

_SECURE: Final = {"securestring": "string", "secureobject": "object"}
_DEEPEST: Final = 20


@record
class Declaration:
    """`kind` is ARM's type in lower case, without its security; "" where it cannot be told.

    `default` has the key and the value as they are written.
    """

    name: str
    kind: str
    secure: bool
    nullable: bool
    default: tuple[str, Any] | None
    body: Mapping[str, Any]
    path: Path


def declaration(
    template: Mapping[str, Any], path: Path, section: Literal["parameters", "outputs"], name: str
) -> Declaration | None:
    """The declaration of this name in the template at `path`; None where there is none."""
    listed = entry(template, section)
    found = None if listed is None else entry(listed[1], name)
    if listed is None or found is None:
        return None
    body = found[1] if isinstance(found[1], dict) else {}
    kind, nullable = _kind(template, body)
    return Declaration(
        found[0],
        _SECURE.get(kind, kind),
        kind in _SECURE,
        nullable,
        entry(body, "defaultValue"),
        body,
        (*path, listed[0], found[0]),
    )


def _kind(template: Mapping[str, Any], body: Mapping[str, Any]) -> tuple[str, bool]:
    """The type of a value, through those that the template names, and whether it may be null."""
    nullable = get(body, "nullable") is True
    for _ in range(_DEEPEST):
        said = get(body, "type")
        if isinstance(said, str):
            return said.lower(), nullable
        reference = get(body, "$ref")
        if not isinstance(reference, str) or not reference.startswith("#/definitions/"):
            return "", nullable
        name = reference.removeprefix("#/definitions/").replace("~1", "/").replace("~0", "~")
        body = get(get(template, "definitions"), name)
        nullable = nullable or get(body, "nullable") is True
    return "", nullable
