"""The line of source that a finding points at, with a caret, and without credentials."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from hubwarden_policies.model import Location
from hubwarden_policies.redact import Redactor
from hubwarden_policies.reports.report import Excerpt
from hubwarden_policies.shapes import hide_blocks

_WORD: Final = re.compile(r"[\w.]*\w|\"[^\"]*\"|'[^']*'|.")
# As Python counts lines; `str.splitlines` also cuts at form feeds and Unicode's separators.
_NEWLINE: Final = re.compile(r"\r\n|\r|\n")


def excerpts(
    locations: Iterable[Location], read: Callable[[str], str | None], redactor: Redactor
) -> dict[Location, Excerpt]:
    """The excerpt of every location whose file `read` gives and has that line."""
    files: dict[str, list[str]] = {}
    found = {}
    for location in set(locations):
        if location.file not in files:
            files[location.file] = _NEWLINE.split(hide_blocks(read(location.file) or ""))
        lines = files[location.file]
        if 0 < location.line <= len(lines) and lines[location.line - 1].strip():
            found[location] = _excerpt(lines[location.line - 1], location, redactor)
    return found


def _excerpt(line: str, location: Location, redactor: Redactor) -> Excerpt:
    yaml = location.file.endswith((".yaml", ".yml"))
    text = redactor.line(line, yaml=yaml)
    column = location.column
    if column is None or column > len(line):
        return Excerpt(text)
    # A credential before the place moves it; one around the place leaves nothing to point at.
    before = redactor.line(line[: column - 1], yaml=False)
    if not text.startswith(before):
        return Excerpt(text)
    word = _WORD.match(text, len(before))
    return Excerpt(text, len(before) + 1, len(word[0]) if word else 1)
