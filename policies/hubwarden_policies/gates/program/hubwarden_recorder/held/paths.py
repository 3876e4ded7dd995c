"""Names of files, as hooks get them: relative to a folder's descriptor, bytes, through links."""

from __future__ import annotations

import contextlib
import os
import urllib.parse
from typing import Any

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_NO_FILES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/dev/fd/", "/dev/pts/", "/proc/")


def is_inside(path: str, folder: str) -> bool:
    """Whether `path` is `folder` or lies in it. Both absolute."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def real_name(path: Any, folder: int | None = -1, *, follow: bool = False) -> str:
    """The absolute name without links (the last part's too with `follow`); "" for no real file.

    `folder` is the descriptor of the folder that a relative path starts from, -1 the current one.
    """
    if isinstance(path, int):
        return ""
    name = os.fsdecode(path)
    if folder is not None and folder >= 0 and not os.path.isabs(name):
        name = os.path.join(_folder_of(folder), name)
    parent, last = os.path.split(os.path.abspath(name))
    name = os.path.join(os.path.realpath(parent), last)
    name = os.path.realpath(name) if follow else name
    return "" if name.startswith(_NO_FILES) else name


def opened_for_writing(path: Any, flags: Any) -> str:
    """The real name of what an `open` with these flags may write to, or ""."""
    return real_name(path, follow=True) if isinstance(flags, int) and flags & WRITES else ""


def database(name: Any) -> str:
    """The real name of the file behind a name given to `sqlite3.connect`, or ""."""
    text = os.fsdecode(name)
    if text.startswith("file:"):
        parts = urllib.parse.urlsplit(text)
        if "mode=ro" in parts.query or "mode=memory" in parts.query:
            return ""
        text = urllib.parse.unquote(parts.path)
    return "" if text in ("", ":memory:") else real_name(text, follow=True)


def _folder_of(descriptor: int) -> str:
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/self/fd/{descriptor}")
    with contextlib.suppress(OSError, ImportError):
        import fcntl

        get_path = 50  # F_GETPATH, of macOS
        return fcntl.fcntl(descriptor, get_path, bytes(1024)).rstrip(b"\0").decode()
    return os.getcwd()
