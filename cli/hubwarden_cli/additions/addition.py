"""One thing that is added to a project, or that its people have to add by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from pathlib import Path


@record
class Addition:
    """A file as it is (`before`, None where there is none) and as it will be."""

    path: Path
    after: str
    before: str | None = None


@record
class ByHand:
    """What a file lacks that is somebody's own, and is not written by a command."""

    path: Path
    why: str
    text: str
