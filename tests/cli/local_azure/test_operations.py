"""Long operations of the double, as azure-cli's recordings show those of Azure."""

from __future__ import annotations

import base64
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from tests.cli.local_azure.asking import Reply, arm, ask, keys, linked, whole

from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.resource import Resource

Double = Callable[..., LocalAzure]
CHOSEN = base64.b64encode(b"planted-not-a-credential-32-byte").decode()


def put_chosen(azure: LocalAzure, resource: Resource) -> Reply:
    """A PUT of the whole resource with one key chosen."""
    body = whole(azure, resource)
    body["properties"]["authorizationPolicies"][0]["secondaryKey"] = CHOSEN
    return arm(azure, "PUT", resource, body=body, If_Match=body["etag"])


def second_key(azure: LocalAzure, resource: Resource) -> Any:
    return keys(azure, resource)[0]["secondaryKey"]


def test_the_recorded_shape_of_a_dps(double: Double) -> None:
    azure = double(lro_seconds=30)
    _, dps = linked(azure)
    etag = arm(azure, "GET", dps).body["etag"]
    first = put_chosen(azure, dps)
    assert first.status == 201
    assert "location" not in first.headers
    assert "retry-after" not in first.headers
    operation = first.headers["azure-asyncoperation"]
    assert "/operationResults/" in operation
    assert operation.endswith("&asyncinfo")
    properties = first.body["properties"]
    assert (properties["provisioningState"], properties["state"]) == ("Accepted", "Transitioning")
    assert "etag" not in first.body
    # It repeats both keys, which is why the answer is a secret.
    assert properties["authorizationPolicies"][0]["secondaryKey"] == CHOSEN
    assert "SharedAccessKey=****" in str(properties["iotHubs"])

    assert ask(azure, "GET", operation).body == {"status": "Running"}
    assert arm(azure, "GET", dps).body["properties"]["state"] == "Transitioning"
    azure.clock.sleep(30)
    assert ask(azure, "GET", operation).body == {"status": "Succeeded"}
    after = arm(azure, "GET", dps).body
    assert after["properties"]["provisioningState"] == "Succeeded"
    assert len(base64.b64decode(after["etag"])) == 8
    assert after["etag"] != etag


def test_a_hub_repeats_no_keys(double: Double) -> None:
    azure = double()
    hub = azure.world.add_hub("one")
    first = put_chosen(azure, hub)
    assert first.status == 201
    assert CHOSEN not in str(first.body)


def test_by_location_alone(double: Double) -> None:
    azure = double(lro="202", lro_seconds=30)
    hub = azure.world.add_hub("one")
    first = put_chosen(azure, hub)
    assert first.status == 202
    assert "azure-asyncoperation" not in first.headers
    assert ask(azure, "GET", first.headers["location"]).body == {"status": "Running"}


def test_both_addresses_where_they_are_asked_for(double: Double) -> None:
    azure = double(lro_location=True)
    first = put_chosen(azure, azure.world.add_hub("one"))
    assert {"azure-asyncoperation", "location"} <= first.headers.keys()


def test_done_at_once(double: Double) -> None:
    azure = double(lro="200")
    hub = azure.world.add_hub("one")
    first = put_chosen(azure, hub)
    assert (first.status, first.body["properties"]["state"]) == (200, "Active")
    assert first.body["etag"] == arm(azure, "GET", hub).body["etag"]
    assert second_key(azure, hub) == CHOSEN


def test_an_operation_may_be_unknown_at_its_address(double: Double) -> None:
    azure = double(lro_vanishes=True)
    hub = azure.world.add_hub("one")
    operation = put_chosen(azure, hub).headers["azure-asyncoperation"]
    assert ask(azure, "GET", operation).status == 404
    azure.clock.sleep(1)
    assert arm(azure, "GET", hub).body["properties"]["provisioningState"] == "Succeeded"


@pytest.mark.parametrize("end", ["Failed", "Canceled"])
@pytest.mark.parametrize("applied", [True, False])
def test_an_operation_that_does_not_succeed(double: Double, end: str, applied: bool) -> None:
    azure = double(lro_end=end, lro_applies_when_failed=applied)
    hub = azure.world.add_hub("one")
    operation = put_chosen(azure, hub).headers["azure-asyncoperation"]
    azure.clock.sleep(1)
    assert ask(azure, "GET", operation).body == {"status": end}
    assert (second_key(azure, hub) == CHOSEN) is applied
    assert arm(azure, "GET", hub).body["properties"]["provisioningState"] == end


def test_keys_are_there_before_the_operation_ends(double: Double) -> None:
    azure = double(lro_seconds=100, keys_visible_at=0.4)
    hub = azure.world.add_hub("one")
    operation = put_chosen(azure, hub).headers["azure-asyncoperation"]
    azure.clock.sleep(39)
    assert second_key(azure, hub) != CHOSEN
    azure.clock.sleep(2)
    assert second_key(azure, hub) == CHOSEN
    assert ask(azure, "GET", operation).body == {"status": "Running"}


def test_when_keys_are_there_is_drawn_from_the_seed(double: Double) -> None:
    def moment(seed: int) -> int:
        azure = double(seed, lro_seconds=12)
        hub = azure.world.add_hub("one")
        put_chosen(azure, hub)
        waited = 0
        while second_key(azure, hub) != CHOSEN:
            azure.clock.sleep(1)
            waited += 1
        assert waited <= 12
        return waited

    assert moment(1) == moment(1)
    assert len({moment(seed) for seed in range(4)}) > 1


@pytest.mark.parametrize("retry_after", [None, 3.0])
def test_a_write_during_an_operation_is_refused(double: Double, retry_after: float | None) -> None:
    azure = double(lro_seconds=30, retry_after=retry_after)
    hub = azure.world.add_hub("one")
    put_chosen(azure, hub)
    body = whole(azure, hub)
    refused = arm(azure, "PUT", hub, body=body)
    assert (refused.status, refused.body["code"]) == (409, 409002)
    assert "not currently in Active state" in refused.body["message"]
    assert "IH409002" in refused.body["message"]
    assert refused.headers.get("retry-after") == (None if retry_after is None else "3")
    azure.clock.sleep(30)
    assert arm(azure, "PUT", hub, body=body).status == 201


def test_two_writes_at_once_where_they_are_let_in(double: Double) -> None:
    azure = double(lro_seconds=30, busy_while_changing=False, keys_visible_at=1.0)
    hub = azure.world.add_hub("one")
    put_chosen(azure, hub)
    body = whole(azure, hub)
    body["tags"] = {"second": "write"}
    assert arm(azure, "PUT", hub, body=body).status == 201
    azure.clock.sleep(30)
    assert arm(azure, "GET", hub).body["tags"] == {"second": "write"}


FORMS: dict[str, tuple[str, Callable[[str, float], bool]]] = {
    "seconds": ("retry-after", lambda text, _: text == "7"),
    "http-date": (
        "retry-after",
        lambda text, now: abs(parsedate_to_datetime(text).timestamp() - now - 7) < 1,
    ),
    "retry-after-ms": ("retry-after-ms", lambda text, _: text == "7000"),
    "x-ms-retry-after-ms": ("x-ms-retry-after-ms", lambda text, _: text == "7000"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_forms_of_retry_after(double: Double, form: str) -> None:
    azure = double(retry_after=7.0, retry_after_form=form)
    first = put_chosen(azure, azure.world.add_hub("one"))
    name, right = FORMS[form]
    assert right(first.headers[name], azure.clock.now())


def test_a_deletion_is_an_operation_too(double: Double) -> None:
    azure = double(lro_seconds=30, keys_visible_at=1.0)
    hub = azure.world.add_hub("one")
    first = arm(azure, "DELETE", hub)
    assert first.status == 202
    assert arm(azure, "GET", hub).status == 200
    azure.clock.sleep(30)
    assert arm(azure, "GET", hub).status == 404
    done = ask(azure, "GET", first.headers["azure-asyncoperation"])
    assert done.body == {"status": "Succeeded"}
