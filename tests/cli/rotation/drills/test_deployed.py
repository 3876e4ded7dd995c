"""Deployments beside a run: Pulumi reads the primary key, and writes it into the link of a DPS."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.killing import mapped, some
from tests.cli.rotation.drills.points import Points
from tests.cli.rotation.drills.stage import Stage, endings

from hubwarden_cli.local_azure.faults import Fault
from hubwarden_cli.local_azure.world import Link

LINK = "/provisioningServices/enrol"
HUB = "/IotHubs/contoso"


def deployed(stage: Stage) -> None:
    """An `up` that writes the DPS as its program has it."""
    world = stage.azure.world
    with world.lock:
        dps = world.named("dps", "enrol")
        assert dps
        body = dps.stored
        body["properties"]["iotHubs"][0]["connectionString"] = world.connection_string(
            Link("contoso", "link")
        )
        dps.content = replace(dps.content, body=body)
        dps.etag = world.etag()


def puts(points: Points, path: str) -> list[int]:
    """The points right before each write of it."""
    return [
        at
        for at, name in enumerate(points.names, 1)
        if name.startswith("before PUT") and name.endswith(path)
    ]


def test_a_deployment_refuses_nobody_until_the_last_push(staged: Staged) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    before = [at for at in puts(points, LINK) if at < puts(points, HUB)[-1]]
    last = before[-1]
    assert len(before) > 2, "the link is pushed before the old key goes"
    assert puts(points, LINK)[-1] > puts(points, HUB)[-1], "and after"
    early = [at for at in points.firsts() if at < last]
    for at in (*some(early, 9), early[-1], last):
        back()
        assert endings(stage.begin(points=Points(at, partial(deployed, stage)))) == {"done"}
        assert stage.finished() == [], points.names[at - 1]


def test_what_remains_is_a_deployment_between_the_push_and_the_retirement(staged: Staged) -> None:
    """As the documentation says; and the judge of the drill above sees it. The run mends it."""
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    back()
    stage.begin(points=Points(puts(points, HUB)[-1], partial(deployed, stage)))
    assert any("link of enrol is refused" in harm for harm in stage.oracle.harm)
    stage.oracle.forget()
    assert stage.finished() == []


def test_a_link_that_cannot_be_pushed_keeps_the_old_key(staged: Staged) -> None:
    """The DPS takes no write any more when the grace is over."""
    stage = staged(lro="200")
    stage.pace = replace(stage.pace, stall=300)
    back, points = stage.moment(), mapped(stage)
    back()
    old = stage.azure.world.policy("hub", "contoso", "link").primary

    def locked() -> None:
        deployed(stage)
        stage.azure.fail(Fault("409", "PUT", "/provisioningServices/enrol$", times=100_000))

    at = points.names.index("after grace") + 1
    assert endings(stage.begin(points=Points(at, locked))) == {"later"}
    now = stage.azure.world.policy("hub", "contoso", "link")
    assert old in (now.primary, now.secondary)
    assert stage.oracle.harm == []
