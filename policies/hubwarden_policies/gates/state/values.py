"""Property values as Pulumi writes them into a state and into the JSON of a preview.

A preview writes `[secret]` (`pkg/backend/display/json.go`); the other marks are those of the wire.
"""

from __future__ import annotations

import json
from typing import Any, Final

from hubwarden_policies.gates.program.hubwarden_recorder.signatures import (
    ARCHIVE,
    ASSET,
    OUTPUT,
    RESOURCE,
    SECRET,
    SIGNATURE,
    UNKNOWNS,
)
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

_HIDDEN: Final = "[secret]"
# Nothing that Azure takes is nested as deep.
_DEEPEST: Final = 200


def read_value(value: Any, depth: int = 0) -> Any:
    """The value with its marks as `Secret`, `UNKNOWN` and `Made`.

    Raises `ValueError` for what is nested too deep or carries a mark that Pulumi does not have.
    """
    if depth > _DEEPEST:
        raise ValueError("a value is nested too deep")
    if isinstance(value, list):
        return [read_value(item, depth + 1) for item in value]
    if isinstance(value, str):
        if value in UNKNOWNS:
            return UNKNOWN
        return Secret(UNKNOWN) if value == _HIDDEN else value
    if not isinstance(value, dict):
        return value
    if SIGNATURE in value:
        return _marked(value, depth)
    return {str(key): read_value(item, depth + 1) for key, item in value.items()}


def shows_secrets(value: Any, depth: int = 0) -> bool:
    """Whether a secret stands there in clear, as `--show-secrets` writes it."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, list):
        return any(shows_secrets(item, depth + 1) for item in value)
    if not isinstance(value, dict):
        return False
    if value.get(SIGNATURE) == SECRET:
        return "plaintext" in value
    return any(shows_secrets(item, depth + 1) for item in value.values())


def _marked(value: dict[str, Any], depth: int) -> Any:
    match value[SIGNATURE]:
        case str(mark) if mark == SECRET:
            if "plaintext" not in value:
                return Secret(UNKNOWN)
            return Secret(read_value(json.loads(value["plaintext"]), depth + 1))
        case str(mark) if mark in (ASSET, ARCHIVE):
            kind = "asset" if mark == ASSET else "archive"
            rest = {key: item for key, item in value.items() if key != SIGNATURE}
            return {"kind": kind, "value": rest.get("text", rest.get("path", rest.get("uri")))}
        case str(mark) if mark == RESOURCE:
            return Made((Hole(str(value.get("urn", "")), "id"),))
        case str(mark) if mark == OUTPUT:
            inner = read_value(value["value"], depth + 1) if "value" in value else UNKNOWN
            return Secret(inner) if value.get("secret") else inner
    raise ValueError("a value has a mark that this version of hubwarden does not know")
