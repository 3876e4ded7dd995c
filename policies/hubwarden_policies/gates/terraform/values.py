"""One value out of the three that a plan has for it: what is known, what is not, what is secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hubwarden_policies.model import UNKNOWN, Secret


class Malformed(Exception):
    """The parts of a plan do not fit each other; the text says which."""


def merged(after: Any, unknown: Any, sensitive: Any) -> Any:
    """The value with `UNKNOWN` and `Secret` where the plan marks it; raises `Malformed`."""
    if sensitive is True:
        return Secret(merged(after, unknown, None))
    if unknown is True:
        return UNKNOWN
    for mark in (unknown, sensitive):
        if mark not in (None, False) and not isinstance(mark, dict | list):
            raise Malformed("a mark in it is neither true nor false")
    if isinstance(after, dict) or (after is None and _marks(unknown, dict)):
        return _object(after or {}, unknown, sensitive)
    if isinstance(after, list) or (after is None and _marks(unknown, list)):
        return _list(after or [], unknown, sensitive)
    if _marks(unknown, dict | list):
        raise Malformed("it calls parts of a plain value unknown")
    return after


def _marks(mark: Any, kind: Any) -> bool:
    """Whether a mark of this kind says anything at all."""
    return isinstance(mark, kind) and bool(mark)


def _object(after: Mapping[str, Any], unknown: Any, sensitive: Any) -> dict[str, Any]:
    unknowns = unknown if isinstance(unknown, dict) else {}
    secrets = sensitive if isinstance(sensitive, dict) else {}
    names = dict.fromkeys((*after, *(name for name, mark in unknowns.items() if mark)))
    return {name: merged(after.get(name), unknowns.get(name), secrets.get(name)) for name in names}


def _list(after: list[Any], unknown: Any, sensitive: Any) -> list[Any]:
    unknowns = unknown if isinstance(unknown, list) else []
    secrets = sensitive if isinstance(sensitive, list) else []

    def at(marks: list[Any], index: int) -> Any:
        return marks[index] if index < len(marks) else None

    return [
        merged(item, at(unknowns, index), at(secrets, index))
        for index, item in enumerate(
            (*after, *[None] * max(0, len(unknowns) - len(after))),
        )
    ]


def revealed(value: Any) -> tuple[Any, bool]:
    """The value without its mark, and whether it had one."""
    secret = False
    while isinstance(value, Secret):
        value, secret = value.value, True
    return value, secret
