"""Lines of a text by the offsets of its letters, however many are asked for."""

from __future__ import annotations

from bisect import bisect_left


class Lines:
    """The lines of one text."""

    def __init__(self, text: str) -> None:
        self._ends: list[int] = []
        at = text.find("\n")
        while at >= 0:
            self._ends.append(at)
            at = text.find("\n", at + 1)

    def at(self, offset: int) -> int:
        """The line (from 1) of the letter with this offset."""
        return bisect_left(self._ends, offset) + 1
