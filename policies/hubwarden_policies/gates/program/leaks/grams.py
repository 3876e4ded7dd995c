"""Finds pieces of known texts in other texts: an index of all their pieces of one size."""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from typing import Final, Generic, TypeVar

from hubwarden_policies.gates.program.hubwarden_recorder.made_up.marks import MAGIC

Name = TypeVar("Name")


class Grams(Generic[Name]):
    """Finds any piece of `size` bytes of some texts, each of which has a name.

    Whatever piece it is, a block of `block` bytes of the text is whole in it, if one begins at
    every `stride`th: only where a block stands is looked any closer.
    """

    def __init__(self, size: int, block: int, stride: int) -> None:
        self._size, self._block, self._stride = size, block, stride
        self._names: dict[bytes, Name] = {}
        self._anchors: list[bytes] = []

    def add(self, text: bytes, name: Name) -> None:
        for start in range(len(text) - self._size + 1):
            self._names.setdefault(text[start : start + self._size], name)
        for anchor in self._blocks(text):
            if anchor not in self._anchors:
                self._anchors.append(anchor)

    def find(self, data: bytes) -> Iterator[Name]:
        """The texts of which a piece is in the data, each once.

        What stands beside a piece may make it look like one of another text: the longer one holds.
        """
        runs = self._runs(data)
        longest: dict[Name, None] = {}
        for number, (start, end, name) in enumerate(runs):
            beside = [run for run in runs[max(0, number - 3) : number + 4] if run[2] is not name]
            if not any(
                first < end + self._size
                and start < last + self._size
                and last - first > end - start
                for first, last, _ in beside
            ):
                longest[name] = None
        return iter(longest)

    def _runs(self, data: bytes) -> list[tuple[int, int, Name]]:
        """Where pieces stand: the first and the last start of pieces in a row of one text."""
        starts: dict[int, Name] = {}
        for anchor in self._anchors:
            place = data.find(anchor)
            while place >= 0:
                first = max(0, place + len(anchor) - self._size)
                for start in range(first, place + 1):
                    name = self._names.get(data[start : start + self._size])
                    if name is not None:
                        starts[start] = name
                place = data.find(anchor, place + 1)
        runs: list[tuple[int, int, Name]] = []
        for start in sorted(starts):
            name = starts[start]
            if runs and runs[-1][1] == start - 1 and runs[-1][2] is name:
                runs[-1] = (runs[-1][0], start, name)
            else:
                runs.append((start, start, name))
        return runs

    def _blocks(self, text: bytes) -> Iterator[bytes]:
        """Blocks of which every piece of the text has one: for marks, two are enough for all."""
        for constant in _CONSTANT:
            if constant in text:
                half = len(constant) // 2
                yield constant[:half]
                yield constant[half:]
                return
        for start in range(0, len(text) - self._block + 1, self._stride):
            yield text[start : start + self._block]


_LOW: Final = MAGIC.lower().encode()
_CONSTANT: Final = (_LOW, _LOW[::-1], binascii.a2b_base64(MAGIC))
