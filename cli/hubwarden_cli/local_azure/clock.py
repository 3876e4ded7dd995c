"""Time that stands still, for tests over days."""

from __future__ import annotations

import threading


class VirtualClock:
    """Stands still until somebody sleeps, and then costs nothing: days pass in a test at once."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> float:
        with self._lock:
            return self._now

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._now += max(0.0, seconds)
