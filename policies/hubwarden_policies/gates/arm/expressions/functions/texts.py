"""Texts. What ARM compares without regard to case is compared so here.

Source: Microsoft's "String functions for ARM templates".
"""

from __future__ import annotations

import re
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.budget import LARGEST, too_large
from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import Function, expect
from hubwarden_policies.gates.arm.expressions.functions.parts import (
    chained,
    parts_of,
    put_together,
    text_of,
)
from hubwarden_policies.gates.arm.expressions.knowledge import bare, bared, has_secret, secretly
from hubwarden_policies.model import Made


def _concat(*values: Any) -> Any:
    if all(isinstance(value, Made) and _opaque(value) for value in values):
        # Each may be a text or an array.
        raise NotKnown
    if any(isinstance(value, list) for value in values):
        if any(isinstance(value, Made) and _opaque(value) for value in values):
            raise NotKnown
        return chained(expect(value, list) for value in values)
    return put_together(
        part for value in values for part in parts_of(expect(value, str, int, bool, float, Made))
    )


def _opaque(value: Made) -> bool:
    return not any(isinstance(part, str) for part in value.parts)


def _join(items: Any, delimiter: Any) -> Any:
    if isinstance(items, Made) or isinstance(delimiter, Made):
        raise NotKnown
    expect(delimiter, str)
    parts = []
    for item in expect(items, list):
        parts += [delimiter, *parts_of(expect(bare(item), str, int, bool, float, Made))]
        if len(parts) > LARGEST:
            raise too_large()
    return secretly(put_together(parts[1:]), has_secret(items))


def _cased(change: Any) -> Any:
    def call(value: Any) -> Any:
        parts = parts_of(expect(value, str, Made))
        return put_together(change(part) if isinstance(part, str) else part for part in parts)

    return call


def _folded(text: Any) -> str:
    """The text without its case, character by character, so that positions stay."""
    upper: str = expect(text, str).upper()
    if len(upper) == len(text):
        return upper
    return "".join(each.upper() if len(each.upper()) == 1 else each for each in text)


def _pad_left(value: Any, length: Any, padding: Any = " ") -> str:
    if len(expect(padding, str)) != 1:
        raise ExpressionError("it pads with one character")
    if expect(length, int) > LARGEST:
        raise too_large()
    return str(expect(value, str, int)).rjust(length, padding)


def _replace(text: Any, old: Any, new: Any) -> str:
    if not expect(old, str):
        raise ExpressionError("it cannot replace an empty text")
    growth = (len(expect(new, str)) - len(old)) * expect(text, str).count(old)
    if len(text) + growth > LARGEST:
        raise too_large()
    return expect(text, str).replace(old, new)


def _split(text: Any, delimiter: Any) -> list[str]:
    delimiters = delimiter if isinstance(delimiter, list) else [delimiter]
    known = [re.escape(each) for each in delimiters if expect(each, str)]
    return re.split("|".join(known), expect(text, str)) if known else [expect(text, str)]


def _string(value: Any) -> Any:
    if isinstance(value, Made):
        return value
    return secretly(text_of(bared(value)), has_secret(value))


def _substring(text: Any, start: Any, length: Any = None) -> str:
    expect(text, str)
    end = len(text) if length is None else expect(start, int) + expect(length, int)
    if not 0 <= expect(start, int) <= end <= len(text):
        raise ExpressionError("it asks for characters beyond the end of the text")
    return str(text[start:end])


FUNCTIONS: Final = (
    Function("concat", _concat, 1, None, "parts"),
    Function(
        "endsWith", lambda text, end: _folded(text).endswith(_folded(end)), 2, 2, reveals=False
    ),
    Function("join", _join, 2, 2, "parts"),
    Function("padLeft", _pad_left, 2, 3),
    Function("replace", _replace, 3, 3),
    Function("split", _split, 2, 2),
    Function(
        "startsWith",
        lambda text, start: _folded(text).startswith(_folded(start)),
        2,
        2,
        reveals=False,
    ),
    Function("string", _string, 1, 1, "parts"),
    Function("substring", _substring, 2, 3),
    Function("toLower", _cased(str.lower), 1, 1, "parts"),
    Function("toUpper", _cased(str.upper), 1, 1, "parts"),
    Function("trim", lambda text: expect(text, str).strip(), 1, 1),
)


def position(text: Any, part: Any, last: bool) -> int:
    """Where one text is in another, -1 where it is not."""
    return _folded(text).rfind(_folded(part)) if last else _folded(text).find(_folded(part))
