"""`format`: the composite format strings of .NET, as far as templates use them.

A number with another format than those below, and a date, is not known: cultures differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.budget import LARGEST, too_large
from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import Function, expect
from hubwarden_policies.gates.arm.expressions.functions.parts import (
    Part,
    parts_of,
    put_together,
    text_of,
)
from hubwarden_policies.gates.arm.expressions.knowledge import bared
from hubwarden_policies.model import Made

_PIECE: Final = re.compile(
    r"(?P<text>[^{}]+)|(?P<brace>\{\{|\}\})"
    r"|\{(?P<index>\d{1,6})\s*(?:,\s*(?P<width>-?\d{1,9}))?\s*(?::(?P<spec>[^{}]*))?\}",
    re.ASCII,
)
_SPEC: Final = re.compile(r"(?P<kind>[dDxXnNfFgG])(?P<digits>\d{0,3})|(?P<zeros>0+)")


def _format(template: Any, *values: Any) -> Any:
    if isinstance(template, Made):
        raise NotKnown
    return put_together(_pieces(expect(template, str), values))


def _pieces(template: str, values: tuple[Any, ...]) -> Iterator[Part]:
    end = 0
    while end < len(template):
        match = _PIECE.match(template, end)
        if match is None:
            raise ExpressionError(
                "a brace of its text has no partner, write {{ for one that is meant"
            )
        end = match.end()
        if match["index"] is None:
            yield match["text"] or match["brace"][0]
            continue
        index = int(match["index"])
        if index >= len(values):
            raise ExpressionError(f"its text asks for value {index} and has {len(values)} values")
        value = values[index]
        if isinstance(value, Made):
            yield from parts_of(value)
        else:
            yield _aligned(_shown(value, match["spec"] or ""), int(match["width"] or 0))


def _aligned(text: str, width: int) -> str:
    if abs(width) > LARGEST:
        raise too_large()
    return text.ljust(-width) if width < 0 else text.rjust(width)


def _shown(value: Any, spec: str) -> str:
    if value is None:
        return ""
    if not spec or type(value) in (str, bool):
        # Neither has formats of its own; .NET does not look at the specification then.
        return text_of(bared(value))
    match = _SPEC.fullmatch(spec)
    if match is None or type(value) is not int:
        raise NotKnown
    sign, size = "-" * (value < 0), abs(value)
    if match["zeros"]:
        return f"{sign}{size:0{len(spec)}d}"
    digits = int(match["digits"] or -1)
    match match["kind"].lower():
        case "d":
            return f"{sign}{size:0{max(digits, 1)}d}"
        case "n" | "f" as kind:
            comma = "," if kind == "n" else ""
            whole = f"{sign}{size:{comma}d}"
            decimals = 2 if digits < 0 else digits
            return f"{whole}.{'0' * decimals}" if decimals else whole
        case "x" if value >= 0:
            return f"{size:0{max(digits, 1)}{match['kind']}}"
        case "g" if digits < 0:
            return str(value)
    raise NotKnown


FUNCTIONS: Final = (Function("format", _format, 1, None, "parts"),)
