"""Leases against a real blob service: who gets in, who does not, and whose epoch is higher."""

from __future__ import annotations

import hashlib
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from azure.storage.blob import BlobClient, BlobLeaseClient, ContainerClient
from tests.azurite.running import API_VERSION, Azurite

from hubwarden_cli.azure.failures import Missing
from hubwarden_cli.azure.lease import Held, Lease, LeaseTaken
from hubwarden_cli.azure.resource_id import ResourceId

HUB = ResourceId("7e57aaaa-0000-4000-8000-0000000000aa", "rg", "Microsoft.Devices/IotHubs", "one")
OTHER = ResourceId(HUB.subscription, "rg", HUB.provider_type, "two")


@pytest.fixture
def container(azurite: Azurite) -> ContainerClient:
    made = ContainerClient.from_container_url(
        f"{azurite.url}/{uuid.uuid4().hex}", azurite.credential, api_version=API_VERSION
    )
    made.create_container()
    return made


def runner(azurite: Azurite, container: ContainerClient) -> Lease:
    return Lease(
        f"{azurite.url}/{container.container_name}", azurite.credential, api_version=API_VERSION
    )


def blob_of(container: ContainerClient, resource: ResourceId) -> BlobClient:
    digest = hashlib.sha256(resource.path.casefold().encode()).hexdigest()[:32]
    return container.get_blob_client(f"rotation/iothubs/{digest}")


def lapse(container: ContainerClient, resource: ResourceId) -> None:
    """As if 60 seconds had passed: an operator breaks the lease."""
    BlobLeaseClient(blob_of(container, resource)).break_lease(lease_break_period=0)


def expired(container: ContainerClient, resource: ResourceId) -> bool:
    return bool(blob_of(container, resource).get_blob_properties().lease.state == "expired")


def test_one_of_eight_runners_wins(azurite: Azurite, container: ContainerClient) -> None:
    together = threading.Barrier(8)

    def attempt(_: int) -> Held | None:
        lease = runner(azurite, container)
        together.wait()
        try:
            return lease.acquire(HUB)
        except LeaseTaken:
            return None

    with ThreadPoolExecutor(8) as pool:
        held = [one for one in pool.map(attempt, range(8)) if one is not None]
    assert [one.epoch for one in held] == [1]


def test_another_resource_is_another_lease(azurite: Azurite, container: ContainerClient) -> None:
    lease = runner(azurite, container)
    lease.acquire(HUB)
    lease.acquire(OTHER)


def test_ids_that_differ_in_case_are_one_lease(
    azurite: Azurite, container: ContainerClient
) -> None:
    runner(azurite, container).acquire(HUB)
    shouted = ResourceId(HUB.subscription, "RG", "microsoft.devices/iothubs", "ONE")
    with pytest.raises(LeaseTaken):
        runner(azurite, container).acquire(shouted)


def test_released_means_free_and_the_epoch_grows(
    azurite: Azurite, container: ContainerClient
) -> None:
    epochs = []
    for _ in range(3):
        held = runner(azurite, container).acquire(HUB)
        epochs.append(held.epoch)
        held.release()
    assert epochs == [1, 2, 3]
    assert blob_of(container, HUB).get_blob_properties().metadata["epoch"] == "3"


def test_a_renewed_lease_stays_ours(azurite: Azurite, container: ContainerClient) -> None:
    held = runner(azurite, container).acquire(HUB)
    held.renew()
    with pytest.raises(LeaseTaken):
        runner(azurite, container).acquire(HUB)


def test_a_broken_lease_cannot_be_renewed(azurite: Azurite, container: ContainerClient) -> None:
    held = runner(azurite, container).acquire(HUB)
    lapse(container, HUB)
    with pytest.raises(LeaseTaken):
        held.renew()


def test_whoever_lost_the_lease_cannot_renew_and_harms_nobody(
    azurite: Azurite, container: ContainerClient
) -> None:
    first = runner(azurite, container).acquire(HUB)
    lapse(container, HUB)
    second = runner(azurite, container).acquire(HUB)
    assert second.epoch > first.epoch
    with pytest.raises(LeaseTaken):
        first.renew()
    first.release()
    second.renew()


def test_an_expired_lease_is_the_next_runners(
    azurite: Azurite, container: ContainerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever slept past its end may go on only where nobody came in between."""
    # The shortest that the service lends.
    monkeypatch.setattr("hubwarden_cli.azure.lease.DURATION", 15)
    sleeper = runner(azurite, container)
    taken, alone = sleeper.acquire(HUB), sleeper.acquire(OTHER)
    until = time.monotonic() + 40
    while not all(expired(container, resource) for resource in (HUB, OTHER)):
        assert time.monotonic() < until, "the leases never ended"
        time.sleep(0.5)
    alone.renew()
    successor = runner(azurite, container).acquire(HUB)
    assert successor.epoch > taken.epoch
    with pytest.raises(LeaseTaken):
        taken.renew()


def test_a_write_under_a_lost_lease_is_refused(
    azurite: Azurite, container: ContainerClient
) -> None:
    runner(azurite, container).acquire(HUB)
    blob = blob_of(container, HUB)
    with pytest.raises(Exception, match="LeaseIdMissing"):
        blob.set_blob_metadata({"epoch": "99"})
    assert blob.get_blob_properties().metadata["epoch"] == "1"


def test_no_container_is_a_sentence(azurite: Azurite) -> None:
    lease = Lease(f"{azurite.url}/absent", azurite.credential, api_version=API_VERSION)
    with pytest.raises(Missing, match="There is no container 'absent'"):
        lease.acquire(HUB)
