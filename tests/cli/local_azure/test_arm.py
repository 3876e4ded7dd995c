"""Resource Manager's double: reads, whole-resource writes, policies, masks, etags."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from tests.cli.local_azure.asking import HUB_API, arm, ask, keys, linked, statistics, whole

from hubwarden_cli.azure.identifiable import is_identifiable
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.world import SUBSCRIPTION

Double = Callable[..., LocalAzure]
CHOSEN = base64.b64encode(b"planted-not-a-credential-32-byte").decode()


def test_a_hub_shows_no_policies_and_keys_only_to_a_post(double: Double) -> None:
    azure = double()
    hub = azure.world.add_hub("one")
    shown = arm(azure, "GET", hub)
    assert shown.body["properties"]["state"] == "Active"
    assert shown.headers["etag"] == f'"{shown.body["etag"]}"'
    assert "authorizationPolicies" not in shown.body["properties"]
    key = keys(azure, hub)[0]["primaryKey"]
    assert key not in str(shown.body)
    assert arm(azure, "GET", hub, "/listkeys").status == 405


@pytest.mark.parametrize("kind", ["hub", "dps"])
def test_the_services_own_keys_are_ones_that_scanners_know(double: Double, kind: str) -> None:
    azure = double()
    resource = azure.world.add_hub("one") if kind == "hub" else azure.world.add_dps("one")
    for listed in keys(azure, resource):
        for slot in ("primaryKey", "secondaryKey"):
            assert is_identifiable(listed[slot], resource.kind)


def test_one_policy_is_listed_by_its_name(double: Double) -> None:
    azure = double()
    hub, dps = azure.world.add_hub("one"), azure.world.add_dps("two")
    one = arm(azure, "POST", hub, "/IotHubKeys/service/listkeys").body
    assert one == next(known for known in keys(azure, hub) if known["keyName"] == "service")
    assert arm(azure, "POST", hub, "/IotHubKeys/absent/listkeys").status == 404
    owner = "provisioningserviceowner"
    assert arm(azure, "POST", dps, f"/keys/{owner}/listkeys").body["keyName"] == owner


def test_without_a_token_nothing_is_told(double: Double) -> None:
    azure = double()
    hub = azure.world.add_hub("one")
    path = f"{hub.id.path}?api-version={HUB_API}"
    assert ask(azure, "GET", path, authorization="Bearer planted.not.ours").status == 401


def test_a_wrong_subscription_is_not_found(double: Double) -> None:
    azure = double()
    known = ask(azure, "GET", f"/subscriptions/{SUBSCRIPTION}?api-version=2022-12-01")
    assert (known.status, known.body["state"]) == (200, "Enabled")
    other = ask(azure, "GET", f"/subscriptions/{SUBSCRIPTION[::-1]}?api-version=2022-12-01")
    assert (other.status, other.body["error"]["code"]) == (404, "SubscriptionNotFound")


def test_hubs_are_listed_by_subscription_and_group_a_page_at_a_time(double: Double) -> None:
    azure = double(page=2)
    for name in ("a", "b", "c"):
        azure.world.add_hub(name)
    azure.world.add_hub(ResourceId(SUBSCRIPTION, "other", "Microsoft.Devices/IotHubs", "d"))
    azure.world.add_dps("e")

    def names(address: str) -> list[str]:
        found = []
        while address:
            body = ask(azure, "GET", address).body
            found += [item["name"] for item in body["value"]]
            address = body.get("nextLink", "")
        return found

    inner = f"providers/Microsoft.Devices/IotHubs?api-version={HUB_API}"
    assert names(f"/subscriptions/{SUBSCRIPTION}/{inner}") == ["a", "b", "c", "d"]
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/PRACTICE/{inner}"
    assert names(group) == ["a", "b", "c"]


def test_a_chosen_key_stands_and_unknown_properties_survive(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one", properties={"deviceRegistry": {"unknown": [1.5, None]}})
    body = whole(azure, hub)
    body["properties"]["authorizationPolicies"][0]["secondaryKey"] = CHOSEN
    assert arm(azure, "PUT", hub, body=body, If_Match=body["etag"]).status == 200
    assert keys(azure, hub)[0]["secondaryKey"] == CHOSEN
    again = arm(azure, "GET", hub).body
    assert again["properties"]["deviceRegistry"] == {"unknown": [1.5, None]}
    body["properties"].pop("deviceRegistry")
    arm(azure, "PUT", hub, body=body)
    assert "deviceRegistry" not in arm(azure, "GET", hub).body["properties"]


def test_a_policy_that_a_put_leaves_out_is_gone(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one")
    body = whole(azure, hub)
    left = body["properties"]["authorizationPolicies"][:1]
    lost = body["properties"]["authorizationPolicies"][1]
    body["properties"]["authorizationPolicies"] = left
    arm(azure, "PUT", hub, body=body)
    assert keys(azure, hub) == left
    assert statistics(azure, "one", lost["keyName"], lost["primaryKey"]) == 401


@pytest.mark.parametrize("mode", ["kept", "regenerated"])
def test_a_policy_without_keys(double: Double, mode: str) -> None:
    azure = double(lro="200", keyless_policies=mode)
    hub = azure.world.add_hub("one", {"a": "ServiceConnect"})
    before = keys(azure, hub)[0]
    body = whole(azure, hub)
    body["properties"]["authorizationPolicies"] = [{"keyName": "a", "rights": "ServiceConnect"}]
    arm(azure, "PUT", hub, body=body)
    assert (keys(azure, hub)[0] == before) is (mode == "kept")


def test_a_key_of_null_is_made_anew_and_the_other_stays(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one", {"a": "ServiceConnect"})
    before, body = keys(azure, hub)[0], whole(azure, hub)
    body["properties"]["authorizationPolicies"][0]["primaryKey"] = None
    arm(azure, "PUT", hub, body=body)
    after = keys(azure, hub)[0]
    assert Key(after["primaryKey"]) != Key(before["primaryKey"])
    assert is_identifiable(after["primaryKey"], "hub")
    assert after["secondaryKey"] == before["secondaryKey"]


@pytest.mark.parametrize("mode", ["kept", "reset"])
def test_a_put_without_a_list_of_policies(double: Double, mode: str) -> None:
    azure = double(lro="200", absent_policies=mode)
    hub = azure.world.add_hub("one", {"a": "ServiceConnect"})
    arm(azure, "PUT", hub, body=arm(azure, "GET", hub).body)
    names = [policy["keyName"] for policy in keys(azure, hub)]
    assert names == (["a"] if mode == "kept" else list(DEFAULT_NAMES))


DEFAULT_NAMES = ("iothubowner", "service", "device", "registryRead", "registryReadWrite")


@pytest.mark.parametrize("key", ["planted, no base64", base64.b64encode(b"planted").decode()])
def test_what_is_no_key_is_refused_and_changes_nothing(double: Double, key: str) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one")
    before, body = keys(azure, hub), whole(azure, hub)
    body["properties"]["authorizationPolicies"][0]["primaryKey"] = key
    assert arm(azure, "PUT", hub, body=body).status == 400
    assert keys(azure, hub) == before


def test_a_stale_etag_is_refused_in_the_services_words(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one")
    body = whole(azure, hub)
    arm(azure, "PATCH", hub, body={"tags": {"a": "b"}})
    refused = arm(azure, "PUT", hub, body=body, If_Match=body["etag"])
    assert (refused.status, refused.body["code"]) == (412, 412001)
    assert "errorcode: IH412001" in refused.body["message"]
    assert "Either bad ETag was supplied or IotHub description was changed" in str(refused.body)
    assert arm(azure, "GET", hub).body["tags"] == {"a": "b"}


@pytest.mark.parametrize("mode", ["honoured", "ignored"])
@pytest.mark.parametrize("place", ["header", "body"])
def test_a_stale_etag_of_a_dps(double: Double, mode: str, place: str) -> None:
    azure = double(lro="200", dps_if_match=mode)
    dps = azure.world.add_dps("two")
    body = whole(azure, dps)
    arm(azure, "PATCH", dps, body={"tags": {}})
    header = {"If_Match": body.pop("etag")} if place == "header" else {}
    answer = arm(azure, "PUT", dps, body=body, **header)
    assert answer.status == (412 if mode == "honoured" else 200)


def test_every_write_moves_the_etag(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one")
    ca = {"properties": {"certificate": "planted", "isVerified": False}}
    writes: list[tuple[str, str, Any]] = [
        ("PUT", "", whole(azure, hub) | {"etag": None}),
        ("PATCH", "", {"tags": {}}),
        ("PUT", "/certificates/ca", ca),
        ("DELETE", "/certificates/ca", None),
    ]
    seen = {arm(azure, "GET", hub).body["etag"]}
    for method, below, body in writes:
        assert arm(azure, method, hub, below, body).status == 200
        seen.add(arm(azure, "GET", hub).body["etag"])
    assert len(seen) == 5


def test_a_certificate_survives_a_put_of_its_hub(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one")
    made = arm(azure, "PUT", hub, "/certificates/ca", {"properties": {"certificate": "planted"}})
    arm(azure, "PUT", hub, body=whole(azure, hub))
    assert arm(azure, "GET", hub, "/certificates/ca").body == made.body
    stale = arm(azure, "DELETE", hub, "/certificates/ca", If_Match="AAAAAAAAAAA=")
    assert stale.status == 412


def test_a_put_makes_what_does_not_exist(double: Double) -> None:
    azure = double(lro="200")
    there = azure.world.add_hub("one")
    path = there.id.path.replace("/one", "/fresh") + f"?api-version={HUB_API}"
    body = {"location": "westeurope", "sku": {"name": "S1", "capacity": 1}, "properties": {}}
    assert ask(azure, "PUT", path, body, If_Match="AAAAAAAAAAA=").status == 412
    assert ask(azure, "PUT", path, body).status == 200
    policies = ask(azure, "POST", path.replace("?", "/listkeys?")).body["value"]
    assert [policy["keyName"] for policy in policies] == list(DEFAULT_NAMES)
    owner = policies[0]
    assert statistics(azure, "fresh", owner["keyName"], owner["primaryKey"]) == 200


def test_what_is_deleted_is_gone_with_its_keys(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one")
    owner = keys(azure, hub)[0]
    assert arm(azure, "DELETE", hub).status == 204
    assert arm(azure, "GET", hub).status == 404
    assert statistics(azure, "one", owner["keyName"], owner["primaryKey"]) == 404


@pytest.mark.parametrize("mode", ["kept", "taken"])
def test_a_masked_link_that_is_put_back(double: Double, mode: str) -> None:
    azure = double(lro="200", masked_strings=mode)
    _, dps = linked(azure)
    stored = dps.stored["properties"]["iotHubs"][0]["connectionString"]
    body = whole(azure, dps)
    link = body["properties"]["iotHubs"][0]
    expected = "HostName=one.azure-devices.net;SharedAccessKeyName=link;SharedAccessKey=****"
    assert (link["connectionString"], link["name"]) == (expected, "one.azure-devices.net")
    link["allocationWeight"] = 7
    arm(azure, "PUT", dps, body=body)
    after = dps.stored["properties"]["iotHubs"][0]
    assert after["allocationWeight"] == 7
    assert (after["connectionString"] == stored) is (mode == "kept")


@pytest.mark.parametrize(("mode", "health"), [("kept", "healthy"), ("taken", "dead")])
def test_a_masked_endpoint_that_is_put_back(double: Double, mode: str, health: str) -> None:
    azure = double(lro="200", masked_strings=mode)
    planted = "cGxhbnRlZA=="
    text = f"Endpoint=sb://x/;SharedAccessKeyName=s;SharedAccessKey={planted};EntityPath=e"
    queues = [{"name": name, "connectionString": text.replace("x", name)} for name in ("q", "r")]
    routing = {"endpoints": {"serviceBusQueues": queues}, "routes": []}
    hub = azure.world.add_hub("one", properties={"routing": routing})
    before = arm(azure, "GET", hub, "/routingEndpointsHealth").body["value"]
    assert {entry["healthStatus"] for entry in before} == {"healthy"}
    body = whole(azure, hub)
    assert "cGxhbnRlZA" not in str(body["properties"]["routing"])
    body["properties"]["routing"]["endpoints"]["serviceBusQueues"].reverse()
    arm(azure, "PUT", hub, body=body)
    after = arm(azure, "GET", hub, "/routingEndpointsHealth").body["value"]
    assert [(entry["endpointId"], entry["healthStatus"]) for entry in after] == [
        ("r", health),
        ("q", health),
    ]
    if mode == "kept":
        stored = hub.stored["properties"]["routing"]["endpoints"]["serviceBusQueues"]
        assert stored == queues[::-1]
