"""The clients of rotation as guests of the double."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hubwarden_cli.azure.arm import HUB_API, Arm, Status
from hubwarden_cli.azure.failures import (
    Busy,
    Failure,
    Missing,
    Stale,
    Unanswered,
    Unreachable,
)
from hubwarden_cli.azure.identity import who
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.local_azure.credential import OBJECT, TENANT, LocalCredential
from hubwarden_cli.local_azure.faults import Fault
from hubwarden_cli.local_azure.local import LocalAzure

Double = Callable[..., LocalAzure]


def test_a_whole_write_as_rotation_does_it(double: Double) -> None:
    azure = double(lro_seconds=30)
    hub = azure.world.add_hub("one", properties={"unknown": {"kept": 1}})
    arm = Arm(azure.endpoints(), azure.credential)
    read = arm.get(hub.id, HUB_API)
    policies = arm.post(hub.id, "listkeys", HUB_API)["value"]
    policies[0]["secondaryKey"] = policies[0]["primaryKey"]
    body = {**read.body}
    body["properties"] = {**body["properties"], "authorizationPolicies": policies}
    operation = arm.put(hub.id, HUB_API, body, read.etag)
    assert operation is not None
    assert arm.operation(operation.path) is Status.RUNNING
    with pytest.raises(Busy) as busy:
        arm.put(hub.id, HUB_API, body, None)
    assert busy.value.code == "409002"
    azure.clock.sleep(30)
    assert arm.operation(operation.path) is Status.SUCCEEDED
    assert arm.post(hub.id, "listkeys", HUB_API)["value"] == policies
    assert arm.get(hub.id, HUB_API).body["properties"]["unknown"] == {"kept": 1}
    with pytest.raises(Stale) as stale:
        arm.put(hub.id, HUB_API, body, read.etag)
    assert stale.value.code == "412001"
    assert len(azure.log.entries("PUT")) == 3


def test_a_lost_answer_is_an_unknown_outcome(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one")
    azure.fail(Fault("cut_after", method="PUT"))
    arm = Arm(azure.endpoints(), azure.credential)
    read = arm.get(hub.id, HUB_API)
    with pytest.raises(Unanswered):
        arm.put(hub.id, HUB_API, read.body, read.etag)
    assert arm.get(hub.id, HUB_API).etag != read.etag
    assert len(azure.log.entries("PUT")) == 1


def test_pages_are_followed(double: Double) -> None:
    azure = double(page=2)
    hubs = [azure.world.add_hub(name) for name in ("a", "b", "c")]
    arm = Arm(azure.endpoints(), azure.credential)
    path = f"/subscriptions/{hubs[0].id.subscription}/providers/Microsoft.Devices/IotHubs"
    pages = list(arm.list(path, HUB_API))
    assert [[item["name"] for item in page] for page in pages] == [["a", "b"], ["c"]]


def test_two_vaults_are_two_addresses(double: Double) -> None:
    azure = double()
    azure.add_vault("v")
    azure.add_vault("w")
    where = azure.endpoints()
    clients = [
        Vault(where.vault(name), azure.credential, where.verify, where.verify_challenge)
        for name in ("v", "w")
    ]
    clients[0].set("a", Key("planted"), {})
    assert clients[0].current("a") is not None
    assert clients[1].current("a") is None


def test_an_address_that_is_not_there_is_a_sentence(double: Double) -> None:
    where = double().endpoints()
    with pytest.raises(ValueError, match="The double has no vault 'absent'"):
        where.vault("absent")
    with pytest.raises(ValueError, match="The double has no blob service"):
        where.blob("absent")
    assert double().endpoints(blobs="http://127.0.0.1:1").blob("a") == "http://127.0.0.1:1/a"


def test_tokens_say_who_one_is(double: Double) -> None:
    where = double().endpoints()
    person = who(LocalCredential("ada@localhost"), where)
    assert (person.tenant, person.object_id, person.name, person.is_person) == (
        TENANT,
        OBJECT,
        "ada@localhost",
        True,
    )
    assert not who(LocalCredential("7e57aaaa-0000-4000-8000-000000000003"), where).is_person


def test_a_double_that_is_closed_is_gone(tmp_path: Path) -> None:
    azure = LocalAzure(folder=tmp_path)
    hub = azure.world.add_hub("one")
    arm = Arm(azure.endpoints(), azure.credential)
    read = arm.get(hub.id, HUB_API)
    azure.close()
    with pytest.raises(Failure):
        arm.put(hub.id, HUB_API, read.body, None)
    with pytest.raises(Unreachable):
        Arm(azure.endpoints(), azure.credential).put(hub.id, HUB_API, read.body, None)


def test_what_nobody_made_is_missing(double: Double) -> None:
    azure = double()
    there = azure.world.add_hub("one")
    arm = Arm(azure.endpoints(), azure.credential)
    with pytest.raises(Missing):
        arm.get(type(there.id).parse(f"{there.id.path}x"), HUB_API)
