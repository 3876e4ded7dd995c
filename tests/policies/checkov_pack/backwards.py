"""From ARM's body back to azurerm's attributes, by the table that leads the other way.

A double of an author who writes for azurerm: it says what the table has an attribute for, in the
first attribute that can say it. It does not know what the provider asks for beyond that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from hubwarden_policies.data import load
from hubwarden_policies.model import UNKNOWN, Made, Secret

TYPES: Final[Mapping[str, Any]] = load("azurerm.json")["types"]
# What the provider sends by itself, or has attributes for that the table leaves out on purpose.
_UNSAID: Final = {
    "Microsoft.Storage/storageAccounts": ("sku",),
    "Microsoft.EventHub/namespaces": ("sku", "properties.publicNetworkAccess"),
    "Microsoft.ServiceBus/namespaces": ("sku",),
    "Microsoft.KeyVault/vaults": ("properties.sku.family",),
}
_ACCESS: Final = {"None": "private", "Blob": "blob", "Container": "container"}
_ABSENT: Final = object()


@dataclass(frozen=True)
class Said:
    """A resource as azurerm has it: its type, attributes, and the resources for its pieces."""

    type: str
    attributes: dict[str, Any]
    pieces: tuple[tuple[str, dict[str, Any]], ...]


def said(arm_type: str, body: Mapping[str, Any]) -> Said | None:
    """The resource in azurerm's words, None where these do not suffice."""
    for type_, entry in TYPES.items():
        if entry.get("arm") != arm_type:
            continue
        rest = _copy(body)
        for path in _UNSAID.get(arm_type, ()):
            _take(rest, path)
        attributes = _told(entry["attributes"], rest, rest)
        pieces = tuple(_pieces(type_, rest))
        return None if _left(rest) else Said(type_, attributes, pieces)
    return None


def _pieces(owner: str, rest: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for type_, entry in TYPES.items():
        if entry.get("part_of") == owner and "into" in entry:
            for piece in _each(entry["attributes"], rest, entry["into"], {}, rest):
                yield type_, piece


def _told(table: Mapping[str, Any], body: dict[str, Any], top: dict[str, Any]) -> dict[str, Any]:
    """What the table has attributes for, taken out of the body."""
    told: dict[str, Any] = {}
    words: dict[str, Any] = {}
    for name, how in table.items():
        if not isinstance(how, str):
            _block(told, name, how, body, top)
            continue
        path, _, transform = how.partition(" | ")
        path, _, word = path.partition(" + ")
        holder = top if path.startswith("/") else body
        value = words.get(path, _at(holder, path))
        if value is _ABSENT:
            continue
        if word:
            words[path] = value
            told[name] = word in value.split(", ") if isinstance(value, str) else UNKNOWN
        elif (back := _back(transform, value)) is _ABSENT:
            continue
        else:
            told[name] = back
        _take(holder, path)
    return told


def _block(
    told: dict[str, Any], name: str, how: Mapping[str, Any], body: dict[str, Any], top: Any
) -> None:
    constants = how.get("with", {})
    if "one" in how:
        value = _at(body, how["to"])
        if isinstance(value, dict):
            inner = _copy(value)
            attributes = _told(how["one"], inner, top)
            if _left(inner, constants):
                return
            told[name] = [attributes]
        elif value is not _ABSENT:
            told[name] = value
        _take(body, how["to"])
        return
    by = how.get("by")
    kinds = {"": how["to"]} if by is None else how["to"]
    for kind, path in kinds.items():
        value = _at(body, path)
        if value is _ABSENT:
            continue
        if not isinstance(value, list):
            told[name] = value
            _take(body, path)
            continue
        marks = {} if by is None else {by: {"true": True, "false": False}.get(kind, kind)}
        pieces = _each(how["each"], body, path, constants, top)
        told[name] = [*told.get(name, ()), *({**one, **marks} for one in pieces)]


def _each(
    table: Mapping[str, Any],
    body: dict[str, Any],
    path: str,
    constants: Mapping[str, Any],
    top: Any,
) -> list[dict[str, Any]]:
    """The objects of a list that the table has words for, taken out of it."""
    value = _at(body, path)
    if not isinstance(value, list):
        return []
    found, kept = [], []
    for item in value:
        inner = _copy(item) if isinstance(item, dict) else {"": item}
        attributes = _told(table, inner, top)
        # What is always sent cannot be left out.
        always = {key for key in constants if key not in table.values()}
        if _left(inner, constants) or (isinstance(item, dict) and always - item.keys()):
            kept.append(item)
        else:
            found.append(attributes)
    _take(body, path)
    if kept:
        *above, last = path.split(".")
        holder = _at(body, ".".join(above)) if above else body
        holder[last] = kept
    return found


def _back(transform: str, value: Any) -> Any:
    """What an attribute holds where ARM's property holds this value."""
    if isinstance(value, Secret):
        inner = _back(transform, value.value)
        return _ABSENT if inner is _ABSENT else Secret(inner)
    if not transform:
        return value
    if transform not in _BACK:
        return _ABSENT
    return value if value is UNKNOWN or isinstance(value, Made) else _BACK[transform](value)


def _all(value: Any, key: str) -> Any:
    known = isinstance(value, list) and all(isinstance(one, dict) and key in one for one in value)
    return [one[key] for one in value] if known else _ABSENT


_BACK: Final[Mapping[str, Callable[[Any], Any]]] = {
    "not": lambda value: not value if isinstance(value, bool) else _ABSENT,
    "enabled": lambda value: {"Enabled": True, "Disabled": False}.get(value, _ABSENT),
    "access": lambda value: _ACCESS.get(value, _ABSENT),
    "seconds": lambda value: datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "words": lambda value: value.split(", "),
    "keys": list,
    "values": lambda value: _all(value, "value"),
    "ids": lambda value: _all(value, "id"),
}


def _at(body: Any, path: str) -> Any:
    for step in path.lstrip("/").split("."):
        if not isinstance(body, dict) or step not in body:
            return _ABSENT
        body = body[step]
    return body


def _take(body: dict[str, Any], path: str) -> None:
    *above, last = path.lstrip("/").split(".")
    holder = _at(body, ".".join(above)) if above else body
    if isinstance(holder, dict):
        holder.pop(last, None)


def _left(body: Any, constants: Mapping[str, Any] | None = None) -> bool:
    """Whether something is left that says more than these constants."""
    if isinstance(body, dict):
        return any(
            _left(item) and (constants or {}).get(name, _ABSENT) != item
            for name, item in body.items()
        )
    return body is not None and body != []


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list | tuple) else value
