"""What the lexer makes of a text."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field


@dataclass(slots=True)
class Lexed:
    """The text for the grammar, and what it does not show, by offset in the file's text.

    `strings` has the literal stretches of a string: one more than it has interpolations. `starts`
    are the offsets in `text` where statements begin, with their decorators.
    """

    text: str
    strings: dict[int, list[str]] = field(default_factory=dict)
    spreads: set[int] = field(default_factory=set)
    starts: list[int] = field(default_factory=lambda: [0])
    _from: list[int] = field(default_factory=lambda: [0])
    _shift: list[int] = field(default_factory=lambda: [0])

    def origin(self, offset: int) -> int:
        """The offset in the file's text of an offset in the grammar's."""
        return offset + self._shift[bisect_right(self._from, offset) - 1]

    def moved(self, offset: int, shift: int) -> None:
        """From this offset on, the file's text is `shift` further than the grammar's."""
        self._from.append(offset)
        self._shift.append(shift)


@dataclass(slots=True)
class Open:
    """A bracket that is open, and the string that it is in, if it is an interpolation's."""

    bracket: str
    at: int
    string: int = -1
