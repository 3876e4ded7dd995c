"""Made-up strings by which a value is known again wherever it turns up.

A mark stands for a credential: 44 characters of valid base64, as long as a real key of 32 bytes.
Its unit of 12 characters repeats, so that every piece of 12 or more characters of it, under base64
of any alignment too, still says whose mark it is. A token stands for anything else.

Texts are derived from what they stand for: they are the same in every run of a program, in
whatever order it asks.
"""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Eight characters of base64 are six whole bytes. The seventh holds whole bits where the padding
# cuts it off (its two low bits are zero), so that decoding and encoding a mark gives it back.
MAGIC = "KnrYzQ8x"
UNIT = 12
"""Characters after which a mark repeats: the least by which it is told."""

KINDS = ("key", "config")
"""What a mark can stand for: a key of Azure's, or a secret value of the configuration."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def mark_text(unit_id: str) -> str:
    """The mark with this id of four characters (digits and lower case letters)."""
    return (MAGIC + unit_id) * 3 + MAGIC[:7] + "="


class Marks:
    """What one run of a program was given. Make one a run.

    `made` has `[text, source, path]` of every made-up string, `marks` has
    `[text, source, path, kind]` of those that stand for credentials. A source is a resource's URN,
    `call:TOKEN` or `config:KEY`; a path is one in its outputs or its result.
    """

    def __init__(self) -> None:
        self.made: list[list[str]] = []
        self.marks: list[list[str]] = []
        self._texts: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = set()
        self._listed: set[tuple[str, str, str]] = set()
        self._lock = threading.Lock()

    def mark(self, source: str, path: str, kind: str = "key", seed: str = "") -> str:
        """The text that stands for this credential; `seed` tells apart calls of one function."""
        return self._plant(("mark", source, path, seed), kind, mark_text, 4)

    def number(self, source: str, path: str, kind: str = "config") -> int:
        """A number of 15 digits that stands for a credential; JSON's readers keep it whole."""
        text = self._plant(
            ("number", source, path), kind, lambda word: f"{int(word, 36) + 10**14}", 9
        )
        return int(text)

    def token(self, source: str, path: str, seed: str = "") -> str:
        """A short harmless word that no other value has: `hw` and six of [0-9a-z]."""
        return self._unique(("token", source, path, seed), "hw{}".format, 6)

    def make(
        self, source: str, path: str, shape: Callable[[str], str], seed: str = "", size: int = 6
    ) -> str:
        """A made-up text, listed: `shape` of a word of `size` characters that nothing else has."""
        text = self._unique(("text", source, path, seed), shape, size)
        return self.list_made(text, source, path)

    def adopt(self, text: str, source: str, path: str, kind: str) -> str:
        """Follow a text that somebody else chose as if it were a mark."""
        with self._lock:
            if (text, source, path) not in self._listed:
                self._listed.add((text, source, path))
                self.marks.append([text, source, path, kind])
        return text

    def list_made(self, text: str, source: str, path: str) -> str:
        """List a text as made up; returns it."""
        with self._lock:
            self._list(text, source, path)
        return text

    def _list(self, text: str, source: str, path: str) -> None:
        if (text, source, path) not in self._listed:
            self._listed.add((text, source, path))
            self.made.append([text, source, path])

    def _plant(
        self,
        key: tuple[str, str, str, str] | tuple[str, str, str],
        kind: str,
        shape: Callable[[str], str],
        size: int,
    ) -> str:
        known = key in self._texts
        text = self._unique(key, shape, size)
        if not known:
            with self._lock:
                self.marks.append([text, key[1], key[2], kind])
                self._list(text, key[1], key[2])
        return text

    def _unique(self, key: tuple[str, ...], shape: Callable[[str], str], size: int) -> str:
        with self._lock:
            text = self._texts.get(key)
            if text is None:
                number = int.from_bytes(
                    hashlib.sha256("\0".join(key).encode()).digest()[:16], "big"
                )
                text = shape(_word(number, size))
                while text in self._taken:
                    number += 1
                    text = shape(_word(number, size))
                self._taken.add(text)
                self._texts[key] = text
            return text


def _word(number: int, size: int) -> str:
    digits = []
    for _ in range(size):
        number, digit = divmod(number, 36)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
