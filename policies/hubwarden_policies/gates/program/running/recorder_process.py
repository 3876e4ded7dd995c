"""The recorder's process: started in a session of its own, heard on a pipe, ended with its runs."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_RECORDER: Final = Path(__file__).parents[1] / "hubwarden_recorder/__main__.py"
_PATIENCE: Final = 2.0  # seconds that it gets to end its runs when it is asked to leave


class RecorderProcess:
    """A recorder at work on one job (`launch.py` says what is in it). Whatever happens, `end` it.

    `patience` is how long it may work at all (seconds); `overdue` says that it took longer. What
    it and the program print goes to the file `output`, nothing of it to the caller's streams.
    """

    def __init__(
        self,
        python: Path,
        job: Mapping[str, Any],
        *,
        environ: Mapping[str, str],
        output: Path,
        patience: float,
    ) -> None:
        self._output = output
        self._timeout: float = job["timeout"]
        self._deadline = time.monotonic() + patience
        self._process: subprocess.Popen[bytes] | None = None
        self.overdue = False
        self._control, write = os.pipe()
        # Not a pipe: an interpreter that hangs while it starts would let us hang too.
        with output.open("wb") as printed, tempfile.TemporaryFile(dir=output.parent) as given:
            given.write(json.dumps(job).encode())
            given.seek(0)
            try:
                self._process = subprocess.Popen(
                    [str(python), "-u", str(_RECORDER), str(write)],
                    stdin=given,
                    stdout=printed,
                    stderr=printed,
                    env=dict(environ),
                    cwd=job["root"],
                    pass_fds=(write,),
                    start_new_session=True,
                )
            except OSError as error:
                reason = f"{python} cannot be started ({error.strerror})"
                os.write(write, json.dumps({"event": "no-sdk", "reason": reason}).encode() + b"\n")
            finally:
                os.close(write)

    def events(self) -> Iterator[dict[str, Any]]:
        """Yield what it says, until it ends or is overdue."""
        buffer = b""
        while True:
            remaining = self._deadline - time.monotonic()
            ready, _, _ = select.select([self._control], [], [], max(remaining, 0))
            if not ready:
                self.overdue = True
                return
            data = os.read(self._control, 1 << 16)
            if not data:
                return
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                event = json.loads(line)
                if event["event"] == "started":
                    # It runs the program itself, so it cannot watch over its time.
                    self._deadline = time.monotonic() + self._timeout
                yield event

    def last_words(self) -> str:
        """The last line that it printed: the error, where it broke."""
        text = self._output.read_text("utf-8", "replace").strip()
        return text.splitlines()[-1] if text else ""

    def leave(self) -> None:
        """Ask it to leave, and do not wait for it."""
        if self._process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGTERM)

    def end(self) -> None:
        """End it, its runs and what they started."""
        os.close(self._control)
        if self._process is None:
            return
        self.leave()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
