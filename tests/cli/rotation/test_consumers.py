"""consumers.toml: what it takes, and the sentence for what it does not."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.furnished import DPS, HUB

from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.consumers import read_consumers

WHOLE = f"""
leases = "account/locks"

[[credentials]]
resource = "{HUB}"
policy = "service"
vault = "keys"
secret = "hub-service"
max_age = "30d"
links = ["{DPS}"]
copies = [{{ vault = "copies", secret = "hub-service" }}]

  [[credentials.consumers]]
  name = "quick"
  cache = "45m"

  [[credentials.consumers]]
  name = "slow"
  cache = "26h"
  hook = ["./tell.sh", "slow"]
  ack = ["./ask.sh"]
  ack_required = true
"""
ONE = f"""
[[credentials]]
resource = "{HUB}"
policy = "service"
vault = "keys"
secret = "hub-service"
"""


def _file(folder: Path, text: str) -> Path:
    path = folder / "consumers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_slowest_consumer_dictates_the_grace(tmp_path: Path) -> None:
    declared = read_consumers(_file(tmp_path, WHOLE))[0].credentials[0]
    assert declared.slowest is not None
    assert declared.slowest.name == "slow"
    assert declared.grace == timedelta(hours=26)
    assert declared.max_age == timedelta(days=30)


def test_nobody_declared_is_no_grace(tmp_path: Path) -> None:
    declared = read_consumers(_file(tmp_path, ONE))[0].credentials[0]
    assert declared.grace == timedelta()


def test_the_digest_is_of_the_file(tmp_path: Path) -> None:
    first = read_consumers(_file(tmp_path, ONE))[1]
    assert read_consumers(_file(tmp_path, ONE))[1] == first
    assert read_consumers(_file(tmp_path, ONE + "# another\n"))[1] != first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WHOLE.replace('"26h"', '"26 hours"'), "credentials.0.consumers.1.cache"),
        (WHOLE.replace('"45m"', "45"), "with its unit"),
        (WHOLE.replace('  ack = ["./ask.sh"]\n', ""), "needs `ack`"),
        (WHOLE.replace('"slow"\n  cache', '"quick"\n  cache'), "the same name"),
        (ONE.replace("IotHubs/contoso", "IotHubs"), "is no resource id"),
        (
            ONE.replace("Microsoft.Devices/IotHubs", "Microsoft.Storage/storageAccounts"),
            "not rotated",
        ),
        (ONE + ONE, "declared twice"),
        (ONE + ONE.replace('"service"', '"other"'), "a secret is declared twice"),
        (ONE + 'colour = "red"\n', "credentials.0.colour"),
        (
            ONE.replace("policy", "polcy"),
            "no such key, perhaps 'policy' is meant",
        ),
        (ONE.replace("[[credentials", "[[credential"), "perhaps 'credentials' is meant"),
        (WHOLE.replace('["./ask.sh"]', '"./ask.sh"'), "consumers.1.ack: give a list"),
        (ONE.replace("contoso", "con_toso"), "letters, digits and hyphens only"),
        (ONE.replace('"keys"', '"keys-"'), "give the vault's name"),
        ('leases = "https://account/container"\n' + ONE, 'give "ACCOUNT/CONTAINER"'),
        (ONE.replace("hub-service", "hub_service"), "credentials.0.secret: give the secret's name"),
        (ONE.replace(HUB, DPS) + f'links = ["{DPS}"]\n', "only a hub's key"),
        ("credentials = [\n", "is no TOML"),
        ("version = 2\n", "version"),
    ],
)
def test_what_does_not_fit_is_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_consumers(_file(tmp_path, text))
    sentence = str(refused.value)
    assert said in sentence
    assert "\n" not in sentence.strip()


def test_a_key_in_the_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    planted = "cGxhbnRlZC1rZXktdGhhdC1vcGVucy1ub3RoaW5nLTMyYg=="
    string = f"HostName=contoso.azure-devices.net;SharedAccessKeyName=x;SharedAccessKey={planted}"
    for key in ("resource", "policy", "vault", "secret"):
        with pytest.raises(Refusal) as refused:
            read_consumers(_file(tmp_path, re.sub(f'{key} = ".*"', f'{key} = "{string}"', ONE)))
        assert planted[:12] not in str(refused.value)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"nowhere\.toml cannot be read"):
        read_consumers(tmp_path / "nowhere.toml")
