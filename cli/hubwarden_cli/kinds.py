"""What a file in a folder is, told from as little of it as can be."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Final

from hubwarden_policies.gates.recognise import Kind, may_be_json, recognise

# Enough to see whether a file can be JSON at all.
_FIRST: Final = 512
_JSON: Final = (".json", ".jsonc")
_BEGINNING: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:/[/*]|[{\[]\s*(?:[\"{}\[\]\w/-]|\Z))")


def is_regular(path: Path) -> bool:
    """Whether it has an end: a pipe may never begin, and a device never stop. Raises `OSError`."""
    return stat.S_ISREG(path.stat().st_mode)


def kind_of(path: Path) -> Kind | None:
    """What it is, read no further than that takes; raises `OSError`."""
    with path.open("rb") as file:
        first = file.read(_FIRST)
        return recognise(path, first + file.read()) if _may_be(path, first) else None


def is_no_json(path: Path) -> bool:
    """Whether what may be meant as a template is told to be left out; others' JSON is not."""
    if path.suffix.lower() not in _JSON:
        return False
    with path.open("rb") as file:
        return not _BEGINNING.match(file.read(_FIRST))


def _may_be(path: Path, first: bytes) -> bool:
    """Whether to read all of it: the rest of a picture or a program tells nothing."""
    named = path.suffix.lower() in _JSON
    return named or may_be_json(first) or recognise(path, first) is not None
