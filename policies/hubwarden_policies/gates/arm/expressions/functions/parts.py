"""Texts of which some stretches are not known, and lists, put together up to a size."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.budget import LARGEST, too_large
from hubwarden_policies.gates.arm.expressions.error import NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import expect
from hubwarden_policies.gates.arm.expressions.knowledge import has_unknown
from hubwarden_policies.model import Hole, Made

Part = str | Hole
# As many characters as an unknown stretch counts for: it is more to carry than one.
_HOLE: Final = 32


def parts_of(value: Any) -> tuple[Part, ...]:
    """A value as a text of known and unknown stretches."""
    return value.parts if isinstance(value, Made) else (text_of(value),)


def text_of(value: Any) -> str:
    """A known value as ARM's `string` writes it; raises `NotKnown` where that is not documented."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, list | dict):
        if has_unknown(value):
            raise NotKnown
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if value is None:
        raise NotKnown
    return str(expect(value, int, float))


def put_together(parts: Iterable[Part]) -> str | Made:
    """One text, a `Made` where a stretch is not known; raises where no template could hold it."""
    merged: list[Part] = []
    size, known = 0, []
    for part in parts:
        if isinstance(part, str):
            size += len(part)
            known.append(part)
        else:
            size += _HOLE
            merged += ["".join(known), part]
            known = []
        if size > LARGEST:
            raise too_large()
    merged.append("".join(known))
    kept = tuple(part for part in merged if part != "")
    return Made(kept) if any(isinstance(part, Hole) for part in kept) else "".join(known)


def chained(lists: Iterable[list[Any]]) -> list[Any]:
    """One list; raises where no template could hold it."""
    found: list[Any] = []
    for items in lists:
        if len(found) + len(items) > LARGEST:
            raise too_large()
        found += items
    return found
