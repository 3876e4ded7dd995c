"""What the small vault does beyond the contract that it shares with every vault."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.cli.local_azure.asking import Reply, ask

from hubwarden_cli.local_azure.local import LocalAzure

Double = Callable[..., LocalAzure]
API = "?api-version=2025-07-01"


def secret(
    azure: LocalAzure,
    method: str,
    path: str,
    body: object = None,
    vault: str = "v",
) -> Reply:
    return ask(azure, method, f"{azure.endpoints().vault(vault)}{path}{API}", body)


def test_without_a_token_it_says_whose_it_wants(double: Double) -> None:
    azure = double()
    azure.add_vault("v")
    address = f"{azure.endpoints().vault('v')}/secrets/a{API}"
    refused = ask(azure, "GET", address, authorization="")
    assert refused.status == 401
    challenge = refused.headers["www-authenticate"]
    assert challenge.startswith('Bearer authorization="https://login.microsoftonline.com/')
    assert 'resource="https://vault.azure.net"' in challenge


@pytest.mark.parametrize("status", [403, 404])
def test_a_disabled_newest_version(double: Double, status: int) -> None:
    azure = double(disabled_secret=status)
    azure.add_vault("v")
    secret(azure, "PUT", "/secrets/a", {"value": "planted-1"})
    secret(azure, "PUT", "/secrets/a", {"value": "planted-2", "attributes": {"enabled": False}})
    assert secret(azure, "GET", "/secrets/a").status == status


@pytest.mark.parametrize("protected", [True, False])
def test_purge_protection(double: Double, protected: bool) -> None:
    azure = double()
    azure.add_vault("v", purge_protection=protected)
    secret(azure, "PUT", "/secrets/a", {"value": "planted"})
    assert secret(azure, "DELETE", "/deletedsecrets/a").status == 404
    gone = secret(azure, "DELETE", "/secrets/a").body
    assert gone["attributes"]["recoveryLevel"] == (
        "Recoverable" if protected else "Recoverable+Purgeable"
    )
    assert secret(azure, "DELETE", "/deletedsecrets/a").status == (403 if protected else 204)
    taken = secret(azure, "PUT", "/secrets/a", {"value": "planted"})
    assert taken.status == (409 if protected else 200)


def test_versions_are_not_listed_in_the_order_of_time(double: Double) -> None:
    azure = double(page=3)
    azure.add_vault("v")
    made = []
    for number in range(8):
        reply = secret(azure, "PUT", "/secrets/a", {"value": f"planted-{number}"})
        made.append(reply.body["id"])
    listed: list[str] = []
    address = f"{azure.endpoints().vault('v')}/secrets/a/versions{API}"
    while address:
        page = ask(azure, "GET", address).body
        assert len(page["value"]) <= 3
        listed += [item["id"] for item in page["value"]]
        address = page.get("nextLink", "")
    assert set(listed) == set(made)
    assert listed != made
    assert secret(azure, "GET", "/secrets/a").body["id"] == made[-1]


def test_times_come_from_the_doubles_clock_in_whole_seconds(double: Double) -> None:
    azure = double()
    azure.add_vault("v")
    azure.clock.sleep(0.9)
    made = secret(azure, "PUT", "/secrets/a", {"value": "planted"}).body
    created = made["attributes"]["created"]
    assert created == int(azure.clock.now())
    azure.clock.sleep(10)
    version = made["id"].rpartition("/")[2]
    changed = secret(azure, "PATCH", f"/secrets/a/{version}", {"tags": {"a": "b"}}).body
    assert changed["attributes"]["created"] == created
    assert changed["attributes"]["updated"] == created + 10
    assert "value" not in changed


def test_names_are_the_same_in_any_case(double: Double) -> None:
    azure = double()
    azure.add_vault("v")
    secret(azure, "PUT", "/secrets/Abc", {"value": "planted"})
    assert secret(azure, "GET", "/secrets/aBC").body["value"] == "planted"


def test_a_listing_of_secrets_names_no_versions_and_no_values(double: Double) -> None:
    azure = double()
    azure.add_vault("v")
    for name in ("a", "b", "c"):
        secret(azure, "PUT", f"/secrets/{name}", {"value": "planted"})
    secret(azure, "DELETE", "/secrets/b")
    listed = secret(azure, "GET", "/secrets").body["value"]
    base = azure.endpoints().vault("v")
    assert [item["id"] for item in listed] == [f"{base}/secrets/a", f"{base}/secrets/c"]
    assert "planted" not in str(listed)
    deleted = secret(azure, "GET", "/deletedsecrets").body["value"]
    assert [item["recoveryId"] for item in deleted] == [f"{base}/deletedsecrets/b"]


def test_vaults_are_apart(double: Double) -> None:
    azure = double()
    azure.add_vault("v")
    azure.add_vault("w")
    secret(azure, "PUT", "/secrets/a", {"value": "planted"})
    assert secret(azure, "GET", "/secrets/a", vault="w").status == 404


def test_an_api_version_must_be_named(double: Double) -> None:
    azure = double()
    azure.add_vault("v")
    assert ask(azure, "GET", f"{azure.endpoints().vault('v')}/secrets/a").status == 400
