"""The data planes of the double: what a signature is worth, on which gateway, and when."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from tests.cli.local_azure.asking import Reply, arm, ask, keys, linked, statistics, whole

from hubwarden_cli.azure.data_plane import DpsData, Entra, HubData, Sas
from hubwarden_cli.azure.key import Key
from hubwarden_cli.local_azure import sas
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.resource import Resource

Double = Callable[..., LocalAzure]
CHOSEN = base64.b64encode(b"planted-not-a-credential-32-byte").decode()


def with_secondary(azure: LocalAzure, resource: Resource, key: str) -> None:
    body = whole(azure, resource)
    body["properties"]["authorizationPolicies"][0]["secondaryKey"] = key
    assert arm(azure, "PUT", resource, body=body).status == 200


def test_a_token_signed_elsewhere() -> None:
    """The example in Microsoft's documentation has no expiry of ours: this one was computed by
    openssl dgst -sha256 -hmac planted."""
    key = base64.b64encode(b"planted").decode()
    made = sas.token("one.azure-devices.net", "service", key, 1_800_000_000)
    read = sas.read(made)
    assert read is not None
    assert read.signature == SIGNED_ELSEWHERE
    assert (read.audience, read.expiry, read.policy) == (
        "one.azure-devices.net",
        1_800_000_000,
        "service",
    )


SIGNED_ELSEWHERE = "q67/PqO0qNYSzODZDcMD8Sry4ljqhIy+IHtkPofvcmI="


def test_both_keys_of_a_policy_work_and_others_do_not(double: Double) -> None:
    azure = double()
    policy = keys(azure, azure.world.add_hub("one"))[0]
    for slot in ("primaryKey", "secondaryKey"):
        assert statistics(azure, "one", policy["keyName"], policy[slot]) == 200
    assert statistics(azure, "one", policy["keyName"], CHOSEN) == 401
    assert statistics(azure, "one", "absent", policy["primaryKey"]) == 401


def test_a_token_ends(double: Double) -> None:
    azure = double()
    policy = keys(azure, azure.world.add_hub("one"))[0]
    name, key = policy["keyName"], policy["primaryKey"]
    assert statistics(azure, "one", name, key, until=-1) == 401
    where = azure.endpoints().hub("one")
    signed = sas.token(where.host, name, key, azure.clock.now() + 60)
    path = f"{where.url}/statistics/devices"
    assert ask(azure, "GET", path, authorization=signed).status == 200
    azure.clock.sleep(61)
    assert ask(azure, "GET", path, authorization=signed).status == 401


def test_a_token_is_for_one_host(double: Double) -> None:
    azure = double()
    policy = keys(azure, azure.world.add_hub("one"))[0]
    azure.world.add_hub("two")
    where = azure.endpoints()
    signed = sas.token(
        where.hub("two").host, policy["keyName"], policy["primaryKey"], azure.clock.now() + 60
    )
    path = f"{where.hub('one').url}/statistics/devices"
    assert ask(azure, "GET", path, authorization=signed).status == 401


@pytest.mark.parametrize("header", ["", "SharedAccessSignature planted", "Basic cGxhbnRlZA=="])
def test_what_is_no_token_is_refused(double: Double, header: str) -> None:
    azure = double()
    azure.world.add_hub("one")
    path = f"{azure.endpoints().hub('one').url}/statistics/devices"
    assert ask(azure, "GET", path, authorization=header).status == 401


def test_a_right_is_for_what_it_says(double: Double) -> None:
    azure = double()
    rights = {
        "reads": "RegistryRead",
        "writes": "RegistryWrite",
        "serves": "ServiceConnect",
        "connects": "DeviceConnect",
    }
    azure.world.add_hub("one", rights)
    where = azure.endpoints().hub("one")
    data = HubData(where, azure.endpoints().verify, now=azure.clock.now)
    accepted = {}
    for name in rights:
        held = Sas(name, Key(azure.world.policy("hub", "one", name).primary))
        accepted[name] = (data.statistics(held), data.service_statistics(held))
    assert accepted == {
        "reads": (True, False),
        "writes": (True, False),
        "serves": (False, True),
        "connects": (False, False),
    }


def test_a_dps_asks_for_the_right_to_read_enrollments(double: Double) -> None:
    azure = double()
    rights = {"reads": "EnrollmentRead", "registers": "DeviceConnect"}
    azure.world.add_dps("two", policies=rights)
    data = DpsData(azure.endpoints().dps("two"), azure.endpoints().verify, now=azure.clock.now)
    for name, right in {"reads": True, "registers": False}.items():
        held = Sas(name, Key(azure.world.policy("dps", "two", name).secondary))
        assert data.query_groups(held) is right


def test_an_identity_needs_no_key_even_without_local_auth(double: Double) -> None:
    azure = double()
    hub = azure.world.add_hub("one", properties={"disableLocalAuth": True})
    policy = keys(azure, hub)[0]
    assert statistics(azure, "one", policy["keyName"], policy["primaryKey"]) == 401
    where = azure.endpoints()
    data = HubData(where.hub("one"), where.verify)
    assert data.statistics(Entra(azure.credential, where.cloud.hub_scope))


def test_gateways_learn_a_new_key_one_after_the_other(double: Double) -> None:
    azure = double(lro="200", gateways=5, new_key_lag=100.0)
    hub = azure.world.add_hub("one")
    policy = keys(azure, hub)[0]
    with_secondary(azure, hub, CHOSEN)

    def share(key: str) -> float:
        answers = [statistics(azure, "one", policy["keyName"], key) for _ in range(40)]
        assert set(answers) <= {200, 401}
        return answers.count(200) / len(answers)

    at_first = share(CHOSEN)
    assert 0 < at_first < 0.5
    azure.clock.sleep(60)
    assert at_first < share(CHOSEN) < 1
    azure.clock.sleep(41)
    assert share(CHOSEN) == 1
    assert share(policy["primaryKey"]) == 1


def test_gateways_forget_an_old_key_one_after_the_other(double: Double) -> None:
    azure = double(lro="200", gateways=4, old_key_lag=50.0)
    hub = azure.world.add_hub("one")
    policy = keys(azure, hub)[0]
    old = policy["secondaryKey"]
    with_secondary(azure, hub, CHOSEN)
    answers = {statistics(azure, "one", policy["keyName"], old) for _ in range(40)}
    assert answers == {200, 401}
    azure.clock.sleep(51)
    answers = {statistics(azure, "one", policy["keyName"], old) for _ in range(20)}
    assert answers == {401}
    assert statistics(azure, "one", policy["keyName"], CHOSEN) == 200


def test_a_key_that_comes_back_works_again(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one")
    policy = keys(azure, hub)[0]
    for key in (CHOSEN, policy["secondaryKey"]):
        with_secondary(azure, hub, key)
    assert statistics(azure, "one", policy["keyName"], policy["secondaryKey"]) == 200
    assert statistics(azure, "one", policy["keyName"], CHOSEN) == 401


def test_devices_are_written_with_the_right_to(double: Double) -> None:
    azure = double()
    azure.world.add_hub("one")
    where = azure.endpoints().hub("one")

    def as_policy(policy: str, method: str) -> int:
        key = azure.world.policy("hub", "one", policy).primary
        signed = sas.token(where.host, policy, key, azure.clock.now() + 60)
        path = f"{where.url}/devices/lamp?api-version=2021-04-12"
        body = {"status": "enabled"} if method == "PUT" else None
        return ask(azure, method, path, body, authorization=signed).status

    assert as_policy("registryRead", "PUT") == 401
    assert as_policy("registryReadWrite", "PUT") == 200
    assert as_policy("registryRead", "GET") == 200
    assert as_policy("registryReadWrite", "DELETE") == 204
    assert as_policy("registryRead", "GET") == 404


def register(azure: LocalAzure, dps: Resource, name: str = "canary") -> Reply:
    """A canary enrolls, asks for its hub, and goes."""
    where = azure.endpoints().dps(dps.id.name)
    enrolled = ask(azure, "PUT", f"{where.url}/enrollments/{name}", {"attestation": {}})
    key = enrolled.body["attestation"]["symmetricKey"]["primaryKey"]
    audience = f"{dps.id_scope}/registrations/{name}"
    signed = sas.token(audience, "registration", key, azure.clock.now() + 60)
    path = f"{where.url}/{dps.id_scope}/registrations/{name}/register"
    reply = ask(azure, "POST", path, {"registrationId": name}, authorization=signed)
    gone = ask(azure, "DELETE", f"{where.url}/enrollments/{name}")
    assert (enrolled.status, gone.status) == (200, 204)
    return reply


def test_a_link_is_proved_by_a_canary(double: Double) -> None:
    azure = double()
    hub, dps = linked(azure)
    reply = register(azure, dps)
    assert reply.body["status"] == "assigned"
    assert reply.body["registrationState"]["assignedHub"] == hub.host
    assert "canary" in hub.devices


def test_a_link_with_a_key_that_was_replaced_gives_no_hub(double: Double) -> None:
    azure = double(lro="200")
    hub, dps = linked(azure)
    body = whole(azure, hub)
    link = body["properties"]["authorizationPolicies"][1]
    assert link["keyName"] == "link"
    link["primaryKey"] = CHOSEN
    arm(azure, "PUT", hub, body=body)
    reply = register(azure, dps)
    assert (reply.body["status"], hub.devices) == ("failed", {})
    # Once the link is pushed, the next canary comes through.
    body = whole(azure, dps)
    text = f"HostName={hub.host};SharedAccessKeyName=link;SharedAccessKey={CHOSEN}"
    body["properties"]["iotHubs"][0]["connectionString"] = text
    arm(azure, "PUT", dps, body=body)
    assert register(azure, dps).body["status"] == "assigned"


def test_a_link_whose_policy_lacks_a_right_gives_no_hub(double: Double) -> None:
    azure = double(lro="200")
    hub, dps = linked(azure)
    body = whole(azure, hub)
    body["properties"]["authorizationPolicies"][1]["rights"] = "RegistryWrite"
    arm(azure, "PUT", hub, body=body)
    assert register(azure, dps).body["status"] == "failed"


def test_only_the_device_itself_registers(double: Double) -> None:
    azure = double()
    _, dps = linked(azure)
    where = azure.endpoints().dps("two")
    ask(azure, "PUT", f"{where.url}/enrollments/canary", {})
    path = f"{where.url}/{dps.id_scope}/registrations/canary/register"
    assert ask(azure, "POST", path, {}).status == 401
    signed = sas.token(
        f"{dps.id_scope}/registrations/canary", "registration", CHOSEN, azure.clock.now() + 60
    )
    assert ask(azure, "POST", path, {}, authorization=signed).status == 401
