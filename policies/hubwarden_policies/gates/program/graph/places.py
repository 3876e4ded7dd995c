"""From the frames of a recording to places as reports write them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hubwarden_policies.model import Location

if TYPE_CHECKING:
    from pathlib import Path

    from hubwarden_policies.gates.program.running.recording import Frames


def places(frames: Frames, folder: Path) -> tuple[Location, ...]:
    """The lines of the frames, outermost first, by file relative to the project's folder."""
    root = str(folder)
    return tuple(Location(_relative(frame.file, root), frame.line) for frame in frames)


def _relative(file: str, root: str) -> str:
    if file.startswith(root + os.sep):
        return file[len(root) + 1 :].replace(os.sep, "/")
    try:
        return os.path.relpath(file, root).replace(os.sep, "/")
    except ValueError:  # another drive
        return file
