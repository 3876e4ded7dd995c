"""What was asked and answered, for those who judge a run. No bodies, no tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .faults import FaultKind

Phase = Literal["arrived", "done"]


@dataclass(frozen=True)
class Logged:
    """A request. `status`: what was answered or, after a cut, would have been; None: not handled.

    `at` is the double's clock; `path` has no query.
    """

    number: int
    at: float
    method: str
    path: str
    status: int | None
    fault: FaultKind | None
    if_match: str | None
    client_request_id: str | None


Watcher = Callable[[Phase, Logged], None]


class RequestLog:
    """Grows by one entry a request, in the order in which they were done."""

    def __init__(self) -> None:
        self._entries: list[Logged] = []
        self._watchers: list[Watcher] = []
        self._arrived = 0
        self._lock = threading.Lock()

    def watch(self, watcher: Watcher) -> None:
        """Called as a request arrives, before any effect, and when done, before the answer."""
        self._watchers.append(watcher)

    def number(self) -> int:
        """Of the request that arrives now, from 1."""
        with self._lock:
            self._arrived += 1
            return self._arrived

    def tell(self, phase: Phase, entry: Logged) -> None:
        if phase == "done":
            with self._lock:
                self._entries.append(entry)
        for watcher in self._watchers:
            watcher(phase, entry)

    def clear(self) -> None:
        """As if nothing had been asked yet; the numbers go on."""
        with self._lock:
            self._entries.clear()

    def entries(self, method: str = "", part: str = "") -> list[Logged]:
        """Those of a method (empty: any) with a part of their path."""
        with self._lock:
            return [
                entry
                for entry in self._entries
                if method in ("", entry.method) and part in entry.path
            ]
