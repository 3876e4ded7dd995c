"""Where in a text the parts of its value are, found when somebody asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_COLON: Final = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_COMMA: Final = re.compile(r"[ \t\r\n]*,?[ \t\r\n]*")
_DECODER: Final = json.JSONDecoder(strict=False)


def _after(what: re.Pattern[str], text: str, offset: int) -> int:
    match = what.match(text, offset)
    return match.end() if match else offset


@dataclass
class _Container:
    """The children of one object or array as far as they were asked for: key → key, value."""

    children: Iterator[tuple[str | int, int, int]]
    known: dict[str | int, tuple[int, int]] = field(default_factory=dict)

    def find(self, key: str | int) -> tuple[int, int] | None:
        """Offsets of the key (of the element, in an array) and of its value."""
        while key not in self.known:
            child = next(self.children, None)
            if child is None:
                return None
            name, *offsets = child
            self.known[name] = (offsets[0], offsets[1])
        return self.known[key]


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
            child = self._container(value).find(part)
            if child is None:
                break
            found, value = child
        return found

    def _container(self, offset: int) -> _Container:
        if offset not in self._containers:
            self._containers[offset] = _Container(self._children(offset))
        return self._containers[offset]

    def _children(self, offset: int) -> Iterator[tuple[str | int, int, int]]:
        text, opening = self._text, self._text[offset : offset + 1]
        if opening not in ("{", "[") or not opening:
            return
        index = 0
        here = _after(_SPACE, text, offset + 1)
        while text[here] not in "}]":
            start, key = here, index if opening == "[" else None
            if key is None:
                key, here = self._jump(here)
                here = _after(_COLON, text, here)
            yield key, start, here
            _, here = self._jump(here)
            here = _after(_COMMA, text, here)
            index += 1

    def _jump(self, offset: int) -> tuple[Any, int]:
        return _DECODER.raw_decode(self._text, offset)
