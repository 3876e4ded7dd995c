"""Property values as Pulumi writes them into a state and into the JSON of a preview.

Source of the marks: Pulumi's `sdk/go/common/resource/sig` and `plugin` (the texts that stand for
unknown values); a preview writes `[secret]` (`pkg/backend/display/json.go`).
"""

from __future__ import annotations

import json
from typing import Any, Final

from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (what Pulumi marks one with)
_ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
_ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
_RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
# For a text, a flag, a number, a list, an asset, an archive and an object.
UNKNOWNS: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
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
    if _SIGNATURE in value:
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
    if value.get(_SIGNATURE) == _SECRET:
        return "plaintext" in value
    return any(shows_secrets(item, depth + 1) for item in value.values())


def _marked(value: dict[str, Any], depth: int) -> Any:
    match value[_SIGNATURE]:
        case str(mark) if mark == _SECRET:
            if "plaintext" not in value:
                return Secret(UNKNOWN)
            return Secret(read_value(json.loads(value["plaintext"]), depth + 1))
        case str(mark) if mark in (_ASSET, _ARCHIVE):
            kind = "asset" if mark == _ASSET else "archive"
            rest = {key: item for key, item in value.items() if key != _SIGNATURE}
            return {"kind": kind, "value": rest.get("text", rest.get("path", rest.get("uri")))}
        case str(mark) if mark == _RESOURCE:
            return Made((Hole(str(value.get("urn", "")), "id"),))
        case str(mark) if mark == _OUTPUT:
            inner = read_value(value["value"], depth + 1) if "value" in value else UNKNOWN
            return Secret(inner) if value.get("secret") else inner
    raise ValueError("a value has a mark that this version of hubwarden does not know")
