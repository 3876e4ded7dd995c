"""What the program hands to other processes as arguments and environment."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from ..frames import Frames, here

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .outlet import Outlet


class Processes:
    """Records what starts, and remembers where: what a child writes has no place of its own."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._started: list[tuple[float, Frames]] = []
        self._tried: tuple[list[str], Frames] | None = None
        self.events: dict[str, Callable[..., object]] = {
            "subprocess.Popen": lambda executable, args, _cwd, env: self._start(
                executable, args, env
            ),
            "os.exec": self._start_once,
            "os.posix_spawn": self._start_once,
            "os.spawn": lambda _mode, path, args, env: self._start(path, args, env),
            "os.system": lambda command: self._start(command, command, None),
            "os.putenv": self._put,
        }

    def place(self, written: float) -> Frames:
        """Where the process was started that may have written a file at this time (seconds)."""
        # The clock of a file system may lag by some ms.
        before = [frames for started, frames in self._started if started <= written + 0.05]
        return before[-1] if before else []

    def only_place(self) -> Frames:
        """Where all processes were started, if that is one place."""
        places = [frames for _, frames in self._started]
        return places[0] if places and all(place == places[0] for place in places) else []

    def _start(self, executable: Any, args: Any, env: Mapping[Any, Any] | None) -> None:
        frames = here()
        self._started.append((time.time(), frames))
        name = name_of(args or [executable])
        words = [args] if isinstance(args, (str, bytes, os.PathLike)) else args
        texts = [_text(word) for word in words]
        self._tried = (texts, frames)
        text = " ".join(texts)
        self._outlet.record("process", f"argument of {name}", text, frames)
        for key, value in (env or {}).items():
            variable, content = _text(key), _text(value)
            if os.environ.get(variable) != content:
                where = f"environment of {name} ({variable})"
                self._outlet.record("process", where, content, frames)

    def _start_once(self, executable: Any, args: Any, env: Mapping[Any, Any] | None) -> None:
        # `execvp` tries each folder of PATH, and `Popen` spawns from Python 3.13 on.
        if ([_text(word) for word in args], here()) != self._tried:
            self._start(executable, args, env)

    def _put(self, key: Any, value: Any) -> None:
        self._outlet.record("environment", _text(key), _text(value))


def name_of(args: Any) -> str:
    """The name of a command: the last part of its path."""
    if isinstance(args, (str, bytes, os.PathLike)):
        words = _text(args).split()
    else:
        words = [_text(word) for word in args]
    return os.path.basename(words[0]) if words else ""


def _text(value: Any) -> str:
    return os.fsdecode(value) if isinstance(value, (str, bytes, os.PathLike)) else str(value)
