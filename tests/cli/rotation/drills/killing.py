"""A runner that dies by a signal at a counted point. It is a fork, so that it starts at once."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.cli.rotation.drills.points import Points
from tests.cli.rotation.drills.stage import Stage, endings

from hubwarden_cli.rotation.result import Result

Runner = Callable[[Points], Result]


def died(run: Runner, at: int, number: signal.Signals = signal.SIGKILL) -> bool:
    """Whether a process that runs it was ended by the signal at that point.

    Else it has come to its end, and that was a good one.
    """
    child = os.fork()
    if child == 0:
        # Nothing of the test's may run here, not even at the end: pytest is in this process too.
        code = 3
        try:
            points = Points(at, lambda: os.kill(os.getpid(), number))
            code = 0 if endings(run(points)) <= {"done"} else 4
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == number
        return True
    assert os.waitstatus_to_exitcode(status) == 0, "the run did not finish"
    return False


@dataclass
class Mapped(Points):
    """Notes at each point what a death there would leave: the world and the journal."""

    stage: Stage | None = None
    left: list[str] = field(default_factory=list)

    def __call__(self, name: str) -> None:
        super().__call__(name)
        assert self.stage
        with self.stage.azure.world.lock:
            self.left.append(_digest(self.stage))

    def edges(self) -> list[int]:
        """The first and the last point of each stretch at which the same would be left.

        Whoever dies between them leaves what who dies at them leaves.
        """
        count = len(self.left)
        return [
            at + 1
            for at in range(count)
            if at in (0, count - 1)
            or self.left[at] != self.left[at - 1]
            or self.left[at] != self.left[at + 1]
        ]

    def firsts(self) -> list[int]:
        """One point of each stretch."""
        return [
            at + 1 for at in range(len(self.left)) if at == 0 or self.left[at] != self.left[at - 1]
        ]


def mapped(stage: Stage) -> Mapped:
    """The points of a run that nothing strikes. The stage goes back to where it was."""
    back = stage.moment()
    points = Mapped(stage=stage)
    assert endings(stage.begin(points=points)) == {"done"}
    assert stage.finished() == []
    back()
    return points


def some(points: list[int], stride: int) -> list[int]:
    """One of so many; all of them with HUBWARDEN_TEST_EVERY=1, which takes minutes more."""
    return points if os.environ.get("HUBWARDEN_TEST_EVERY") else points[::stride]


def _digest(stage: Stage) -> str:
    world = stage.azure.world
    resources = [
        (one.etag, one.content, one.change, sorted(one.devices), sorted(one.enrollments))
        for one in world.resources.values()
    ]
    vaults = [vault.store.secrets for vault in world.vaults.values()]
    lines = [path.read_bytes() for path in sorted(stage.journals.glob("*"))]
    # `repr` leaves the keys out, the etags and ids of versions do not.
    return hashlib.sha256(repr((resources, vaults, lines)).encode()).hexdigest()
