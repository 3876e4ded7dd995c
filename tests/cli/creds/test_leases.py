"""Two machines and one hub: the commands with leases of a real blob service, Azurite.

Machines are folders here, so that no lock on a file keeps them apart. Time is virtual but for the
leases, which live by the blob service's.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from azure.storage.blob import BlobLeaseClient, ContainerClient
from tests.azurite.running import ACCOUNT, API_VERSION, Azurite
from tests.cli.creds.place import DAY, LINK, SERVICE, Ended, Place, closed_port, on_arrival
from tests.cli.furnished import HUB

from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.rotation.access import Access

CONSENT = "--yes-i-accept-outage"


@dataclass
class Machines:
    """`first` has adopted what is declared, and waits for its first rotation."""

    first: Place
    container: ContainerClient

    def another(self, name: str = "second") -> Place:
        """A machine with the same declarations and no journal."""
        folder = self.first.folder / name
        folder.mkdir()
        shutil.copy(self.first.folder / "consumers.toml", folder)
        return Place(self.first.azure, folder, self.first.who, self.first.change)

    def lose(self) -> None:
        """As if 60 seconds had passed for everybody who holds a lease, but for them."""
        for blob in self.container.list_blobs("rotation/iothubs/"):
            client = self.container.get_blob_client(blob.name)
            BlobLeaseClient(client).break_lease(lease_break_period=0)


@pytest.fixture
def machines(place: Place, azurite: Azurite) -> Machines:
    name = uuid.uuid4().hex
    container = ContainerClient.from_container_url(
        f"{azurite.url}/{name}", azurite.credential, api_version=API_VERSION
    )
    container.create_container()
    blobs = azurite.url.removesuffix(f"/{ACCOUNT}")

    def change(access: Access) -> Access:
        return replace(
            access,
            endpoints=place.azure.endpoints(blobs),
            blob_api=API_VERSION,
            blob_credential=azurite.credential,
        )

    place.change = change
    place.declare(SERVICE, LINK, head=f'leases = "{ACCOUNT}/{name}"\n')
    place.adopted()
    return Machines(place, container)


def during(place: Place, at: str, act: Callable[[], object], *words: str) -> Ended:
    """A command in which `act` is called when the double is asked for `at` the first time."""
    on_arrival(place.azure, at, act)
    return place(*words)


def puts(place: Place) -> list[str]:
    """The hubs and DPSs that were written, as often as they were."""
    return [one.path for one in place.azure.log.entries("PUT") if "/providers/" in one.path]


def test_a_run_under_leases_gets_through_and_lets_them_go(machines: Machines) -> None:
    first = machines.first
    done = first("apply", first.planned(), "--wait", "27h", "--json")
    assert done.code == 0, "a DPS needs no --single-runner where there are leases"
    assert '"event": "locked", "epochs": [3, 1]' in done.err
    assert first.keys()[0] in first.current()
    blobs = list(machines.container.list_blobs())
    assert [blob.lease.state for blob in blobs] == ["available"] * 2
    names = " ".join(blob.name for blob in blobs)
    assert "contoso" not in names
    assert "enrol" not in names


def test_a_second_machine_is_refused_while_the_first_is_at_work(machines: Machines) -> None:
    first, second = machines.first, machines.another()
    plan = first.planned()
    refused: list[Ended] = []
    written: list[int] = []

    def meanwhile() -> None:
        written.append(len(first.azure.log.entries("PUT")))
        commands = (("apply", plan), ("adopt",), ("revoke", "--all", CONSENT))
        refused.extend(second(*words) for words in commands)
        written.append(len(first.azure.log.entries("PUT")))

    assert during(first, f"PUT {HUB}", meanwhile, "apply", plan).code == 75
    assert [one.code for one in refused] == [5, 5, 5]
    for one in refused:
        assert "Another runner works on" in one.out
        assert "contoso: wait for it" in one.out
        assert "Traceback" not in one.err
    assert written[0] == written[1] > 0


def test_whoever_lost_the_lease_stops_before_the_next_write(
    machines: Machines, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As one who was asleep: before anything is done the lease is renewed.
    monkeypatch.setattr("hubwarden_cli.rotation.lock._DOUBTFUL", -1)
    first, second = machines.first, machines.another()
    plan, before = first.planned(), first.keys()
    access = second.access()
    place = second.access().lease(f"{ACCOUNT}/{machines.container.container_name}")

    def overtaken() -> None:
        machines.lose()
        place.acquire(ResourceId.parse(HUB))

    done = during(first, "PUT /secrets/hub-service--pending", overtaken, "apply", plan)
    assert done.code == 5, done
    assert "Another runner works on" in done.out
    assert puts(first) == []
    assert first.keys() == before
    assert access.vault("keys").current("hub-service") is not None
    waiting = first("resume")
    assert waiting.code == 5, "the other holds it still"
    machines.lose()
    assert first("resume", "--wait", "27h").code == 0
    assert first.keys()[0] in first.current()


def test_a_machine_goes_on_where_another_died(machines: Machines) -> None:
    first = machines.first
    assert first("apply", first.planned()).code == 75
    second = machines.another()
    assert "(no journal here)" in second("status").out
    first.azure.clock.sleep(1.2 * DAY)
    assert second("resume").code == 0
    assert first("resume").code == 0, "it sees that all is done"
    assert first.keys()[0] in first.current()


def test_a_lease_that_is_not_to_be_had_is_a_sentence(machines: Machines) -> None:
    first = machines.first
    assert f"{ACCOUNT}/{machines.container.container_name} can be read" in first("doctor").out
    plan, before = first.planned(), first.keys()
    machines.container.delete_container()
    for words in (("apply", plan), ("doctor",)):
        done = first(*words)
        assert done.code == 4, done
        assert "There is no container" in done.out
    port, given = closed_port(), first.change
    first.change = lambda access: replace(
        given(access), endpoints=first.azure.endpoints(f"http://127.0.0.1:{port}")
    )
    for words in (("apply", plan), ("doctor",)):
        done = first(*words)
        assert done.code == 4
        assert f"Run inside the network that reaches 127.0.0.1:{port}" in done.out
    assert first.keys() == before
