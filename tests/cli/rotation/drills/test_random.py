"""D19: runs with whatever comes, drawn by hypothesis: faults, kills, deployments beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.killing import died
from tests.cli.rotation.drills.points import Points
from tests.cli.rotation.drills.stage import Stage, declared, endings
from tests.drawn import drawn

from hubwarden_cli.azure.arm import HUB_API
from hubwarden_cli.azure.failures import Failure
from hubwarden_cli.local_azure.faults import PASSING, Fault, Scripted
from hubwarden_cli.rotation.hands import Hands

DRAWN = drawn(6, HealthCheck.function_scoped_fixture)
POINTS = some.integers(1, 150)
HAPPENS = some.one_of(
    some.tuples(some.just("killed"), POINTS),
    some.tuples(some.just("deployed"), POINTS),
    some.tuples(
        some.just("fault"),
        some.builds(
            Fault,
            kind=some.sampled_from(PASSING),
            method=some.sampled_from([".*", "PUT", "GET", "PATCH"]),
            path=some.sampled_from(["", "/IotHubs/", "/secrets/", "/provisioningServices/"]),
            at=some.integers(1, 12),
            times=some.integers(1, 3),
        ),
    ),
    some.tuples(some.just("forgotten"), some.none()),
    some.tuples(some.just("waited"), some.integers(1, 30_000)),
)


def deployed(stage: Stage) -> None:
    """A program writes the whole hub, with a tag, a policy of its own, and no word of keys."""
    access = stage.access()
    hub = stage.declared[0].id
    found = access.arm.get(hub, HUB_API)
    body = dict(found.body)
    body["tags"] = {"release": str(stage.clock.now())}
    body["properties"] = {**body["properties"]}
    try:
        access.arm.put(hub, HUB_API, body, None)
    except Failure:
        return  # It has to deploy again, which is no matter of a rotation.


def happen(stage: Stage, what: str, more: Any) -> None:
    match what:
        case "killed":
            # A death in a test of faults: whether it came to its end does not matter here.
            try:
                died(partial(Stage.resume, stage, "r1"), more)
            except AssertionError:
                return
        case "deployed":
            attempt(partial(stage.resume, points=Points(more, partial(deployed, stage))))
        case "fault":
            stage.azure.fail(more)
            attempt(stage.resume)
        case "forgotten":
            (stage.journals / "r1.jsonl").unlink(missing_ok=True)
        case "waited":
            stage.clock.sleep(more)


def attempt(run: Callable[[], Any]) -> set[str]:
    """How it ended. What Azure did not let it do it does later."""
    try:
        return endings(run())
    except Failure:
        return {"later"}


@contextmanager
def calm(stage: Stage) -> Iterator[None]:
    """No fault that was still to come comes."""
    assert isinstance(stage.azure.faults, Scripted)
    stage.azure.faults.faults.clear()
    stage.azure.faults._seen.clear()  # noqa: SLF001 (of the fault that has the place now)
    yield


def lived(stage: Stage, events: list[tuple[str, Any]]) -> None:
    """All of it happens to one run, which then comes to its end."""
    for what, more in events:
        happen(stage, what, more)
        assert stage.oracle.harm == [], what
    with calm(stage):
        for _ in range(5):
            if attempt(stage.resume) <= {"done"}:
                break
        assert stage.finished() == []


def test_whatever_comes_harms_nobody(staged: Staged) -> None:
    stage = staged(lro="200")
    back = stage.moment()

    @DRAWN
    @given(some.lists(HAPPENS, min_size=1, max_size=4))
    def drawn(events: list[tuple[str, Any]]) -> None:
        with calm(stage):
            back()
        lived(stage, events)

    drawn()


def test_the_draw_finds_a_run_without_grace(
    staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = staged(declared(), lro="200")
    back, go = stage.moment(), stage.go
    monkeypatch.setattr(stage, "go", partial(go, hands=partial(Hands, grace=False)))

    # It is enough that it is found; nobody needs the smallest case.
    @settings(DRAWN, phases=(Phase.generate,))
    @given(some.lists(HAPPENS, min_size=1, max_size=3))
    def drawn(events: list[tuple[str, Any]]) -> None:
        with calm(stage):
            back()
        lived(stage, events)

    with pytest.raises(AssertionError):
        drawn()
    assert stage.oracle.harm
