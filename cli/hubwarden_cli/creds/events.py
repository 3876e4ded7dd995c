"""What happens while it happens: lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TextIO

from hubwarden_cli.guard import Refusal

_COLOURS: Final = {"stopped": "yellow", "again": "yellow", "done": "green", "health": "red"}


class Events:
    """Nobody's closed pipe or full disk stops a rotation: what cannot be told is left out."""

    def __init__(self, now: Callable[[], datetime], *, as_json: bool, file: Path | None) -> None:
        """Refusal where `file` cannot be written: at the beginning, and not in the middle."""
        self._now = now
        self._file = _opened(file) if file else None
        self._to_people = not as_json
        self._programs: TextIO | None = self._file or (sys.stderr if as_json else None)

    def tell(self, run: str, credential: str, event: str, more: Mapping[str, Any]) -> None:
        """`credential` is a resource id with a policy, or ""; nothing of it is secret."""
        at = self._now()
        if self._programs:
            told = {"at": at.isoformat(), "run": run, "credential": credential, "event": event}
            _quietly(self._programs, json.dumps({**told, **more}) + "\n")
        if self._to_people:
            self._line(at, credential, event, more)

    def close(self) -> None:
        if self._file:
            try:
                self._file.close()
            except OSError:
                return

    def _line(self, at: datetime, credential: str, event: str, more: Mapping[str, Any]) -> None:
        where = "/".join(credential.split("/")[-2:])
        about = " ".join(str(text) for text in more.values() if text)
        words = " ".join(word for word in (where, event, about) if word)
        if not sys.stderr.isatty():
            _quietly(sys.stderr, f"{at:%Y-%m-%d %H:%M:%S} UTC {words}\n")
            return
        from rich.console import Console
        from rich.text import Text

        shown = Text(f"{at:%H:%M:%S} UTC ", style="dim").append(words, _COLOURS.get(event, ""))
        try:
            Console(stderr=True).print(shown)
        except OSError:
            return


def _opened(path: Path) -> TextIO:
    try:
        return path.open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        raise Refusal(
            f"{path} cannot be written ({error.strerror}); name another file by --events."
        ) from None


def _quietly(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except (OSError, ValueError):
        return
