"""From a text to its value, strictly."""

from __future__ import annotations

import json
from typing import Any, Final

from hubwarden_policies.gates.arm.text.decoding import not_json

DEEPEST: Final = 100


def parsed(text: str) -> Any:
    """The value of the text; raises `NotJson`."""
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise not_json(f"{error.msg}.", text, error.pos) from None
