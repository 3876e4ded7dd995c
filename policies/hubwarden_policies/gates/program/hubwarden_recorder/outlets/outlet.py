"""The one way by which hooks record, whatever process or thread of the program they are in."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import threading
from typing import TYPE_CHECKING, Any

from ..frames import Frames, here

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Outlet:
    """Hands records to the journal; in a process that the program forked, to a file instead.

    `journal` has `sink(sink, where, text, *, binary, secret, frames)` and `note(text)`. `folder`
    is an empty folder of the recorder's own.
    """

    def __init__(self, journal: Any, folder: str) -> None:
        self.folder = folder
        self.on_fork: list[Callable[[], object]] = []
        self._journal = journal
        self._spilled = os.path.join(folder, "forked.jsonl")
        self._busy = threading.local()
        self._open, self._forked = True, False
        self._noted: set[str] = set()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._leave_journal)

    def record(
        self,
        sink: str,
        where: str,
        text: str,
        frames: Frames | None = None,
        *,
        binary: bool = False,
    ) -> None:
        """Record what came out; `binary` says that `text` is base64.

        `frames` is the user's place: that of this call where None, unknown where empty.
        """
        if not self._open:
            return
        frames = here() if frames is None else frames
        with self.quietly():
            if self._forked:
                self._spill(json.dumps([sink, where, text, binary, frames]) + "\n")
            else:
                self._journal.sink(sink, where, text, binary=binary, frames=frames)

    def record_bytes(self, sink: str, where: str, data: bytes, frames: Frames | None) -> None:
        """As `record`; as text where the bytes are text."""
        try:
            text, binary = data.decode(), False
        except UnicodeDecodeError:
            text, binary = base64.b64encode(data).decode(), True
        self.record(sink, where, text, frames, binary=binary)

    def note(self, text: str) -> None:
        """Say once what was not seen."""
        if text not in self._noted and not self._forked:
            self._noted.add(text)
            self._journal.note(text)

    @contextlib.contextmanager
    def quietly(self) -> Iterator[bool]:
        """No hook acts in this thread meanwhile. Yields whether one may act now."""
        if not self._open or getattr(self._busy, "inside", False):
            yield False
            return
        self._busy.inside = True
        try:
            yield True
        finally:
            self._busy.inside = False

    def close(self) -> None:
        """Take over what forked processes recorded, and record nothing more."""
        self._open = False
        with contextlib.suppress(FileNotFoundError), open(self._spilled, encoding="utf-8") as lines:
            for line in lines:
                with contextlib.suppress(ValueError, TypeError, KeyError):
                    sink, where, text, binary, frames = json.loads(line)
                    self._journal.sink(sink, where, text, binary=binary, frames=frames)

    def _spill(self, line: str) -> None:
        file = os.open(self._spilled, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)

    def _leave_journal(self) -> None:
        # The journal in a forked process is a copy that nobody reads.
        self._forked = True
        self._busy = threading.local()
        for function in self.on_fork:
            function()
