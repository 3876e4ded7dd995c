"""One file as a value whose parts know their lines."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from hubwarden_policies.gates.arm.text.decoding import NotJson, decoded, without_comments
from hubwarden_policies.gates.arm.text.parsing import parsed
from hubwarden_policies.gates.arm.text.places import Places

__all__ = ["Document", "NotJson", "read"]

_BREAK: Final = re.compile("\n")


@dataclass(frozen=True)
class Document:
    """A parsed file: `value` is plain Python, `text` the file with comments blanked out."""

    value: Any
    text: str = field(repr=False)

    @cached_property
    def _places(self) -> Places:
        return Places(self.text)

    @cached_property
    def _breaks(self) -> array[int]:
        return array("Q", (match.start() for match in _BREAK.finditer(self.text)))

    def place(self, path: tuple[str | int, ...]) -> tuple[int, int] | None:
        """Line and column, from 1, of a key or an element; of its nearest ancestor where it is
        absent. None only for a file that holds nothing.
        """
        offset = self._places.offset(path)
        if offset is None:
            return None
        line = bisect_left(self._breaks, offset)
        start = self._breaks[line - 1] + 1 if line else 0
        return line + 1, offset - start + 1


def read(raw: bytes) -> Document:
    """The document in these bytes; raises `NotJson`.

    Beyond JSON it may hold comments and raw line breaks in strings, as a template may. Nothing
    else is forgiven: what one reader forgives, the next reads otherwise.
    """
    text = decoded(raw)
    try:
        return Document(parsed(text), text)
    except NotJson:
        # Most files hold none, and `//` alone proves nothing: every schema's address has it.
        bare = without_comments(text)
        if bare == text:
            raise
    return Document(parsed(bare), bare)
