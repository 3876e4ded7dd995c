"""What the program writes to the standard input of other processes."""

from __future__ import annotations

import asyncio.subprocess
import contextlib
import functools
import subprocess
from typing import TYPE_CHECKING, Any

from .processes import name_of

if TYPE_CHECKING:
    from .outlet import Outlet


def install(outlet: Outlet) -> None:
    """Record input by `communicate` and by writing to `stdin`, with subprocess and asyncio."""
    _watch_popen(outlet)
    _watch_asyncio(outlet)


def _give(outlet: Outlet, args: Any, data: Any) -> None:
    content = data.encode() if isinstance(data, str) else bytes(data)
    outlet.record_bytes("process", f"input of {name_of(args)}", content, None)


def _watch_stream(outlet: Outlet, stream: Any, args: Any) -> None:
    write = stream.write

    def written(data: Any) -> Any:
        with outlet.quietly() as active:
            if active:
                _give(outlet, args, data)
        return write(data)

    # On the instance: the streams keep their types, which programs may ask for.
    with contextlib.suppress(AttributeError):
        stream.write = written


def _watch_popen(outlet: Outlet) -> None:
    popen: Any = subprocess.Popen
    start, communicate = popen.__init__, popen.communicate

    @functools.wraps(start)
    def started(self: Any, *args: Any, **kwargs: Any) -> None:
        start(self, *args, **kwargs)
        if self.stdin is not None:
            _watch_stream(outlet, self.stdin, self.args)

    @functools.wraps(communicate)
    def communicated(self: Any, input: Any = None, timeout: Any = None) -> Any:  # noqa: A002
        with outlet.quietly() as active:
            if active and input:
                _give(outlet, self.args, input)
            # Still quiet: a part of what it does is to write to `stdin`.
            return communicate(self, input, timeout)

    popen.__init__, popen.communicate = started, communicated


def _watch_asyncio(outlet: Outlet) -> None:
    process: Any = asyncio.subprocess.Process
    prepare, communicate = process.__init__, process.communicate

    @functools.wraps(prepare)
    def prepared(self: Any, transport: Any, protocol: Any, loop: Any) -> None:
        prepare(self, transport, protocol, loop)
        self._hubwarden_args = transport.get_extra_info("subprocess").args
        if self.stdin is not None:
            _watch_stream(outlet, self.stdin, self._hubwarden_args)

    @functools.wraps(communicate)
    def communicated(self: Any, input: Any = None) -> Any:  # noqa: A002
        if input and self.stdin is not None:
            _give(outlet, self._hubwarden_args, input)
            # It will write just that, from a task of its own that shows no line of the user's.
            vars(self.stdin).pop("write", None)
        return communicate(self, input)

    process.__init__, process.communicate = prepared, communicated
