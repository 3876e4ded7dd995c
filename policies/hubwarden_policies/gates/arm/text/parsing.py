"""From a text to its value, strictly."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

from hubwarden_policies.gates.arm.text.decoding import NotJson, not_json
from hubwarden_policies.gates.arm.text.flaws import first_flaw

# Nothing that Azure takes is as deep; what walks through a value later may then recurse.
DEEPEST: Final = 100
_HALF_A_PAIR: Final = re.compile(r"\\u[dD][89a-fA-F]")


def parsed(text: str) -> Any:
    """The value of the text; raises `NotJson`.

    Of keys that are there twice Azure takes one, and nobody wrote down which where they differ in
    case only.
    """
    try:
        value = json.loads(
            text,
            strict=False,
            object_pairs_hook=_once,
            parse_float=_finite,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        raise _syntax(text, error) from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        # The scanner says that there is a flaw, and not where.
        raise first_flaw(text) or NotJson("The file has a value that no JSON has.") from None
    # Whole pairs match too.
    flaw = first_flaw(text) if _HALF_A_PAIR.search(text) else None
    if flaw is not None:
        raise flaw
    _measure(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len({key.lower() for key in found}) != len(pairs):
        raise ValueError
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError
    return number


def _constant(_name: str) -> NoReturn:
    raise ValueError


def _too_deep() -> NotJson:
    return NotJson(f"The file is nested more than {DEEPEST} deep, which Azure does not take.")


def _measure(value: Any) -> None:
    """Raise where a value is too deep, level by level: a recursion would not come back."""
    level: list[Any] = [[value]]
    for _ in range(DEEPEST + 1):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return
    raise _too_deep()


def _syntax(text: str, error: json.JSONDecodeError) -> NotJson:
    """A sentence for what json has no more than a word."""
    offset, said = error.pos, error.msg
    rest = text[offset : offset + 1]
    before = text[:offset].rstrip()
    if said.startswith("Unterminated string"):
        message = "A text begins here and does not end: close its quote."
    elif said.startswith("Invalid") and "escape" in said:
        message = "A backslash begins no escape of JSON here: write two for one."
    elif said == "Extra data":
        message = "The JSON is complete before this: keep one document in a file."
    elif not text[offset:].strip():
        message = "The file ends in the middle of its JSON: it was cut off here."
    elif before.endswith(",") and text[offset:].lstrip()[:1] in ("}", "]"):
        message, offset = "Nothing follows this comma: take it away.", len(before) - 1
    elif rest == "'":
        message = "JSON has double quotes only: write this text with them."
    elif "property name" in said:
        message = "The name of a property is missing here, in double quotes."
    elif "':'" in said:
        message = "A colon is missing here, after the name of a property."
    elif "','" in said:
        message = "A comma is missing here, or a quote or a bracket before it."
    else:
        message = "A value is missing here: check the quotes and the commas before it."
    return not_json(message, text, offset)
