"""A key is proved by its use: what is sent, and what the answers mean."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from urllib.parse import parse_qs

import pytest
from tests.cli.azure.service import TOKEN, Holder, Reply, Service, here

from hubwarden_cli.azure.data_plane import DpsData, Entra, HubData, Sas, sas_token
from hubwarden_cli.azure.failures import Failure, Missing, Throttled, Unanswered
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.wire import Wire

SECRET = b"planted, 32 bytes, no credential"
SAS = Sas("service", Key(base64.b64encode(SECRET).decode()))
NOW = 1_700_000_000


@pytest.fixture
def hub(service: Service, wire: Wire) -> HubData:
    return HubData(here(service).hub("Contoso"), service.ca, wire, lambda: NOW)


@pytest.fixture
def dps(service: Service, wire: Wire) -> DpsData:
    return DpsData(here(service).dps("contoso"), service.ca, wire, lambda: NOW)


def test_a_token_is_the_documented_one() -> None:
    """Computed here step by step, as the page on SAS tokens has it."""
    token = sas_token("Contoso.azure-devices.net", "a policy", SAS.key, 1234)
    kind, _, rest = token.partition(" ")
    fields = {name: texts[0] for name, texts in parse_qs(rest, strict_parsing=True).items()}
    signature = hmac.new(SECRET, b"contoso.azure-devices.net\n1234", hashlib.sha256).digest()
    assert kind == "SharedAccessSignature"
    assert fields == {
        "sr": "contoso.azure-devices.net",
        "se": "1234",
        "skn": "a policy",
        "sig": base64.b64encode(signature).decode(),
    }


@pytest.mark.parametrize("text", ["", "plan!", "planted-canary!", "planted-canaryé", "AAAAA"])
def test_a_key_that_is_no_base64_is_not_shown(text: str) -> None:
    with pytest.raises(ValueError, match="policy 'x' is no base64") as refused:
        sas_token("host", "x", Key(text), 1)
    assert refused.value.__cause__ is None
    assert "canary" not in str(refused.value)


def test_a_token_names_the_public_host_and_lives_for_minutes(
    hub: HubData, service: Service
) -> None:
    service.answers(Reply())
    assert hub.statistics(SAS)
    assert hub.service_statistics(SAS)
    tokens = {asked.headers["Authorization"] for asked in service.asked}
    assert tokens == {sas_token("contoso.azure-devices.net", SAS.policy, SAS.key, NOW + 300)}
    assert [asked.path for asked in service.asked] == [
        "/statistics/devices?api-version=2021-04-12",
        "/statistics/service?api-version=2021-04-12",
    ]


def test_a_dps_is_asked_for_one_group(dps: DpsData, service: Service) -> None:
    service.answers(Reply(body=[]))
    assert dps.query_groups(SAS)
    asked = service.asked[0]
    assert (asked.method, asked.path) == ("POST", "/enrollmentGroups/query?api-version=2021-10-01")
    assert asked.headers["x-ms-max-item-count"] == "1"
    assert json.loads(asked.content) == {"query": "SELECT * FROM enrollmentGroups"}


def test_an_identity_brings_its_token(hub: HubData, service: Service) -> None:
    service.answers(Reply())
    holder = Holder()
    entra = Entra(holder, "https://iothubs.azure.net/.default")
    assert hub.statistics(entra)
    assert hub.service_statistics(entra)
    assert {asked.headers["Authorization"] for asked in service.asked} == {f"Bearer {TOKEN}"}
    assert holder.scopes == ["https://iothubs.azure.net/.default"], "one token does for both"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_an_answer(hub: HubData, service: Service, status: int) -> None:
    service.answers(Reply(status))
    assert not hub.statistics(SAS)
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("reply", "failure", "repeated"),
    [
        (Reply(404), Missing, False),
        (Reply(429), Throttled, True),
        (Reply(500), Unanswered, True),
        (Reply(cut="answer"), Unanswered, True),
    ],
)
def test_other_trouble_is_no_answer(
    hub: HubData, service: Service, reply: Reply, failure: type[Failure], repeated: bool
) -> None:
    service.answers(reply)
    with pytest.raises(failure):
        hub.statistics(SAS)
    assert (len(service.asked) > 1) is repeated
