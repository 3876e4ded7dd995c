"""Connection strings inside a resource: shown masked, and known again when the mask comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

MASK: Final = "****"
# The properties of hubs and DPS that hold a secret. The policies are elsewhere.
_SECRET: Final = frozenset({"connectionString", "primaryKey", "secondaryKey"})
_KEY: Final = re.compile(r"((?:SharedAccessKey|AccountKey)=)[^;]*")
_HOST: Final = re.compile(r"HostName=[^;]*")
_Path = tuple[str, ...]


def masked(body: Any) -> Any:
    """A copy of the body as a read shows it."""
    return _mapped(body, lambda _, text: _mask(text))


def unmasked(body: Any, stored: Any) -> Any:
    """A copy of a body that was put, with what was masked as it is stored."""
    known = {(path, _mask(text)): text for path, text in _secrets(stored, ())}
    return _mapped(body, lambda path, text: known.get((path, text), text))


def is_mask(text: str) -> bool:
    """Whether a text holds a mask in place of its key."""
    return MASK in text


def _mask(text: str) -> str:
    hidden, count = _KEY.subn(rf"\g<1>{MASK}", text)
    return hidden if count else MASK


def _mapped(value: Any, change: Any, path: _Path = ()) -> Any:
    if isinstance(value, dict):
        return {
            key: change((*path, key), inner)
            if key in _SECRET and isinstance(inner, str)
            else _mapped(inner, change, (*path, key))
            for key, inner in value.items()
        }
    if isinstance(value, list):
        # By name where there is one: a list that was put back may be in another order.
        return [_mapped(inner, change, (*path, _name(inner))) for inner in value]
    return value


def _secrets(value: Any, path: _Path) -> Iterator[tuple[_Path, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _SECRET and isinstance(inner, str):
                yield (*path, key), inner
            else:
                yield from _secrets(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from _secrets(inner, (*path, _name(inner)))


def _name(item: Any) -> str:
    """A link's is its hub: the name that a DPS shows it by need not come back."""
    if not isinstance(item, dict):
        return ""
    host = _HOST.search(str(item.get("connectionString", "")))
    return host[0] if host else str(item.get("id") or item.get("name") or "")
