"""Local modules that lie outside of what Checkov is given: it leaves them out without a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from hubwarden_policies.gates.stock_checkov.fault import Fault
from hubwarden_policies.gates.stock_checkov.inputs import Input
from hubwarden_policies.gates.stock_checkov.readers.lines import Lines

_TERRAFORM: Final = re.compile(r"^[ \t]*source[ \t]*=[ \t]*\"(\.{1,2}/[^\"$]*)\"", re.MULTILINE)
_BICEP: Final = re.compile(r"^[ \t]*module[ \t]+\w+[ \t]+'([^':$]+)'", re.MULTILINE)


def absent_modules(files: Sequence[Input]) -> Iterator[Fault]:
    """Each module that a file names and no file of the run belongs to."""
    here = {Path(one.shown).resolve() for one in files}
    folders = {path.parent for path in here}
    for one in files:
        pattern = {"terraform": _TERRAFORM, "bicep": _BICEP}.get(one.kind)
        known = folders if one.kind == "terraform" else here
        lines = Lines(one.text if pattern else "")
        for match in pattern.finditer(one.text) if pattern else ():
            if (Path(one.shown).parent / match[1]).resolve() not in known:
                yield Fault(
                    one.shown,
                    "absent-module",
                    f"its module {match[1]} is not among what Checkov is given; name the folder "
                    "that holds both by -d, or leave this file out by --skip-path.",
                    lines.at(match.start(1)),
                )
