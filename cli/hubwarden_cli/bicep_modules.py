"""Which Bicep files are parts of others: a module by itself says less than where it is used."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hubwarden_policies.gates.recognise import decoded

_USES: Final = re.compile(r"^[ \t]*(?:module[ \t]+\w+|using)[ \t]+'([^'\n]+)'", re.MULTILINE)


def used_by_others(files: Sequence[Path]) -> dict[Path, Path]:
    """The files that others of them use as a module or fill with parameters, with one of these.

    Files that use one another in a circle stay: somebody has to be judged to say so.
    """
    places = {_normal(file): file for file in files}
    uses = {file: [places[u] for u in _uses(file) if u in places] for file in files}
    used = {other for others in uses.values() for other in others}
    pending = [file for file in files if file not in used]
    found: dict[Path, Path] = {}
    while pending:
        file = pending.pop()
        new = [other for other in uses[file] if other not in found]
        found.update(dict.fromkeys(new, file))
        pending += new
    return found


def _uses(file: Path) -> list[str]:
    try:
        text = decoded(file.read_bytes())
    except OSError:
        return []
    return [_normal(file.parent / said) for said in _USES.findall(text)]


def _normal(path: Path) -> str:
    return os.path.normpath(path.absolute())
