"""A file that is there with all that it is to hold, on disk, or not there at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path


def new_file(path: Path, text: bytes) -> None:
    """Only its owner may read it. OSError where one is there, or not all of it can be written.

    Who calls it holds a lock: two at once would not see each other.
    """
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    scratch = path.with_suffix(".new")
    scratch.unlink(missing_ok=True)
    try:
        _written(scratch, text)
        scratch.rename(path)
    finally:
        scratch.unlink(missing_ok=True)
    _sync(path.parent)


def keep_from_git(folder: Path) -> None:
    """Git leaves out what is in it. An empty file is one that a full disk has left."""
    path = folder / ".gitignore"
    if not path.exists() or not path.stat().st_size:
        path.write_text("*\n", encoding="utf-8")


def full() -> OSError:
    """What the system would have said, had it not written a part."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _written(path: Path, text: bytes) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        if os.write(handle, text) != len(text):
            raise full()
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
