"""What can go wrong on the way to the double, and what took effect then."""

from __future__ import annotations

import http.client
from collections.abc import Callable
from typing import Any

import pytest
from tests.cli.local_azure.asking import Reply, arm, ask, statistics

from hubwarden_cli.local_azure.behaviour import Quota
from hubwarden_cli.local_azure.faults import Fault, FaultKind, Seeded
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.request_log import Logged
from hubwarden_cli.local_azure.resource import Resource

Double = Callable[..., LocalAzure]


def tagged(azure: LocalAzure, hub: Resource) -> Reply | None:
    """The answer to a write, None where none came that can be read."""
    try:
        return arm(azure, "PATCH", hub, body={"tags": {"written": "yes"}})
    except (OSError, http.client.HTTPException):
        return None


CASES: dict[FaultKind, tuple[int | None, bool]] = {
    "cut_before": (None, False),
    "cut_after": (None, True),
    "500_before": (500, False),
    "500_after": (500, True),
    "401": (401, False),
    "403": (403, False),
    "404": (404, False),
    "409": (409, False),
    "429": (429, False),
    "503": (503, False),
    "slow": (200, True),
    "truncated": (None, True),
}


@pytest.mark.parametrize("kind", CASES)
def test_what_is_answered_and_what_took_effect(double: Double, kind: FaultKind) -> None:
    azure = double()
    hub = azure.world.add_hub("one")
    azure.fail(Fault(kind, method="PATCH", seconds=0.2))
    answer = tagged(azure, hub)
    status, effect = CASES[kind]
    assert (answer.status if answer else None) == status
    assert (hub.stored["tags"] == {"written": "yes"}) is effect
    # It struck once.
    again = tagged(azure, hub)
    assert again is not None
    assert again.status == 200


def test_a_fault_strikes_the_nth_that_matches(double: Double) -> None:
    azure = double()
    one, two = azure.world.add_hub("one"), azure.world.add_hub("two")
    azure.fail(Fault("503", method="GET", path="/IotHubs/one$", at=2, times=2, retry_after=4))
    statuses = []
    for _ in range(4):
        assert arm(azure, "GET", two).status == 200
        assert arm(azure, "POST", one, "/listkeys").status == 200
        statuses.append(arm(azure, "GET", one))
    assert [reply.status for reply in statuses] == [200, 503, 503, 200]
    assert statuses[1].headers["retry-after"] == "4"


def test_seeded_faults_come_again_with_their_seed(double: Double) -> None:
    def struck(seed: int) -> list[Any]:
        azure = double(faults=Seeded(seed, rate=0.4, method="PATCH", most=5))
        hub = azure.world.add_hub("one")
        for _ in range(20):
            tagged(azure, hub)
        return [entry.fault for entry in azure.log.entries("PATCH")]

    first = struck(1)
    assert first == struck(1)
    assert first != struck(2)
    assert sum(fault is not None for fault in first) == 5


def test_a_vault_and_a_data_plane_fail_too(double: Double) -> None:
    azure = double()
    azure.world.add_hub("one")
    azure.add_vault("v")
    azure.fail(Fault("500_after", method="PUT", path="/secrets/a"))
    azure.fail(Fault("429", path="/statistics/", retry_after=2))
    address = f"{azure.endpoints().vault('v')}/secrets/a?api-version=2025-07-01"
    assert ask(azure, "PUT", address, {"value": "planted"}).status == 500
    assert ask(azure, "GET", address).body["value"] == "planted"
    policy = azure.world.policy("hub", "one", "iothubowner")
    assert statistics(azure, "one", policy.name, policy.primary) == 429
    assert statistics(azure, "one", policy.name, policy.primary) == 200


def test_the_log_has_every_request_and_no_secret(double: Double) -> None:
    azure = double()
    hub = azure.world.add_hub("one")
    azure.fail(Fault("cut_after", method="PATCH"))
    arm(azure, "GET", hub, x_ms_client_request_id="planted-id", If_Match='"e"')
    tagged(azure, hub)
    policy = azure.world.policy("hub", "one", "iothubowner")
    statistics(azure, "one", policy.name, policy.primary)
    read, written, used = azure.log.entries()
    assert (read.method, read.path, read.status) == ("GET", hub.id.path, 200)
    assert (read.client_request_id, read.if_match) == ("planted-id", '"e"')
    assert (written.status, written.fault) == (200, "cut_after")
    assert used.path == "/hubs/one/statistics/devices"
    assert [entry.number for entry in azure.log.entries()] == [1, 2, 3]
    assert "SharedAccessSignature" not in repr(azure.log.entries())
    assert azure.log.entries("PATCH") == [written]


def test_a_watcher_sees_a_request_before_and_after_its_effect(double: Double) -> None:
    azure = double()
    hub = azure.world.add_hub("one")
    seen = []

    def watch(phase: str, entry: Logged) -> None:
        seen.append((phase, entry.method, hub.stored["tags"]))

    azure.log.watch(watch)
    tagged(azure, hub)
    assert seen == [("arrived", "PATCH", {}), ("done", "PATCH", {"written": "yes"})]


def test_the_quota_of_resource_manager(double: Double) -> None:
    azure = double(quota=Quota(writes=2, writes_per_second=0.5, reads=1, reads_per_second=1))
    hub = azure.world.add_hub("one")
    left = "x-ms-ratelimit-remaining-subscription-writes"
    # listkeys only reads, and is charged as a write all the same.
    assert arm(azure, "POST", hub, "/listkeys").headers[left] == "1"
    assert arm(azure, "PATCH", hub, body={}).headers[left] == "0"
    refused = arm(azure, "POST", hub, "/listkeys")
    assert (refused.status, refused.headers["retry-after"]) == (429, "3")
    assert arm(azure, "GET", hub).status == 200
    assert arm(azure, "GET", hub).status == 429
    azure.clock.sleep(2)
    assert arm(azure, "POST", hub, "/listkeys").status == 200


def test_the_quota_of_a_data_plane_is_a_matter_of_units(double: Double) -> None:
    azure = double(data_plane_per_minute=2)
    azure.world.add_hub("one")
    azure.world.add_hub("two", units=3)

    def served(hub: str) -> int:
        policy = azure.world.policy("hub", hub, "iothubowner")
        answers = [statistics(azure, hub, policy.name, policy.primary) for _ in range(10)]
        assert set(answers) == {200, 429}
        return answers.count(200)

    assert (served("one"), served("two")) == (2, 6)
    azure.clock.sleep(60)
    assert served("one") == 2


def test_a_queue_before_the_refusal(double: Double) -> None:
    azure = double(data_plane_per_minute=60, data_plane_queue=1.5)
    azure.world.add_hub("one")
    policy, before = azure.world.policy("hub", "one", "iothubowner"), azure.clock.now()
    for _ in range(65):
        assert statistics(azure, "one", policy.name, policy.primary) == 200
    assert 5 <= azure.clock.now() - before < 6


def test_a_client_that_only_connects_holds_up_nobody(double: Double) -> None:
    import socket

    azure = double()
    hub = azure.world.add_hub("one")
    with socket.create_connection(("127.0.0.1", azure.endpoints().port)):
        assert arm(azure, "GET", hub).status == 200
