"""Whatever goes wrong, and however loud the logging is, no key is seen."""

from __future__ import annotations

import base64
import logging
import traceback
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from tests.cli.azure.service import TOKEN, Holder, Reply, Service, here

from hubwarden_cli.azure.arm import HUB_API, Arm
from hubwarden_cli.azure.data_plane import DpsData, HubData, Sas
from hubwarden_cli.azure.failures import Failure
from hubwarden_cli.azure.identity import who
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.azure.wire import Wire

# Planted. Base64, so that it signs; every 12 characters of it are looked for.
CANARY = base64.b64encode(b"planted-canary-no-credential-at-all").decode()
KEY = Key(CANARY)
HUB = ResourceId("s", "g", "Microsoft.Devices/IotHubs", "one")
ECHO = {
    "error": {"code": CANARY, "message": CANARY, "innererror": {"code": CANARY}},
    "code": CANARY,
    "Message": CANARY,
    "properties": {"authorizationPolicies": [{"primaryKey": CANARY}]},
    "value": CANARY,
    "id": "https://vault.example/secrets/one/v1",
    "attributes": {},
    "status": CANARY,
}
REPLIES = [
    *(Reply(status, ECHO) for status in (200, 400, 401, 403, 404, 409, 429, 500)),
    Reply(503, ECHO, {"Retry-After": "1"}),
    Reply(200, ECHO, {"azure-asyncoperation": f"https://evil.example/{CANARY}"}),
    Reply(200, ECHO, cut="body"),
    Reply(200, ECHO, cut="answer"),
    Reply(200, CANARY.encode()),
    Reply(307, ECHO, {"Location": f"https://evil.example/{CANARY}"}),
]


@pytest.fixture(autouse=True)
def loud(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """All that a user can turn on, by variables and by logging."""
    monkeypatch.setenv("AZURE_LOG_LEVEL", "debug")
    monkeypatch.setenv("AZURE_HTTP_LOGGING", "1")
    monkeypatch.setenv("AZURE_SDK_LOGGING_MULTIRECORD", "1")
    monkeypatch.setenv("HUBWARDEN_DEBUG", "1")
    with caplog.at_level(logging.DEBUG):
        yield


def calls(service: Service, wire: Wire) -> dict[str, Callable[[], object]]:
    azure = here(service)
    arm = Arm(azure, Holder(), wire)
    hub = HubData(azure.hub("one"), service.ca, wire)
    dps = DpsData(azure.dps("one"), service.ca, wire)
    vault = Vault(service.url, Holder(), service.ca, verify_challenge=False, wire=wire)
    sas = Sas("one", KEY)
    return {
        "get": lambda: arm.get(HUB, HUB_API),
        "put": lambda: arm.put(HUB, HUB_API, ECHO, None),
        "post": lambda: list(arm.post(HUB, "listkeys", HUB_API)),
        "list": lambda: list(map(len, arm.list("/subscriptions"))),
        "operation": lambda: arm.operation("/operation"),
        "hub": lambda: (hub.statistics(sas), sas, hub),
        "service": lambda: hub.service_statistics(sas),
        "dps": lambda: dps.query_groups(sas),
        "current": lambda: vault.current("one"),
        "version": lambda: vault.get("one", "v1"),
        "set": lambda: vault.set("one", KEY, {"run": "r"}),
        "tag": lambda: vault.tag("one", "v1", {}),
        "delete": lambda: vault.delete("one"),
        "purge": lambda: vault.purge("one"),
        "who": lambda: who(Holder(f"a.{CANARY}.b"), azure),
    }


def everything_of(error: BaseException) -> Iterator[str]:
    """The texts of an error and of all that hangs on it, hidden contexts too."""
    yield from (str(error), repr(error), repr(error.args), repr(vars(error)))
    yield from traceback.format_exception(error)
    for inner in (error.__cause__, error.__context__):
        if inner is not None:
            yield from everything_of(inner)


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: f"{reply.status}{reply.cut}")
def test_no_key_is_seen(
    service: Service, wire: Wire, caplog: pytest.LogCaptureFixture, reply: Reply
) -> None:
    service.answers(reply)
    seen = []
    for name, call in calls(service, wire).items():
        try:
            seen.append(f"{name}: {call()!r}")
        except (Failure, Exception) as error:  # noqa: BLE001 (whatever it is, it must hold no key)
            seen += [f"{name}: {text}" for text in everything_of(error)]
    text = "\n".join((*seen, caplog.text, *(repr(vars(record)) for record in caplog.records)))
    assert "put: " in text
    assert "Request URL" in caplog.text, "the logging was not loud"
    assert not shown(CANARY, text)
    assert not shown(TOKEN, text)


def shown(secret: str, text: str) -> set[str]:
    """The pieces of 12 characters of a secret that the text shows, in the spellings in use."""
    spellings = {secret, quote(secret, safe=""), secret.encode().hex(), secret.lower()}
    spellings |= {base64.b64encode(secret.encode()).decode(), secret[::-1]}
    pieces = {spelt[at : at + 12] for spelt in spellings for at in range(max(1, len(spelt) - 11))}
    return {piece for piece in pieces if piece in text}


def test_the_search_finds_what_it_looks_for() -> None:
    assert shown(CANARY, f"a {CANARY[3:15]} b")
    assert shown(CANARY, quote(CANARY, safe=""))
    assert not shown(CANARY, "<key>")
