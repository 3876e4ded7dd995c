"""A line about what happens, for people: in colours on a terminal, plain elsewhere."""

from __future__ import annotations

import re
from typing import Final, TextIO

_COLOURS: Final = {
    "stopped": "yellow",
    "again": "yellow",
    "killed": "yellow",
    "done": "green",
    "health": "red",
}
_ID: Final = re.compile(
    r"/subscriptions/[^/\s]+/resourceGroups/[^/\s]+/providers/[^/\s]+/([^/\s]+/[^/\s]+)",
    re.IGNORECASE,
)


def brief(text: str) -> str:
    """The text with kind and name of a resource in place of its whole id."""
    return _ID.sub(r"\1", text)


def say(stream: TextIO, at: str, words: str, event: str) -> None:
    """Nobody who has gone, and no full disk, stops what is told about; `event` is the colour."""
    from hubwarden_cli.streams import tell

    if not stream.isatty():
        tell(f"{at} {words}\n", stream)
        return
    from rich.console import Console
    from rich.text import Text

    shown = Text.assemble((f"{at} ", "dim"), (words, _COLOURS.get(event, "")))
    try:
        Console(file=stream).print(shown, soft_wrap=True)
    except OSError:
        return
