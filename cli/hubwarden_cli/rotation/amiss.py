"""What is wrong with a file that somebody wrote, in one sentence for who wrote it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel, ValidationError

# What a name has to look like, by the key that it stands at; the models hold the patterns.
_SHAPES: Final = {
    "leases": 'give "ACCOUNT/CONTAINER", the names alone',
    "vault": "give the vault's name: 3 to 24 letters, digits and hyphens, a letter first",
    "secret": "give the secret's name: letters, digits and hyphens",
    "name": "give a name of letters, digits, dots, hyphens and underscores",
}
_KINDS: Final = {
    "missing": "is missing",
    "tuple_type": 'give a list, as in ["./refresh.sh", "now"]',
    "string_type": "give a text in quotes",
    "bool_type": "give true or false",
    "bool_parsing": "give true or false",
}


def amiss(error: ValidationError, model: type[BaseModel]) -> str:
    """The first thing that is wrong, with its place; a key that nobody knows before all others.

    What it repeats of the file is redacted: a key may have been put in a wrong place.
    """
    from hubwarden_policies.redact import Redactor

    errors = error.errors(include_url=False, include_input=False)
    first = next((one for one in errors if one["type"] == "extra_forbidden"), errors[0])
    where = ".".join(str(part) for part in first["loc"])
    words = _words(first, str(first["loc"][-1]) if first["loc"] else "", model)
    return Redactor().text(f"{where}: {words}" if where else words)


def _words(error: Any, key: str, model: type[BaseModel]) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        near = get_close_matches(key, sorted(_keys(model.model_json_schema())), n=1)
        return "there is no such key" + (f", perhaps {near[0]!r} is meant" if near else "")
    if key == "version" and kind in {"less_than_equal", "greater_than_equal"}:
        return "it is of another version of hubwarden; this one reads version 1"
    if kind == "string_pattern_mismatch" and key in _SHAPES:
        return _SHAPES[key]
    said = str(error["msg"]).removeprefix("Value error, ").rstrip(".")
    return _KINDS.get(kind, said)


def _keys(schema: dict[str, Any]) -> set[str]:
    parts = [schema, *schema.get("$defs", {}).values()]
    return {name for part in parts for name in part.get("properties", {})}
