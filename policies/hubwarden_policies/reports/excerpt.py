"""The line of source that a finding points at, with a caret, and without credentials."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import Final

from hubwarden_policies.model import Location
from hubwarden_policies.redact import Redactor
from hubwarden_policies.reports.report import Excerpt
from hubwarden_policies.shapes import hide_blocks

# Of a line longer than that (a minified template is one line) no more is shown, around the place;
# so many characters on both sides of it are read.
_LONGEST: Final = 400
_READ: Final = 4096
_WORD: Final = re.compile(r"[\w.]*\w|\"[^\"]*\"|'[^']*'|.")
# As Python counts lines; `str.splitlines` also cuts at form feeds and Unicode's separators.
_NEWLINE: Final = re.compile(r"\r\n|\r|\n")


def excerpts(
    locations: Iterable[Location], read: Callable[[str], str | None], redactor: Redactor
) -> dict[Location, Excerpt]:
    """The excerpt of every location whose file `read` gives and has that line."""
    files: dict[str, list[str]] = {}
    # A large template has few lines that differ.
    excerpt = cache(partial(_excerpt, redactor))
    found = {}
    for location in set(locations):
        if location.file not in files:
            files[location.file] = _NEWLINE.split(hide_blocks(read(location.file) or ""))
        lines = files[location.file]
        if 0 < location.line <= len(lines) and lines[location.line - 1].strip():
            yaml = location.file.endswith((".yaml", ".yml"))
            found[location] = excerpt(lines[location.line - 1], location.column, yaml)
    return found


def _excerpt(redactor: Redactor, line: str, column: int | None, yaml: bool) -> Excerpt:
    if len(line) > 2 * _READ:
        first, last = _near(line, (column or 1) - 1)
        line, column = line[first:last], column and column - first
    text = redactor.line(line, yaml=yaml)
    if column is None or column > len(line):
        return Excerpt(_cut(text, 0)[0])
    # A credential before the place moves it; one around the place leaves nothing to point at.
    before = redactor.line(line[: column - 1], yaml=False)
    if not text.startswith(before):
        return Excerpt(_cut(text, len(before))[0])
    word = _WORD.match(text, len(before))
    width = len(word[0]) if word else 1
    text, start = _cut(text, len(before))
    return Excerpt(text, start + 1, min(width, len(text) - start))


def _near(line: str, start: int) -> tuple[int, int]:
    """The part of a long line that is read; it cuts no word, which may be a credential."""
    first, last = 0, len(line)
    if start > _READ:
        before = re.search(r"[\s\"']", line[start - _READ : start])
        first = start - _READ + before.start() if before else start
    if start + _READ < last:
        after = re.search(r"[\s\"'](?=[^\s\"']*\Z)", line[start : start + _READ])
        last = start + after.end() if after else start
    return first, last


def _cut(text: str, start: int) -> tuple[str, int]:
    """What is shown of a line, and where in it this place is then."""
    if len(text) <= _LONGEST:
        return text, start
    first = max(0, start - _LONGEST // 4)
    shown = ("… " if first else "") + text[first : first + _LONGEST]
    left = shown if first + _LONGEST >= len(text) else f"{shown} …"
    return left, start - first + (2 if first else 0)
