"""What the program prints and logs.

`sys.stdout` and `sys.stderr` only record: nothing that they are given reaches the file descriptors
1 and 2. So all that the launching side finds behind those went around them (child processes,
`os.write`), and has no place in the source: `rest` records it.
"""

from __future__ import annotations

import functools
import io
import sys
import threading
from typing import TYPE_CHECKING, Any

from ..frames import Frames, here, user_file

if TYPE_CHECKING:
    from collections.abc import Callable

    from .outlet import Outlet

_LONGEST = 1 << 16


class Recorded(io.BufferedIOBase):
    """Stands for the buffer of a standard stream. What one place writes in a row is one record."""

    def __init__(self, outlet: Outlet, sink: str, number: int) -> None:
        self.name = f"<{sink}>"
        self.mode = "wb"
        self._outlet, self._sink, self._number = outlet, sink, number
        self._reset()
        outlet.on_fork.append(self._reset)

    def _reset(self) -> None:
        self._lock = threading.RLock()  # a signal's handler may print while we do
        self._pending = bytearray()
        self._frames: Frames = []

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._number

    def write(self, data: Any) -> int:
        chunk, frames = bytes(data), here()
        with self._lock:
            if frames != self._frames or len(self._pending) > _LONGEST:
                self._give_out()
            self._frames = frames
            self._pending += chunk
        return len(chunk)

    def flush(self) -> None:
        with self._lock:
            self._give_out()

    def _give_out(self) -> None:
        if self._pending:
            data, self._pending = bytes(self._pending), bytearray()
            self._outlet.record_bytes(self._sink, "", data, self._frames)


def install(outlet: Outlet) -> Callable[[], None]:
    """Put recording streams in place; returns what gives out the last of it."""
    streams = []
    for sink, number in (("stdout", 1), ("stderr", 2)):
        buffer = Recorded(outlet, sink, number)
        text = io.TextIOWrapper(
            buffer, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True
        )
        setattr(sys, sink, text)
        streams.append(buffer)
    _record_log(outlet)

    def flush() -> None:
        for stream in streams:
            stream.flush()

    return flush


def rest(outlet: Outlet, sink: str, path: str, frames: Frames) -> None:
    """Record what reached a file descriptor directly, from the file that it was redirected to."""
    with open(path, "rb") as file:
        data = file.read()
    if data:
        outlet.record_bytes(sink, "", data, frames)


def _record_log(outlet: Outlet) -> None:
    from pulumi import log, output

    # A callback of `apply` is called from there: the user's doing, though the caller is the SDK.
    callbacks = output.__file__

    def recorded(level: str, function: Any) -> Any:
        @functools.wraps(function)
        def logging(msg: Any, *args: Any, **kwargs: Any) -> Any:
            caller = sys._getframe(1).f_code.co_filename
            if level != "debug" or caller == callbacks or user_file(caller) is not None:
                outlet.record("log", level, str(msg))
            return function(msg, *args, **kwargs)

        return logging

    for level in ("debug", "info", "warn", "error"):
        setattr(log, level, recorded(level, getattr(log, level)))
