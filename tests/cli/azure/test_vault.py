"""The vault client: what is sent how often. How a vault behaves is the contract suite's part."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from azure.keyvault.secrets._shared import http_challenge_cache
from tests.cli.azure.service import Holder, Reply, Service

from hubwarden_cli.azure.failures import (
    Astray,
    Failure,
    Forbidden,
    Missing,
    Refused,
    Stale,
    Throttled,
    Unanswered,
)
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.azure.wire import Wire

CANARY = "planted-canary-not-a-credential"
CHALLENGE = Reply(
    401,
    headers={
        "WWW-Authenticate": 'Bearer authorization="https://login.microsoftonline.com/T",'
        ' resource="https://vault.azure.net"'
    },
)
CALLS: dict[str, Callable[[Vault], object]] = {
    "set": lambda vault: vault.set("one", Key(CANARY), {"run": "r"}),
    "tag": lambda vault: vault.tag("one", "v1", {"run": "r"}),
    "delete": lambda vault: vault.delete("one"),
}


@pytest.fixture
def vault(service: Service, wire: Wire) -> Vault:
    # The SDK remembers by host and port, and a port may come again.
    http_challenge_cache.clear()
    return Vault(service.url, Holder(), service.ca, verify_challenge=False, wire=wire)


def secret(service: Service, **more: object) -> Reply:
    attributes = {"enabled": True, "created": 1_700_000_000, "exp": 1_800_000_000}
    address = f"{service.url}/secrets/one/v1"
    return Reply(body={"value": CANARY, "id": address, "attributes": attributes, **more})


def refused(status: int, code: str, message: str, spelled: str = "innererror") -> Reply:
    inner = {"code": "Forbidden", "message": message, spelled: {"code": code}}
    return Reply(status, body={"error": inner})


def test_a_version_is_what_the_vault_says(vault: Vault, service: Service) -> None:
    service.answers(CHALLENGE, secret(service, tags={"run": "r"}))
    version = vault.current("one")
    assert version is not None
    assert version.value == Key(CANARY)
    assert (version.name, version.id, version.tags, version.enabled) == (
        "one", "v1", {"run": "r"}, True,
    )  # fmt: skip
    assert version.created == datetime.fromtimestamp(1_700_000_000, UTC)
    assert version.expires == datetime.fromtimestamp(1_800_000_000, UTC)
    assert CANARY not in repr(version)


@pytest.mark.parametrize(
    "reply",
    [
        refused(404, "SecretNotFound", "A secret with (name/id) one was not found"),
        refused(404, "", "Operation get is not allowed on a disabled entity"),
        refused(403, "SecretDisabled", "Operation get is not allowed on a disabled secret."),
        refused(403, "SecretDisabled", "", "innerError"),
    ],
)
def test_missing_or_disabled_is_no_current_version(
    vault: Vault, service: Service, reply: Reply
) -> None:
    service.answers(CHALLENGE, reply)
    assert vault.current("one") is None


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ForbiddenByRbac", "Caller is not authorized"),
        ("ForbiddenByConnection", "PublicNetworkAccess is set to 'Disabled'."),
        ("AccessDenied", "Public network access is disabled"),
    ],
)
def test_no_right_to_read_is_not_missing(
    vault: Vault, service: Service, code: str, message: str
) -> None:
    service.answers(CHALLENGE, refused(403, code, message))
    with pytest.raises(Forbidden) as forbidden:
        vault.current("one")
    assert forbidden.value.code == code


def test_a_missing_version_is_missing(vault: Vault, service: Service) -> None:
    service.answers(CHALLENGE, refused(404, "SecretNotFound", "not found"))
    assert vault.versions("one") == ()
    with pytest.raises(Missing):
        vault.get("one", "v2")


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize(
    ("reply", "failure"),
    [
        (Reply(cut="answer"), Unanswered),
        (Reply(cut="body"), Unanswered),
        (Reply(500), Unanswered),
        (Reply(503, headers={"Retry-After": "3"}), Throttled),
        (Reply(429, headers={"Retry-After": "3"}), Throttled),
        (Reply(412), Stale),
    ],
)
def test_a_write_is_sent_once(
    vault: Vault,
    service: Service,
    call: Callable[[Vault], object],
    reply: Reply,
    failure: type[Failure],
) -> None:
    service.answers(CHALLENGE, reply)
    with pytest.raises(failure):
        call(vault)
    # What finds out which token is wanted has neither token nor body.
    first, *sent = service.asked
    assert (first.headers.get("Authorization"), first.content) == (None, b"")
    assert len(sent) == 1


def test_a_read_is_repeated(vault: Vault, service: Service, pauses: list[float]) -> None:
    busy = Reply(429, headers={"Retry-After": "3"})
    service.answers(CHALLENGE, busy, Reply(cut="answer"), secret(service))
    assert vault.get("one", "v1").id == "v1"
    assert pauses[0] == 3


def test_a_pause_that_nobody_can_read_is_ours_to_choose(
    vault: Vault, service: Service, pauses: list[float]
) -> None:
    busy = Reply(429, headers={"Retry-After": "soon"})
    service.answers(CHALLENGE, busy, secret(service), busy)
    assert vault.get("one", "v1").id == "v1"
    with pytest.raises(Throttled):
        CALLS["set"](vault)
    assert all(pause <= 30 for pause in pauses)


def test_a_pause_that_is_too_long_is_the_callers_to_wait(
    vault: Vault, service: Service, pauses: list[float]
) -> None:
    service.answers(CHALLENGE, Reply(429, headers={"Retry-After": "3600"}))
    with pytest.raises(Throttled) as throttled:
        vault.get("one", "v1")
    assert throttled.value.retry_after == 3600
    assert pauses == []


def test_what_is_set(vault: Vault, service: Service) -> None:
    service.answers(CHALLENGE, secret(service))
    vault.set("one", Key(CANARY), {"a": "b"}, datetime(2030, 1, 1, tzinfo=UTC), "text/plain")
    sent = json.loads(service.asked[-1].content)
    assert sent["value"] == CANARY
    assert sent["tags"] == {"a": "b"}
    assert sent["contentType"] == "text/plain"
    assert sent["attributes"]["exp"] == 1_893_456_000


def test_what_is_gone_is_deleted(vault: Vault, service: Service) -> None:
    service.answers(CHALLENGE, refused(404, "SecretNotFound", "not found"))
    vault.delete("one")


@pytest.mark.parametrize(("status", "purged"), [(204, True), (403, False), (500, False)])
def test_a_purge_is_an_effort(vault: Vault, service: Service, status: int, purged: bool) -> None:
    service.answers(CHALLENGE, Reply(status, body=b""))
    assert vault.purge("one") is purged


def test_a_redirect_takes_no_key_along(
    vault: Vault, service: Service, other_service: Service
) -> None:
    other_service.answers(secret(other_service))
    service.answers(CHALLENGE, Reply(307, headers={"Location": f"{other_service.url}/secrets/one"}))
    for call in (CALLS["set"], lambda vault: vault.get("one", "v1")):
        with pytest.raises(Refused):
            call(vault)
    assert not other_service.asked


def test_a_challenge_for_another_domain_gets_no_token(service: Service, wire: Wire) -> None:
    credential = Holder()
    vault = Vault(service.url, credential, service.ca, wire=wire)
    service.answers(CHALLENGE)
    with pytest.raises(Astray):
        vault.current("one")
    assert not credential.scopes
