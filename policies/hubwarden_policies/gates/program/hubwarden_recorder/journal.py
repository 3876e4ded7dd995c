"""What one run leaves behind, collected while it runs and written as one JSON file at its end."""

from __future__ import annotations

import json
import os
import platform
import threading
from typing import TYPE_CHECKING, Any

from .frames import here
from .values import to_json

if TYPE_CHECKING:
    from .frames import Frames
    from .sdk.registration import Registration

VERSION = 1


class Journal:
    """The recording of one run (its form: `recording.py`). Safe to use from any thread.

    `registrations` are by URN; `complete` says that the stack's outputs came and the shutdown was
    in order. `error` is the ERROR that ended the program.
    """

    def __init__(self, mode: str, pulumi: str) -> None:
        self._mode, self._pulumi = mode, pulumi
        self._lock = threading.Lock()
        self.registrations: dict[str, Registration] = {}
        self.exports: dict[str, Any] = {}
        self.export_frames: dict[str, Frames] = {}
        # The place of exports that the function of `pulumi.run` returns.
        self.returned_frames: Frames = []
        self.component_outputs: dict[str, dict[str, Any]] = {}
        self.calls: list[dict[str, Any]] = []
        self.hooks: list[str] = []
        self.sinks: list[dict[str, Any]] = []
        self.notes: list[str] = []
        self.stack_registered = self.shut_down = False
        self.error: dict[str, Any] | None = None

    def sink(
        self,
        sink: str,
        where: str,
        text: str,
        *,
        binary: bool = False,
        secret: bool = False,
        frames: Frames | None = None,
    ) -> None:
        """Record what came out of the program elsewhere than through a resource or an output."""
        record = {
            "sink": sink,
            "where": where,
            "text": text,
            "binary": binary,
            "secret": secret,
            "frames": here() if frames is None else frames,
        }
        with self._lock:
            self.sinks.append(record)

    def note(self, text: str) -> None:
        """Say once what could not be seen, or is slower than it could be."""
        with self._lock:
            if text not in self.notes:
                self.notes.append(text)

    def fail(self, error: dict[str, Any]) -> None:
        """Keep the first failure: what follows is most often its consequence."""
        with self._lock:
            self.error = self.error or error

    def write(self, path: str, made: list[list[str]], marks: list[list[str]]) -> None:
        """Write the recording, so that the file is there whole or not at all."""
        data = {
            "version": VERSION,
            "mode": self._mode,
            "complete": self.stack_registered and self.shut_down and self.error is None,
            "pulumi": self._pulumi,
            "python": platform.python_version(),
            "notes": self.notes,
            "resources": [item.to_json() for item in self.registrations.values()],
            "exports": to_json(self.exports),
            "exportFrames": {
                name: self.export_frames.get(name, self.returned_frames) for name in self.exports
            },
            "componentOutputs": to_json(self.component_outputs),
            "calls": self.calls,
            "hooks": self.hooks,
            "made": made,
            "marks": marks,
            "sinks": self.sinks,
            "error": self.error,
        }
        with open(path + ".part", "w", encoding="utf-8", errors="surrogatepass") as file:
            # One call into C: json.dump would write a hundred thousand pieces.
            file.write(json.dumps(data))
        os.replace(path + ".part", path)
