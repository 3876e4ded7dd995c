"""What the program writes to files: where it opened them, and what they hold at the end.

The content is read from the folders that the program can write to, so that it is found whoever
wrote it. What is removed, replaced or cut off before the end is kept first.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from typing import TYPE_CHECKING, Any

from ..frames import Frames, here
from ..held.paths import database, is_inside, opened_for_writing, real_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..held.world import World
    from .outlet import Outlet

_MIB = 1 << 20
_LARGEST, _TOTAL, _MOST_KEPT = 16 * _MIB, 64 * _MIB, 10000


class Files:
    """Follows what is written to files. `guess` says where a file may come from, by its time."""

    def __init__(self, outlet: Outlet, world: World, guess: Callable[[float], Frames]) -> None:
        self._outlet, self._guess = outlet, guess
        # Places lie in each other (a project in /tmp): the innermost says where a file is.
        self._places = sorted(world.places, key=lambda place: -len(place[0]))
        self._opened: dict[str, Frames] = {}
        self._kept: list[tuple[str, str, Frames]] = []
        self._bytes = 0
        self.events: dict[str, Callable[..., object]] = {
            "open": self._open,
            "sqlite3.connect": lambda name: self._put(database(name), here()),
            "os.remove": lambda path, folder=-1: self._keep(real_name(path, folder)),
            "os.rename": self._rename,
            "os.link": self._link,
            "os.truncate": lambda path, _: self._keep(real_name(path, follow=True), copies=True),
        }

    def finish(self) -> None:
        """Record every file that was written."""
        for place, real in self._places:
            for path in _regular(real):
                name = os.path.join(place, os.path.relpath(path, real))
                self._record(name, path, self._opened.get(name))
        for name, path, frames in self._kept:
            self._record(name, path, frames)

    def _record(self, name: str, path: str, frames: Frames | None) -> None:
        with contextlib.suppress(OSError):
            status = os.stat(path)
            self._bytes += status.st_size
            if status.st_size > _LARGEST or self._bytes > _TOTAL:
                limits = f"{_LARGEST // _MIB} MiB, or all together {_TOTAL // _MIB} MiB"
                self._outlet.note(f"{name} was not searched: it is larger than {limits}.")
                return
            if not os.access(path, os.R_OK):
                os.chmod(path, 0o600)
            with open(path, "rb") as file:
                data = file.read()
            place = self._guess(status.st_mtime) if frames is None else frames
            self._outlet.record_bytes("file", name, data, place)

    def _open(self, path: Any, _mode: Any, flags: Any) -> None:
        name = opened_for_writing(path, flags)
        if name and flags & os.O_TRUNC:
            self._keep(name, copies=True)
        self._put(name, here() if name else [])

    def _put(self, name: str, frames: Frames) -> None:
        if name:
            self._opened[name] = frames

    def _rename(self, old: Any, new: Any, old_folder: int = -1, new_folder: int = -1) -> None:
        source, target = real_name(old, old_folder), real_name(new, new_folder)
        self._keep(target)
        for name in [name for name in self._opened if source and is_inside(name, source)]:
            self._put(target + name[len(source) :], self._opened.pop(name))

    def _link(self, old: Any, new: Any, old_folder: int = -1, new_folder: int = -1) -> None:
        known = self._opened.get(real_name(old, old_folder))
        self._put(real_name(new, new_folder), known or here())

    def _keep(self, name: str, *, copies: bool = False) -> None:
        """Keep a file: as it is now (a copy), or as its last writer leaves it (a link)."""
        path = self._written(name)
        with contextlib.suppress(OSError):
            status = os.lstat(path)
            if not stat.S_ISREG(status.st_mode) or (copies and not status.st_size):
                return
            if len(self._kept) >= _MOST_KEPT or (copies and status.st_size > _LARGEST):
                self._outlet.note(f"{name} was not searched before it was overwritten.")
                return
            kept = os.path.join(self._outlet.folder, str(len(self._kept)))
            try:
                if copies:
                    shutil.copyfile(path, kept)
                else:
                    os.link(path, kept)
            except OSError:
                shutil.copyfile(path, kept)
            self._kept.append((name, kept, self._opened.get(name) or here()))

    def _written(self, name: str) -> str:
        for place, real in self._places:
            if name and is_inside(name, place):
                return os.path.join(real, os.path.relpath(name, place))
        return ""


def _regular(folder: str) -> Iterator[str]:
    """Yield the files with content below `folder`, in order, whatever modes the program set."""
    with contextlib.suppress(OSError):
        if not os.access(folder, os.R_OK | os.X_OK):
            os.chmod(folder, 0o700)
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _regular(entry.path)
            elif entry.is_file(follow_symlinks=False) and entry.stat().st_size:
                yield entry.path
