"""JSON as Azure takes it: with comments, trailing commas and strings over several lines."""

from __future__ import annotations

import json
import re
from typing import Any, Final

# To the end of the text where they have none of their own: nothing is looked through twice.
_STRING: Final = r'"(?:\\.|[^"\\])*+(?:"|\Z)'
_COMMENT: Final = re.compile(rf"{_STRING}|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_TRAILING: Final = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)


class NotJson(ValueError):
    """The text is no JSON; the message is a part of a sentence, with the line where known."""


def parse(text: str) -> Any:
    """The value. Raises `NotJson`."""
    plain = _TRAILING.sub(_kept, _COMMENT.sub(_kept, text))
    try:
        return json.loads(plain, strict=False)
    except json.JSONDecodeError as error:
        raise NotJson(f"it is no JSON: {error.msg} (line {error.lineno})") from None
    except (RecursionError, ValueError):
        raise NotJson("it is nested too deeply, or holds a number without end") from None


def _kept(match: re.Match[str]) -> str:
    """Strings as they are; of the rest only its lines, so that every line keeps its number."""
    found = match[0]
    return found if found.startswith('"') else "\n" * found.count("\n")


def get(value: dict[str, Any], name: str) -> Any:
    """The member of this name, which Azure finds in any case of letters."""
    if name in value:
        return value[name]
    return next((item for key, item in value.items() if key.lower() == name.lower()), None)
