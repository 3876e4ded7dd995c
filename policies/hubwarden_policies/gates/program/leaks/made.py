"""Finds made-up stretches in a text, so that what a program wrote itself can be told from them."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.program.hubwarden_recorder.made_up.marks import MAGIC, UNIT
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Part = str | Hole

# The recorder's words (made_up/marks.py): a piece of a made-up text still has one.
_WORD: Final = re.compile(rf"{MAGIC}.{{{UNIT - len(MAGIC)}}}|hw[0-9a-z]{{6}}", re.IGNORECASE)
# Shorter than any made-up text, long enough to be rare in others.
_ANCHOR: Final = 6
OPAQUE: Final = Made(())


class Cutter:
    """Cuts values at made-up texts. `entries` are (text, what it stands for); the first holds."""

    def __init__(self, entries: Iterable[tuple[str, Hole]]) -> None:
        self._holes: dict[str, Hole] = {}
        self._words: dict[str, Hole] = {}
        self._cut: dict[str, tuple[Part, ...] | None] = {}
        lengths: dict[str, set[int]] = {}
        for text, hole in entries:
            if len(text) >= _ANCHOR and text not in self._holes:
                self._holes[text] = hole
                lengths.setdefault(text[:_ANCHOR], set()).add(len(text))
        self._lengths = {anchor: sorted(found)[::-1] for anchor, found in lengths.items()}
        # A word is that of the text that begins with it (a key, whose pieces may stand in names),
        # else of the shortest text with it (a resource's id holds its group's word too).
        said = [(text, word) for text in sorted(self._holes, key=len) for word in _words(text)]
        for text, word in sorted(said, key=lambda pair: not pair[0].lower().startswith(pair[1])):
            self._words.setdefault(word, self._holes[text])

    def parts(self, text: str) -> tuple[Part, ...] | None:
        """The literal parts and holes of a text; None where nothing in it is made up."""
        whole = self._holes.get(text)
        if whole is not None:
            return (whole,)
        # A program says the same few words of its own again and again.
        if text not in self._cut:
            self._cut[text] = self._parts(text)
        return self._cut[text]

    def literal(self, value: Any) -> Any:
        """The value with `Made` where it shows made-up texts, and as it is elsewhere."""
        if isinstance(value, str):
            parts = self.parts(value)
            return value if parts is None else Made(parts)
        if isinstance(value, dict):
            return {key: self.literal(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.literal(item) for item in value]
        if isinstance(value, Secret):
            return Secret(self.literal(value.value))
        if isinstance(value, bytes):
            return self.literal(base64.b64encode(value).decode())
        if type(value) is int and (hole := self._holes.get(str(value))):
            return Made((hole,))
        return value

    def made(self, value: Any) -> Any:
        """A value that hangs on made-up ones as a whole: no scalar in it is to be trusted.

        Lists and mappings keep their shape, so that a rule can get to the texts in them.
        """
        if isinstance(value, Secret):
            return Secret(self.made(value.value))
        if isinstance(value, dict) and value:
            return {key: self.made(item) for key, item in value.items()}
        if isinstance(value, list) and value:
            return [self.made(item) for item in value]
        if value is UNKNOWN or isinstance(value, Made):
            return value
        seen = self.literal(value)
        return seen if isinstance(seen, Made) else OPAQUE

    def _parts(self, text: str) -> tuple[Part, ...] | None:
        found: list[Part] = []
        for piece in self._whole_texts(text):
            for part in self._pieces(piece):
                # A mark repeats its word, so a piece of it would be several holes.
                if not (found and isinstance(part, Hole) and part == found[-1]):
                    found.append(part)
        return tuple(found) if any(isinstance(part, Hole) for part in found) else None

    def _whole_texts(self, text: str) -> Iterator[Part]:
        start = place = 0
        last = len(text) - _ANCHOR
        lengths, holes = self._lengths, self._holes
        while place <= last:
            for length in lengths.get(text[place : place + _ANCHOR], ()):
                hole = holes.get(text[place : place + length])
                if hole is not None:
                    if start < place:
                        yield text[start:place]
                    yield hole
                    start = place = place + length
                    break
            else:
                place += 1
        if start < len(text):
            yield text[start:]

    def _pieces(self, part: Part) -> Iterator[Part]:
        if isinstance(part, Hole):
            yield part
            return
        start = 0
        for match in _WORD.finditer(part):
            hole = self._words.get(match[0].lower())
            if hole is not None:
                if start < match.start():
                    yield part[start : match.start()]
                yield hole
                start = match.end()
        if start < len(part):
            yield part[start:]


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
