"""D1 and D3: SIGKILL at the lines of the journal and on both sides of every request."""

from __future__ import annotations

import signal
import sys
from functools import partial

import pytest
from tests.cli.furnished import DPS
from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.killing import died, mapped, some
from tests.cli.rotation.drills.stage import Stage, declared, endings

SHARES = 2


def judged(stage: Stage, where: str, writes: int = 2) -> None:
    """As if nothing had struck: one new version a secret, one write of a key too many at most."""
    assert stage.finished() == [], where
    assert set(stage.versions().values()) == {2}, where
    assert stage.writes() <= writes + 1, where
    for one in stage.declared:
        assert stage.enabled(one.vault, one.secret) == 1, where


@pytest.mark.parametrize("share", range(SHARES))
def test_a_run_may_be_killed_anywhere(staged: Staged, share: int) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    edges = points.edges()
    sys.stdout.write(f"{len(points.names)} points, {len(edges)} edges of what they leave\n")
    assert len(edges) > 60
    for at in some(edges[share::SHARES], 5):
        back()
        assert died(partial(Stage.begin, stage, None, "r1"), at), at
        assert endings(stage.resume()) <= {"done"}, at
        judged(stage, f"killed at point {at}, {points.names[at - 1]}")


def test_a_run_over_a_dps_may_be_killed_anywhere(staged: Staged) -> None:
    stage = staged(declared("enroller", DPS), lro="200", dps_if_match="ignored")
    back, points = stage.moment(), mapped(stage)
    for at in some(points.edges(), 6):
        back()
        assert died(partial(Stage.begin, stage, None, "r1"), at)
        assert endings(stage.resume()) <= {"done"}, at
        judged(stage, f"killed at point {at}, {points.names[at - 1]}")


def test_a_resume_may_be_killed_again_and_again(staged: Staged) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    for at in some(points.firsts(), 12):
        back()
        assert died(partial(Stage.begin, stage, None, "r1"), at)
        deaths = 0
        # Each one gets a little further than who comes to nothing: 23 points a life.
        while deaths < 3 and died(partial(Stage.resume, stage, "r1"), 23 + deaths):
            deaths += 1
        assert endings(stage.resume()) <= {"done"}, at
        judged(stage, f"killed at point {at} and {deaths} times more", 3)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_may_be_told_to_end(staged: Staged, number: signal.Signals) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    handler = signal.signal(number, signal.SIG_DFL)
    try:
        for at in some(points.firsts(), 20):
            back()
            assert died(partial(Stage.begin, stage, None, "r1"), at, number)
            assert endings(stage.resume()) <= {"done"}, at
            judged(stage, f"ended at point {at}")
    finally:
        signal.signal(number, handler)
