"""Points at which a run can be struck: before and after each request, and each line written down.

They are counted, so that a drill can visit each of them.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hubwarden_cli.azure.wire import Wire
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.journal import Entry, Journal

Strike = Callable[[], None]


def unharmed() -> None:
    """Nothing happens at the point."""


@dataclass
class Points:
    """Calls `strike` at the `at`-th point (from 1); None: at none. `names` are those passed."""

    at: int | None = None
    strike: Strike = unharmed
    names: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        self.names.append(name)
        if len(self.names) == self.at:
            self.strike()


@dataclass(frozen=True)
class PointedWire(Wire):
    """The real wire, with a point on each side of a request."""

    points: Points = field(default_factory=Points)

    def transport(self, verify: bool | str) -> Any:
        inner = super().transport(verify)
        send, points = inner.send, self.points

        def pointed(request: Any, **options: Any) -> Any:
            name = f"{request.method} {request.url.partition('?')[0].partition('/')[2]}"
            points(f"before {name}")
            answer = send(request, **options)
            points(f"after {name}")
            return answer

        inner.send = pointed
        return inner


@dataclass(frozen=True)
class PointedJournal(Journal):
    """The real journal, with a point on each side of a line."""

    points: Points = field(default_factory=Points)

    def write(self, entry: Entry) -> None:
        self.points(f"before {entry.record.state}")
        super().write(entry)
        self.points(f"after {entry.record.state}")


@dataclass(frozen=True)
class PointedAccess(Access):
    """The real access over a wire with points."""

    points: Points = field(default_factory=Points)

    def __post_init__(self) -> None:
        # It is made when it is first wanted, and found where it is by then.
        self.__dict__["wire"] = PointedWire(
            sleep=self.clock.sleep, fence=self.fence, heard=self.heard, points=self.points
        )


class SharedClock:
    """Virtual time of a process and of those that it forks, which die without a word."""

    def __init__(self, start: float = 1_800_000_000.0) -> None:
        self._memory = mmap.mmap(-1, 8)
        self.set(start)

    def now(self) -> float:
        return float(struct.unpack("d", self._memory[:])[0])

    def sleep(self, seconds: float) -> None:
        self.set(self.now() + max(0.0, seconds))

    def set(self, now: float) -> None:
        """To any time, back too."""
        self._memory[:] = struct.pack("d", now)


@dataclass
class Ahead:
    """The same time, as a clock shows it that is so many seconds ahead."""

    clock: SharedClock
    seconds: float = 0

    def now(self) -> float:
        return self.clock.now() + self.seconds

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)
