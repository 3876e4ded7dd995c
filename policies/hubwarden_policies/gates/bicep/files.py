"""The files that a Bicep file is made of: itself, its modules, and what it loads."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.reader import Read, read
from hubwarden_policies.model import Location

# Bicep's own limit for a compiled template is 4 MB; no text of a person is longer.
LARGEST: Final = 4_000_000


@dataclass(frozen=True, eq=False)
class File:
    """A Bicep file that was read; `shown` is its path from the root."""

    path: Path
    shown: str
    text: str
    read: Read

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(at + 1 for at, letter in enumerate(self.text) if letter == "\n")]

    def location(self, at: int) -> Location:
        """The line and column of an offset."""
        line = bisect_right(self._lines, at)
        return Location(self.shown, line, at - self._lines[line - 1] + 1)


@dataclass
class Files:
    """Reads files, each once, inside `root` and nowhere else.

    `texts` are those that were read, by the path that is shown.
    """

    root: Path
    texts: dict[str, str] = field(default_factory=dict)
    _files: dict[Path, File] = field(default_factory=dict)

    def open(self, path: Path, at: int = 0) -> File:
        """A Bicep file; `at` is where the one that needs it says so. Raises `Refused`."""
        real = self.inside(path, at)
        if real not in self._files:
            text = self.load(real, at)
            parsed = read(text, parameters=real.suffix == ".bicepparam")
            self._files[real] = File(real, self.shown(real), text, parsed)
        return self._files[real]

    def load(self, path: Path, at: int) -> str:
        """The text of a file; raises `Refused`."""
        real = self.inside(path, at)
        text = decoded(self.bytes(real, at), self.shown(real), at)
        self.texts[self.shown(real)] = text
        return text

    def bytes(self, path: Path, at: int) -> bytes:
        """What a file holds; raises `Refused`."""
        real = self.inside(path, at)
        try:
            if not real.is_file():
                raise Refused(f"There is no file {self.shown(real)}: mend the path.", at)
            if real.stat().st_size > LARGEST:
                raise Refused(f"{self.shown(real)} is larger than {LARGEST} bytes: split it.", at)
            return real.read_bytes()
        except OSError as error:
            raise Refused(f"{self.shown(real)} cannot be read: {error.strerror}.", at) from None

    def shown(self, path: Path) -> str:
        """A path as reports show it."""
        try:
            return path.relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name

    def inside(self, path: Path, at: int) -> Path:
        """The path itself, which must not lead out of the root; raises `Refused`."""
        try:
            real = path.resolve()
        except (OSError, RuntimeError, ValueError):
            raise Refused("This path leads nowhere: mend it.", at) from None
        if not real.is_relative_to(self.root.resolve()):
            raise Refused(
                "This path leads out of the folder that is checked, so hubwarden does not follow "
                "it: check from a folder that holds both files.",
                at,
            )
        return real


def decoded(raw: bytes, shown: str, at: int) -> str:
    """The text of a file in one of the encodings that Bicep reads; raises `Refused`."""
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{shown} is not UTF-8: save it as UTF-8.", at) from None
