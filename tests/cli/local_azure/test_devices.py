"""Devices that register all the time: they judge the link of a DPS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

import pytest
from tests.cli.local_azure.test_processes import OTHER_KEY, child, replace_primary, until

from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.consumer import Consumer
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.use import verdict
from hubwarden_cli.local_azure.world import Link

DEVICE_KEY = "cGxhbnRlZC1kZXZpY2Uta2V5LW9mLTMyLWJ5dGVzLi4="


@pytest.fixture
def azure() -> Iterator[LocalAzure]:
    """In real time, with a device that is enrolled."""
    with LocalAzure(behaviour=Behaviour(lro="200")) as azure:
        azure.world.add_hub("one")
        dps = azure.world.add_dps("two", [Link("one", "iothubowner")])
        keys = {"primaryKey": DEVICE_KEY, "secondaryKey": DEVICE_KEY}
        dps.enrollments["planted"] = {"attestation": {"symmetricKey": keys}}
        azure.add_vault("v")
        where = azure.endpoints()
        vault = Vault(where.vault("v"), azure.credential, where.verify, where.verify_challenge)
        vault.set("planted", Key(DEVICE_KEY), {})
        yield azure


def device(azure: LocalAzure) -> list[dict[str, object]]:
    where, dps = azure.endpoints(), azure.world.named("dps", "two")
    assert dps
    one = Consumer(
        name="device",
        vault=where.vault("v"),
        secret="planted",
        url=where.registrations("two").url,
        host=dps.id_scope,
        policy="planted",
        ca=where.ca,
        kind="device",
        rate=20,
    )
    return [asdict(one)]


def test_a_device_is_served_while_the_link_holds(
    azure: LocalAzure, environ: dict[str, str]
) -> None:
    with child(".consumer", device(azure), environ) as running:
        running.says(lambda line: "ready" in line)
        (end,) = running.end()
    assert end["served"] > 0
    assert (end["refused"], end["failed"]) == (0, 0)
    hub = azure.world.named("hub", "one")
    assert hub
    assert list(hub.devices) == ["planted"]


def test_it_notices_that_the_key_of_the_link_was_replaced(
    azure: LocalAzure, environ: dict[str, str]
) -> None:
    """Its own key is as good as before, and the DPS answers 200."""
    with child(".consumer", device(azure), environ) as running:
        running.says(lambda line: "ready" in line)
        replace_primary(azure, OTHER_KEY)
        assert running.says(lambda line: line.get("event") == "refused")["consumer"] == "device"
        calls = len(azure.log.entries(part="/register"))
        until(lambda: len(azure.log.entries(part="/register")) > calls)
        (end,) = [line for line in running.end() if line["event"] == "end"]
    assert end["refused"] >= 1


@pytest.mark.parametrize(
    ("status", "body", "wanted"),
    [
        (200, b'{"status": "assigned"}', "served"),
        (200, b'{"status": "failed"}', "refused"),
        (401, b"", "refused"),
        (429, b"", "failed"),
        (0, b"", "failed"),
    ],
)
def test_what_an_answer_says_of_a_device(status: int, body: bytes, wanted: str) -> None:
    assert verdict("device", status, body) == wanted
