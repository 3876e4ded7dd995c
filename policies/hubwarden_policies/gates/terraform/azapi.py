"""The provider azapi: its resources are ARM's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from hubwarden_policies.gates.program.graph.arm_body import url_of
from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.gates.terraform.bodies import put
from hubwarden_policies.gates.terraform.transforms import transformed
from hubwarden_policies.gates.terraform.values import Malformed, revealed
from hubwarden_policies.model import UNKNOWN, Secret
from hubwarden_policies.record import record

_DEEPEST: Final = 100
_TOP: Final = ("name", "location", "tags")


@record
class Sent:
    """What azapi sends: the type in its canonical case where it is one of ours.

    `unseen` is whether parts of the body are in no plan (`sensitive_body` is never written down).
    """

    arm_type: str
    ours: bool
    api_version: str | None
    body: dict[str, Any]
    unseen: bool


def type_of(values: Mapping[str, Any]) -> str | None:
    """The ARM type as it is written, None where it is not known."""
    said = revealed(values.get("type"))[0]
    return said.partition("@")[0] if isinstance(said, str) and "/" in said else None


def sent(values: Mapping[str, Any], *, hides: bool) -> Sent:
    """The resource in ARM's shape; `hides` is whether a `sensitive_body` is given.

    Raises `Malformed` where the type is not known or the body is none.
    """
    said = revealed(values.get("type"))[0]
    written = type_of(values)
    if written is None or not isinstance(said, str):
        raise Malformed("its type is not known")
    found = canonical(written)
    body = _body(values.get("body"))
    for name in _TOP:
        if values.get(name) is not None and values[name] is not UNKNOWN:
            body[name] = values[name]
    _identity(body, values.get("identity"))
    extends = found is not None and url_of(found).scope is not None
    if extends and values.get("parent_id") is not None:
        body["scope"] = values["parent_id"]
    named = revealed(values.get("sensitive_body_version"))[0]
    shown = isinstance(named, dict) and bool(named)
    for path in named if isinstance(named, dict) else ():
        put(body, path, Secret(UNKNOWN))
    given = revealed(values.get("sensitive_body"))[0]
    if isinstance(given, dict):
        merge(body, _secret(given))
    version = said.partition("@")[2]
    hidden = hides and not shown and not isinstance(given, dict)
    return Sent(found or written, found is not None, version or None, body, hidden)


def merge(body: dict[str, Any], patch: Mapping[str, Any]) -> None:
    """Lay an object over another one: objects are merged, all else is replaced."""
    for name, value in patch.items():
        held = body.get(name)
        if isinstance(value, Mapping) and isinstance(held, dict):
            merge(held, value)
        else:
            body[name] = value


def agreed(before: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The patch, with `UNKNOWN` where one before it says something else."""
    found: dict[str, Any] = {}
    for name, value in patch.items():
        held = before.get(name, value)
        if isinstance(value, Mapping) and isinstance(held, Mapping):
            found[name] = agreed(held, value)
        else:
            found[name] = value if held == value else UNKNOWN
    return found


def _body(value: Any) -> dict[str, Any]:
    known, secret = revealed(value)
    if known is UNKNOWN:
        # Nothing that it holds is known, and some rule asks for each of its properties.
        return {"properties": Secret(UNKNOWN) if secret else UNKNOWN}
    if isinstance(known, str):
        known = _parsed(known)
    if known is None:
        return {}
    if isinstance(known, dict) and set(known) == {"type", "value"}:
        known = known["value"]
    if not isinstance(known, dict):
        raise Malformed("its body is no object")
    return dict(_secret(known) if secret else _copied(known))


def _parsed(text: str) -> Any:
    """A body as azapi 1 takes it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("its body is no JSON") from None
    level = [found]
    for _ in range(_DEEPEST):
        level = [
            item
            for value in level
            if isinstance(value, dict | list)
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return found
    raise Malformed(f"its body is nested deeper than {_DEEPEST} levels")


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return value


def _secret(value: Any) -> Any:
    """The same with every leaf marked."""
    if isinstance(value, dict):
        return {name: _secret(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_secret(item) for item in value]
    return value if isinstance(value, Secret) else Secret(value)


def _identity(body: dict[str, Any], value: Any) -> None:
    blocks = revealed(value)[0]
    if blocks is UNKNOWN:
        body["identity"] = UNKNOWN
    elif isinstance(blocks, list) and blocks and isinstance(blocks[0], dict):
        identity: dict[str, Any] = {"type": blocks[0].get("type")}
        if blocks[0].get("identity_ids"):
            ids = transformed("keys", blocks[0]["identity_ids"])
            identity["userAssignedIdentities"] = ids
        body["identity"] = identity
