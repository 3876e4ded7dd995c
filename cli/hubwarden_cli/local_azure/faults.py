"""What goes wrong between a client and the double: written down, or drawn by a seed."""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

FaultKind = Literal[
    "cut_before",  # the connection ends, nothing took effect
    "cut_after",  # it took effect, no answer came
    "500_before",
    "500_after",
    "401",
    "403",
    "404",
    "409",
    "429",
    "503",
    "slow",  # the answer comes, byte by byte, over `seconds`
    "truncated",  # the answer ends in the middle of its body
]
# Those that pass by themselves.
PASSING: tuple[FaultKind, ...] = tuple(
    kind for kind in get_args(FaultKind) if kind not in {"401", "403", "404", "slow"}
)


@dataclass(frozen=True)
class Fault:
    """Strikes the `at`-th request (from 1) that matches, and the `times` - 1 after it.

    `method` and `path` are regular expressions, for all of the method and any part of the path.
    `retry_after` is for 409, 429 and 503, in the form that `Behaviour` says; None: no header.
    """

    kind: FaultKind
    method: str = ".*"
    path: str = ""
    at: int = 1
    times: int = 1
    retry_after: float | None = None
    seconds: float = 1.0

    def matches(self, method: str, path: str) -> bool:
        return bool(re.fullmatch(self.method, method) and re.search(self.path, path))


class Faults(Protocol):
    """Decides for each request, in the order of their arrival."""

    def strike(self, method: str, path: str) -> Fault | None: ...


@dataclass
class Scripted:
    """The faults that are written down. Of several that match a request the first strikes."""

    faults: list[Fault] = field(default_factory=list)
    _seen: dict[int, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        """From the next request on; it counts from there."""
        with self._lock:
            self.faults.append(fault)

    def strike(self, method: str, path: str) -> Fault | None:
        struck = None
        with self._lock:
            for place, fault in enumerate(self.faults):
                if fault.matches(method, path):
                    count = self._seen[place] = self._seen.get(place, 0) + 1
                    if struck is None and fault.at <= count < fault.at + fault.times:
                        struck = fault
        return struck


@dataclass
class Seeded:
    """A fault now and then: `rate` is the share of requests, `most` ends it."""

    seed: int
    rate: float
    kinds: tuple[FaultKind, ...] = PASSING
    method: str = ".*"
    path: str = ""
    retry_after: float | None = None
    most: int = 1_000_000

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311
        self._lock = threading.Lock()

    def strike(self, method: str, path: str) -> Fault | None:
        if not Fault("500_before", self.method, self.path).matches(method, path):
            return None
        with self._lock:
            drawn, kind = self._random.random(), self._random.choice(self.kinds)
            if drawn >= self.rate or self.most <= 0:
                return None
            self.most -= 1
        return Fault(kind, retry_after=self.retry_after, seconds=0.2)
