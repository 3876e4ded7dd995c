"""D4: a runner that is stopped for longer than its lease lives, and wakes when others are done."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.killing import mapped
from tests.cli.rotation.drills.leases import OneLease
from tests.cli.rotation.drills.points import Points
from tests.cli.rotation.drills.stage import Stage, endings

from hubwarden_cli.azure.lease import DURATION
from hubwarden_cli.rotation.lock import Taken, locked
from hubwarden_cli.rotation.prepare import unfinished

CONFLICT, LATER = 5, 75
# Where a runner had asked for its lock, and was about to write.
WRITES = (
    "PUT .*/secrets/hub-link--pending",
    "PUT .*/IotHubs/contoso$",
    "PUT .*/secrets/hub-link/?$",
    "PUT .*/provisioningServices/enrol$",
    "PATCH .*/secrets/hub-link/",
)


def ran(stage: Stage, lease: OneLease | None, points: Points) -> int:
    """The exit code of a runner that holds the lease; without one it holds nothing."""
    if lease is None:
        return _code(endings(stage.begin(points=points)))
    service: Any = lease
    ids = [one.id for one in stage.declared]
    try:
        with locked(ids, stage.journals, service, stage.clock.now) as stage.lock:
            return _code(endings(stage.begin(points=points)))
    except Taken:
        return CONFLICT


def _code(ended: set[str]) -> int:
    return {"done": 0, "conflict": CONFLICT, "later": LATER}["".join(ended)]


def stopped(stage: Stage, lease: OneLease | None, at: int) -> int:
    """A process that runs and was stopped at that point."""
    child = os.fork()
    if child == 0:
        code = 3
        try:
            code = ran(stage, lease, Points(at, lambda: os.kill(os.getpid(), signal.SIGSTOP)))
        finally:
            os._exit(code)
    _, status = os.waitpid(child, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "it ended before"
    return child


def woken(child: int) -> int:
    """How it ended, once it was let go on."""
    os.kill(child, signal.SIGCONT)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def taken_over(stage: Stage, lease: OneLease | None, folder: Path) -> Stage:
    """Another machine, which knows the vaults alone, ends what was begun, and rotates once more."""
    other = replace(stage, folder=folder)
    other.oracle = stage.oracle
    service: Any = lease
    with locked([one.id for one in stage.declared], other.journals, service, stage.clock.now) as it:
        other.lock = it
        begun = "r1" if "r1" in unfinished(other.access(), stage.declared) else "r2"
        assert endings(other.resume(begun)) <= {"done"}
        stage.clock.sleep(100 * 86400)
        assert endings(other.begin(other.plan(all=True), "r3")) == {"done"}
    assert other.finished() == []
    return other


def written(stage: Stage, since: int) -> list[str]:
    return [
        f"{one.method} {one.path}"
        for one in stage.azure.log.entries()[since:]
        if one.method in {"PUT", "PATCH", "DELETE"}
    ]


def last(points: Points, wanted: str) -> int:
    """The last point before such a request, or after such a line."""
    return max(at for at, name in enumerate(points.names, 1) if re.search(wanted, name))


def test_who_was_stopped_writes_nothing_after_another_took_over(
    staged: Staged, tmp_path: Path
) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    wanted = [f"^before {one}" for one in WRITES] + ["^after published$"]
    for at in (last(points, one) for one in wanted):
        back()
        lease = OneLease(stage.clock)
        child = stopped(stage, lease, at)
        stage.clock.sleep(DURATION + 1)
        other = taken_over(stage, lease, tmp_path / f"other-{at}")
        since = len(stage.azure.log.entries())
        assert woken(child) in {CONFLICT, LATER}, points.names[at - 1]
        assert written(stage, since) == [], points.names[at - 1]
        assert other.finished() == [], points.names[at - 1]


def test_it_sees_what_a_stopped_runner_does_that_holds_nothing(
    staged: Staged, tmp_path: Path
) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    back()
    child = stopped(stage, None, last(points, f"^before {WRITES[2]}"))
    taken_over(stage, None, tmp_path / "other")
    since = len(stage.azure.log.entries())
    woken(child)
    assert written(stage, since)
    assert stage.oracle.harm, "consumers were given a key that is gone"
