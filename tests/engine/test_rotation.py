"""The whole way: Pulumi deploys, hubwarden checks and rotates, Pulumi deploys again.

azure-native writes a hub as a whole and lists its policies without their keys. What Azure does with
such a policy nobody outside knows, so that the double does both.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.engine.deploying import Engine, copy_shipped
from tests.engine.rotating import GRACE, LINK, Plant, Quick
from tests.engine.users import Users

from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.world import SUBSCRIPTION
from hubwarden_cli.rotation.adopt import Adopted
from hubwarden_cli.rotation.result import Later, Result
from hubwarden_cli.rotation.step import Ending, Stop

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def planted(engine: Engine, tmp_path: Path) -> Iterator[Callable[..., Plant]]:
    """`planted(name=value)`: names of `Behaviour`'s. A deployed stack whose keys are in use."""
    with ExitStack() as stack:

        def make(**behaviour: Any) -> Plant:
            azure = stack.enter_context(LocalAzure(0, Behaviour(**behaviour)))
            where = azure.endpoints()
            made = engine.deployment(copy_shipped(tmp_path / "hubwarden"))
            arm = {
                "AZURE_STAND_IN_ARM": f"{where.arm}/subscriptions/{SUBSCRIPTION}",
                "AZURE_STAND_IN_ARM_CA": where.ca,
            }
            deployment = replace(made, environ={**made.environ, **arm})
            return Plant(deployment, azure, Quick(azure, tmp_path, GRACE), Users(azure))

        yield make


def allow(plant: Plant, hubwarden: Command) -> None:
    """What a team signs that gives a service a key: both policies, and that keys are accepted."""
    project = plant.deployment.project
    settings = project / "hubwarden.toml"
    listed = f'[allow]\nhub_policies = ["{LINK}", "service"]\n'
    settings.write_text(f"{settings.read_text('utf-8')}\n{listed}", "utf-8")
    checked = hubwarden("check", "--stack", "dev", "--format", "json", cwd=project)
    (finding,) = json.loads(checked.stdout)["findings"]
    assert finding["rule"] == "hub-local-auth"
    expires = datetime.now(UTC).date() + timedelta(days=30)
    waived = hubwarden(
        *("waivers", "add", finding["fingerprint"], "--stack", "dev", "--owner", "line 1"),
        *("--reason", "the service cannot use roles yet", "--expires", f"{expires}"),
        cwd=project,
    )
    assert waived.returncode == 0, waived.stderr


def done(result: Result) -> bool:
    """Whether every rotation of a run came to its end."""
    return all(isinstance(one, Stop) and one.ending is Ending.DONE for one in endings(result))


def endings(result: Result) -> list[Stop | Later]:
    return list(result.endings.values())


def test_from_deployment_to_deployment(planted: Callable[..., Plant], hubwarden: Command) -> None:
    plant = planted(keyless_policies="kept")
    allow(plant, hubwarden)
    checked = hubwarden("check", "--stack", "dev", cwd=plant.deployment.project)
    assert checked.returncode == 0, checked.stdout

    plant.use()
    deployed = plant.linked
    assert done(plant.rotate())
    rotated = {name: plant.policy(name).primary for name in (LINK, "service")}
    assert plant.linked == rotated[LINK] == plant.published(LINK) != deployed
    assert rotated["service"] == plant.published("service")

    # The state holds the key of the last deployment: the DPS is written, with what it has.
    hub, dps = plant.writes("hub"), plant.writes("dps")
    assert "~ 1 updated" in plant.up()
    assert (plant.writes("hub"), plant.writes("dps")) == (hub, dps + 1)
    assert plant.linked == rotated[LINK]

    assert "~ 1 updated" in plant.up(line="2")
    assert (plant.writes("hub"), plant.writes("dps")) == (hub + 1, dps + 1)
    assert plant.tagged("hub") == "2"
    assert {name: plant.policy(name).primary for name in rotated} == rotated
    again = plant.deployment.up("--refresh", "--expect-no-changes")
    assert again.returncode == 0, again.stdout

    plant.users.look("the end")
    assert plant.users.refused == []
    gone = plant.deployment.pulumi("destroy", "--yes", "--skip-preview")
    assert gone.returncode == 0, gone.stdout
    assert plant.azure.world.resources == {}


def test_where_azure_makes_keys_anew_a_deployment_of_the_hub_is_a_rotation_without_grace(
    planted: Callable[..., Plant],
) -> None:
    """It cannot be avoided: a program that sent the keys would choose them, and set old ones again
    after a rotation. What can be had is that everything else refuses nobody, and the way back.
    """
    plant = planted(keyless_policies="regenerated")
    plant.use()
    assert done(plant.rotate())
    plant.up(dps_line="2")
    assert plant.tagged("dps") == "2"
    assert plant.linked == plant.policy(LINK).primary == plant.published(LINK)
    plant.users.look("before the hub is deployed")
    assert plant.users.refused == []

    plant.up(line="2")
    assert plant.policy("service").primary != plant.published("service")
    during = {one.who for one in plant.users.refused}
    assert during == {"the link", "who reads anew", "who keeps it"}
    # The program reads the new key after that and links the DPS by it, for consumers nobody does.
    plant.users.refused.clear()
    plant.users.look("after the deployment")
    assert {one.who for one in plant.users.refused} == {"who reads anew", "who keeps it"}

    assert plant.site.adopt(*plant.declared()) == [Adopted.PUBLISHED] * 2
    plant.azure.clock.sleep(GRACE.total_seconds())
    plant.users.refused.clear()
    plant.users.look("after the adoption")
    assert plant.users.refused == []


def test_a_deployment_within_the_grace_refuses_nobody(planted: Callable[..., Plant]) -> None:
    """The program reads the primary key, which is the old one until it is retired, and links the
    DPS by it. The run puts the link back on the published key before it takes the old one away.
    """
    plant = planted()
    plant.use()
    waiting = plant.rotate(wait=0)
    assert all(isinstance(one, Later) for one in endings(waiting))
    plant.up(line="2")
    assert plant.linked == plant.published(LINK) == plant.policy(LINK).secondary
    plant.up(dps_line="2")
    assert plant.linked == plant.policy(LINK).primary != plant.published(LINK)
    plant.users.look("after the deployments")
    assert plant.users.refused == []

    assert done(plant.site.resume())
    assert plant.linked == plant.published(LINK)
    plant.up()
    assert plant.linked == plant.published(LINK)
    plant.users.look("after the next deployment")
    assert plant.users.refused == []
