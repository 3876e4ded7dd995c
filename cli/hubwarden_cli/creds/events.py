"""What happens while it happens: lines for people, or one JSON object a line for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from hubwarden_cli.creds.saying import brief, say
from hubwarden_cli.guard import Refusal
from hubwarden_cli.streams import tell


class Events:
    """Nobody's closed pipe or full disk stops a rotation: what cannot be told is left out."""

    def __init__(self, now: Callable[[], datetime], *, as_json: bool, file: Path | None) -> None:
        """Refusal where `file` cannot be written: at the beginning, and not in the middle."""
        self._now = now
        self._file = _opened(file) if file else None
        self._to_people = not as_json

    def tell(self, run: str, credential: str, event: str, more: Mapping[str, Any]) -> None:
        """`credential` is a resource id with a policy, or ""; nothing of it is secret."""
        at = self._now()
        told = {"at": at.isoformat(), "run": run, "credential": credential, "event": event}
        line = json.dumps({**told, **more}) + "\n"
        if self._file:
            _quietly(self._file, line)
        elif not self._to_people:
            tell(line, sys.stderr)
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
        about = brief(" ".join(str(text) for text in more.values() if text))
        words = " ".join(word for word in (where, event, about) if word)
        say(sys.stderr, f"{at:%Y-%m-%d %H:%M:%S} UTC", words, event)


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
