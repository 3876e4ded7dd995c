"""Everything by which a program lets values out, but for the resources that it declares.

Where a hook of the interpreter's own (an audit event) shows it, that is used; else the function
is wrapped. Audit hooks cannot be taken away again, nor wrapped functions be trusted: hostile code
in the same process can go around all of this. It shows what an honest program does.
"""

from __future__ import annotations

import sys
import tempfile
from typing import TYPE_CHECKING, Any

from ..held import confine
from . import inputs, keys, streams
from .files import Files
from .outlet import Outlet
from .processes import Processes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..held.world import World


class Sinks:
    """The hooks of one run. Make it once, in the run's own process, when `pulumi` is there.

    `journal` has `sink(sink, where, text, *, binary, secret, frames)` and `note(text)`.
    """

    def __init__(self, journal: Any, world: World) -> None:
        self._outlet = Outlet(journal, tempfile.mkdtemp(prefix="kept-", dir=world.scratch))
        self._processes = Processes(self._outlet)
        self._files = Files(self._outlet, world, self._processes.place)
        self._flush = streams.install(self._outlet)
        keys.install(self._outlet)
        inputs.install(self._outlet)
        # What is refused is refused before anything is recorded of it.
        tables = [confine.network(world), confine.writing(world)]
        self._watch([*tables, self._processes.events, self._files.events])

    def finish(self, stdout: str | None = None, stderr: str | None = None) -> None:
        """Record what is left: the files, and what reached file descriptors 1 and 2 directly.

        `stdout` and `stderr` are the files that these were redirected to. Afterwards nothing is
        recorded any more.
        """
        self._flush()
        with self._outlet.quietly():
            for sink, path in (("stdout", stdout), ("stderr", stderr)):
                if path is not None:
                    streams.rest(self._outlet, sink, path, self._processes.only_place())
            self._files.finish()
            self._outlet.close()

    def _watch(self, tables: list[dict[str, Callable[..., object]]]) -> None:
        outlet = self._outlet
        events: dict[str, list[Callable[..., object]]] = {}
        for table in tables:
            for event, handler in table.items():
                events.setdefault(event, []).append(handler)

        def hook(event: str, args: tuple[Any, ...]) -> None:
            handlers = events.get(event)
            if handlers is None:
                return
            with outlet.quietly() as active:
                if not active:
                    return
                try:
                    for handler in handlers:
                        handler(*args)
                except confine.Refused as refused:
                    # Who catches it would pass, and what was to be sent there was not looked into.
                    outlet.note(f"{refused} (what the program would do with it was not seen)")
                    raise
                except Exception as error:  # noqa: BLE001 (the program must not fail by our fault)
                    outlet.note(f"{event} was not followed ({type(error).__name__}: {error})")

        sys.addaudithook(hook)
