"""Ids, addresses and keys: what a text is, and what it never shows."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from dataclasses import asdict, dataclass

import pytest

from hubwarden_cli.azure.clouds import CLOUDS
from hubwarden_cli.azure.endpoints import Endpoints
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.resource_id import ResourceId

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
HUB = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/plant/providers/Microsoft.Devices/IotHubs/one"
CANARY = "planted-canary-not-a-credential"


def test_an_id_is_its_path() -> None:
    hub = ResourceId.parse(HUB)
    assert (hub.subscription, hub.group, hub.provider_type, hub.name) == (
        SUBSCRIPTION, "plant", "Microsoft.Devices/IotHubs", "one",
    )  # fmt: skip
    assert str(hub) == hub.path == HUB


def test_ids_that_differ_in_case_are_one_resource() -> None:
    shouted = ResourceId.parse(HUB.upper())
    assert shouted == ResourceId.parse(HUB)
    assert len({shouted, ResourceId.parse(HUB)}) == 1
    assert shouted.provider_type == "Microsoft.Devices/IotHubs"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one",
        HUB.removeprefix("/"),
        f"{HUB}/certificates/ca",
        HUB.replace("plant", "pl/ant"),
        HUB.replace(SUBSCRIPTION, "mine"),
        HUB.replace("one", "one?x=1"),
        HUB.replace("one", "one\n"),
        f"https://management.azure.com{HUB}",
    ],
)
def test_another_text_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no resource id: give /subscriptions/"):
        ResourceId.parse(text)


def test_each_cloud_has_its_own_names() -> None:
    hosts = [
        host
        for cloud in CLOUDS.values()
        for name, host in asdict(cloud).items()
        if name.endswith(("suffix", "arm", "authority", "arm_scope"))
    ]
    assert len(hosts) == len(set(hosts)), "two clouds share a host"
    hub = Endpoints(CLOUDS["usgov"]).hub("contoso")
    assert (hub.host, hub.url) == ("contoso.azure-devices.us", "https://contoso.azure-devices.us")


@pytest.mark.parametrize("name", ["", "a.b", "evil.example/", "a@b", "a:443", "-a", "a\\b", "ä"])
def test_a_name_cannot_lead_to_another_host(name: str) -> None:
    endpoints = Endpoints(CLOUDS["public"])
    for address in (endpoints.hub, endpoints.dps, endpoints.vault, endpoints.blob):
        with pytest.raises(ValueError, match="letters, digits and hyphens"):
            address(name)


@dataclass(frozen=True)
class Holder:
    key: Key


def test_a_key_shows_itself_to_reveal_only(caplog: pytest.LogCaptureFixture) -> None:
    key = Key(CANARY)
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("planted").debug("%s %r", key, Holder(key))
    shown = f"{key} {key!r} {key:>10} {Holder(key)} {asdict(Holder(key))} {[key]} %s" % key
    assert CANARY not in shown + caplog.text
    assert "<key>" in shown
    assert key.reveal() == CANARY


def test_a_key_does_not_leave_the_process() -> None:
    for leave in (pickle.dumps, json.dumps, hash, vars):
        with pytest.raises(TypeError) as refused:
            leave(Key(CANARY))
        assert CANARY not in str(refused.value)
    assert copy.deepcopy(Key(CANARY)).reveal() == CANARY


def test_keys_are_equal_by_their_text() -> None:
    assert Key(CANARY) == Key(CANARY)
    assert Key(CANARY) != Key(CANARY[1:])
    assert Key(CANARY) != CANARY
