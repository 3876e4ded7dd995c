"""Where the flaw is that a text of well-formed JSON has."""

from __future__ import annotations

import json
import math
import re
from typing import Final

from hubwarden_policies.gates.arm.text.decoding import NotJson, not_json

_TOKEN: Final = re.compile(
    r'(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")(?P<colon>\s*:)?'
    r"|(?P<bracket>[{}\[\]])|(?P<number>-?\d[\d.eE+-]*)|(?P<constant>NaN|-?Infinity)",
    re.DOTALL,
)

_SHOWN: Final = 60


def first_flaw(text: str) -> NotJson | None:
    """The first name that is there twice, half a character or number that is none, if any."""
    names: list[dict[str, str]] = []
    for match in _TOKEN.finditer(text):
        bracket = match["bracket"]
        if bracket in ("{", "["):
            names.append({})
        elif bracket:
            names.pop()
        elif match["string"] is None:
            if match["constant"] or not _is_number(match["number"]):
                message = "No number of Azure's is like this: write another one, or a text."
                return not_json(message, text, match.start())
        else:
            said = _of_string(match, names[-1] if names else {})
            if said:
                return not_json(said, text, match.start())
    return None


def _is_number(digits: str) -> bool:
    try:
        return not math.isinf(float(digits)) and len(digits) < 400
    except ValueError:
        return False


def _of_string(match: re.Match[str], names: dict[str, str]) -> str | None:
    value: str = json.loads(match["string"], strict=False)
    try:
        value.encode()
    except UnicodeEncodeError:
        return "A text has half a character here, written as \\u and four digits: write both."
    if match["colon"] is None:
        return None
    other = names.get(value.lower())
    names[value.lower()] = value
    if other is None:
        return None
    value, other = value[:_SHOWN], other[:_SHOWN]
    if other == value:
        return f"The name {value} is there twice in one object: keep one."
    return (
        f"The names {other} and {value} differ in case only, and Azure may take either: keep one."
    )
