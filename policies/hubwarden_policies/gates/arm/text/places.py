"""Where in a text the parts of its value are, found when somebody asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

_Offsets = tuple[int, int]

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_COMMA: Final = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
# Nearly every key; one with an escape is json's to read.
_KEY: Final = re.compile(r'"([^"\\]*)"[ \t\r\n]*:[ \t\r\n]*')
_COLON: Final = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(strict=False)


def _after(what: re.Pattern[str], text: str, offset: int) -> int:
    match = what.match(text, offset)
    return match.end() if match else offset


@dataclass
class _Container:
    """The children of one object or array as far as they were asked for.

    Each has the offsets of its key (of the element, in an array) and of its value.
    """

    children: Iterator[tuple[str | int, _Offsets]]
    known: dict[str | int, _Offsets] = field(default_factory=dict)

    def find(self, key: str | int) -> _Offsets | None:
        """The offsets of a child that was not asked for yet; None where there is none."""
        for name, offsets in self.children:
            self.known[name] = offsets
            if name == key:
                return offsets
        return None


class Places:
    """Offsets of keys and elements of a text that was parsed before.

    A finding needs one place of a million. So the children of a container are walked through
    once and remembered, and json's own scanner jumps over what is inside of them.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._containers: dict[int, _Container] = {}

    def offset(self, path: tuple[str | int, ...]) -> int:
        """The offset of the key or the element at this path, or of what is nearest above it."""
        found = value = _after(_SPACE, self._text, 0)
        for part in path:
            container = self._containers.get(value)
            if container is None:
                container = self._containers[value] = _Container(self._children(value))
            child = container.known.get(part) or container.find(part)
            if child is None:
                break
            found, value = child
        return found

    def _children(self, offset: int) -> Iterator[tuple[str | int, _Offsets]]:
        text, opening = self._text, self._text[offset : offset + 1]
        if opening not in ("{", "[") or not opening:
            return
        here = _after(_SPACE, text, offset + 1)
        index = 0
        while text[here] not in "}]":
            start, key = here, index
            if opening == "{":
                key, here = self._key(here)
            yield key, (start, here)
            _, here = _DECODER.raw_decode(text, here)
            here = _after(_COMMA, text, here)
            index += 1

    def _key(self, offset: int) -> tuple[Any, int]:
        """A key, and where its value begins."""
        match = _KEY.match(self._text, offset)
        if match is not None:
            return match[1], match.end()
        key, end = _DECODER.raw_decode(self._text, offset)
        return key, _after(_COLON, self._text, end)
