"""What rotation expects of a vault: of the small one, and of any that the environment names.

HUBWARDEN_TEST_VAULT=https://… runs the same against another vault; HUBWARDEN_TEST_VAULT_CA=PEM says
what to trust there, HUBWARDEN_TEST_VAULT_API=VERSION what it speaks. A vault on localhost gets a
token of the double, any other one of whoever runs this. Where vaults are known to differ a test
takes each of their answers; limits are asked of the small vault and of Azure's own only.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from azure.keyvault.secrets import SecretClient

from hubwarden_cli.azure.clouds import CLOUDS
from hubwarden_cli.azure.failures import Busy, Forbidden, Missing, Refused
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.local_azure.credential import LocalCredential
from hubwarden_cli.local_azure.local import LocalAzure

PLANTED = "planted-value-not-a-credential"


@dataclass(frozen=True)
class Place:
    """A vault to test. `limits`: it enforces Azure's."""

    url: str
    ca: bool | str
    api_version: str | None
    credential: Any
    on_localhost: bool
    limits: bool

    def client(self) -> Vault:
        return Vault(
            self.url,
            self.credential,
            verify=self.ca,
            verify_challenge=not self.on_localhost,
            api_version=self.api_version,
        )


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    url = os.environ.get("HUBWARDEN_TEST_VAULT")
    if url:
        yield named(url)
        return
    with LocalAzure() as azure:
        azure.add_vault("practice")
        where = azure.endpoints()
        ca = where.verify
        yield Place(where.vault("practice"), ca, None, azure.credential, True, True)


def named(url: str) -> Place:
    from azure.identity import DefaultAzureCredential

    host = urlsplit(url).hostname or ""
    local = host in {"localhost", "127.0.0.1"} or host.endswith(".localhost")
    azures = any(host.endswith(cloud.vault_suffix) for cloud in CLOUDS.values())
    return Place(
        url,
        os.environ.get("HUBWARDEN_TEST_VAULT_CA") or True,
        os.environ.get("HUBWARDEN_TEST_VAULT_API") or None,
        LocalCredential() if local else DefaultAzureCredential(),
        local,
        azures,
    )


@pytest.fixture
def vault(place: Place) -> Vault:
    return place.client()


@pytest.fixture
def name(vault: Vault) -> Iterator[str]:
    """Of a secret that nobody has set; it is deleted afterwards."""
    fresh = f"contract-{uuid.uuid4().hex}"
    yield fresh
    vault.delete(fresh)


@pytest.fixture
def raw(place: Place) -> SecretClient:
    """The SDK itself, for what our client never does."""
    options = {} if place.api_version is None else {"api_version": place.api_version}
    return SecretClient(
        place.url,
        place.credential,
        connection_verify=place.ca,
        verify_challenge_resource=not place.on_localhost,
        retry_total=0,
        **options,
    )


@pytest.fixture
def limited(place: Place) -> None:
    if not place.limits:
        pytest.skip("This vault is known not to enforce Azure's limits: nothing to test here.")


def text_of(value: Key | None) -> str | None:
    return None if value is None else value.reveal()


def test_the_newest_version_is_current(vault: Vault, name: str) -> None:
    first = vault.set(name, Key("one"), {"run": "r1"})
    second = vault.set(name, Key("two"), {"run": "r2"})
    current = vault.current(name)
    assert current is not None
    assert first.id != second.id
    assert (current.id, text_of(current.value)) == (second.id, "two")
    assert current.tags == {"run": "r2"}
    assert current.enabled


def test_a_version_is_read_by_its_id_for_ever(vault: Vault, name: str) -> None:
    first = vault.set(name, Key("one"), {"run": "r1"})
    vault.set(name, Key("two"), {"run": "r2"})
    again = vault.get(name, first.id)
    assert (again.id, text_of(again.value), again.tags) == (first.id, "one", {"run": "r1"})


def test_a_missing_secret_has_no_current_value_and_no_versions(vault: Vault, name: str) -> None:
    assert vault.current(name) is None
    assert vault.versions(name) == ()


def test_a_missing_version_is_missing(vault: Vault, name: str) -> None:
    vault.set(name, Key("one"), {})
    with pytest.raises(Missing):
        vault.get(name, "0" * 32)


def test_a_listing_has_every_version_with_tags_and_no_value(vault: Vault, name: str) -> None:
    """In no order: which one is newest only an unversioned read tells."""
    made = {vault.set(name, Key(PLANTED), {"at": str(at)}).id: {"at": str(at)} for at in range(6)}
    listed = vault.versions(name)
    assert {version.id: version.tags for version in listed} == made
    assert all(version.value is None for version in listed)


def test_times_have_whole_seconds(vault: Vault, name: str) -> None:
    made = vault.set(name, Key("one"), {})
    assert made.created is not None
    assert made.created.microsecond == 0


def test_an_expiry_is_kept(vault: Vault, name: str) -> None:
    # From the vault's own time, which need not be ours.
    created = vault.set(name, Key("one"), {}).created
    assert created is not None
    until = created + timedelta(hours=24)
    made = vault.set(name, Key("two"), {}, expires=until)
    assert vault.get(name, made.id).expires == until


def test_tags_are_replaced_as_a_whole(vault: Vault, name: str) -> None:
    made = vault.set(name, Key("one"), {"run": "r", "state": "current"})
    for _ in range(2):
        vault.tag(name, made.id, {"state": "settled"})
    read = vault.get(name, made.id)
    assert (read.tags, text_of(read.value)) == ({"state": "settled"}, "one")
    assert len(vault.versions(name)) == 1


def test_an_older_version_can_be_tagged_and_disabled(vault: Vault, name: str) -> None:
    first = vault.set(name, Key("one"), {})
    second = vault.set(name, Key("two"), {})
    vault.tag(name, first.id, {"surplus": "true"}, enabled=False)
    current = vault.current(name)
    assert current is not None
    assert current.id == second.id
    found = {version.id: version for version in vault.versions(name)}
    assert not found[first.id].enabled
    assert found[first.id].tags == {"surplus": "true"}


def test_a_disabled_newest_version_hides_the_one_before(vault: Vault, name: str) -> None:
    """So that to stage a key as a disabled version would be the outage itself."""
    vault.set(name, Key("one"), {})
    second = vault.set(name, Key("two"), {})
    vault.tag(name, second.id, {}, enabled=False)
    assert vault.current(name) is None
    with pytest.raises(Refused) as refusal:
        vault.get(name, second.id)
    assert isinstance(refusal.value, Forbidden | Missing)
    vault.tag(name, second.id, {}, enabled=True)
    current = vault.current(name)
    assert current is not None
    assert current.id == second.id


def test_a_deleted_secret_is_gone_and_its_name_is_taken(vault: Vault, name: str) -> None:
    vault.set(name, Key("one"), {})
    vault.delete(name)
    assert vault.current(name) is None
    with pytest.raises(Busy):
        vault.set(name, Key("two"), {})


def test_a_recovered_secret_is_as_it_was(vault: Vault, raw: SecretClient, name: str) -> None:
    made = vault.set(name, Key("one"), {"run": "r"})
    vault.delete(name)
    raw.begin_recover_deleted_secret(name).wait(60)
    current = vault.current(name)
    assert current is not None
    assert (current.id, text_of(current.value), current.tags) == (made.id, "one", {"run": "r"})


def test_to_delete_twice_is_fine(vault: Vault, name: str) -> None:
    vault.set(name, Key("one"), {})
    vault.delete(name)
    vault.delete(name)


def test_a_purge_ends_in_an_answer(vault: Vault, name: str) -> None:
    """Best effort: a vault may protect what was deleted. Either way nobody gets it any more."""
    vault.set(name, Key("one"), {})
    vault.delete(name)
    purged = vault.purge(name)
    assert isinstance(purged, bool)
    assert vault.current(name) is None


def test_writers_at_once_lose_no_version(place: Place, name: str) -> None:
    def write(worker: int) -> list[str]:
        client = place.client()
        return [client.set(name, Key(PLANTED), {"worker": str(worker)}).id for _ in range(5)]

    with ThreadPoolExecutor(4) as pool:
        made = {made for ids in pool.map(write, range(4)) for made in ids}
    listed = place.client().versions(name)
    assert len(made) == 20
    assert {version.id for version in listed} == made
    current = place.client().current(name)
    assert current is not None
    assert current.id in made


def test_a_value_comes_back_as_it_was(vault: Vault, name: str) -> None:
    value = 'HostName=x;SharedAccessKey=planted+/==;"ü€𝄞"\\'
    vault.set(name, Key(value), {})
    current = vault.current(name)
    assert current is not None
    assert text_of(current.value) == value


def test_the_content_type_is_kept(vault: Vault, raw: SecretClient, name: str) -> None:
    vault.set(name, Key("one"), {}, content_type="text/plain")
    assert raw.get_secret(name).properties.content_type == "text/plain"


LIMITS: dict[str, Callable[[], tuple[str, dict[str, str]]]] = {
    "sixteen tags": lambda: ("v", {f"t{at}": "x" for at in range(16)}),
    "a long tag": lambda: ("v", {"t": "x" * 257}),
    "a long tag key": lambda: ("v", {"t" * 513: "x"}),
    "a long value": lambda: ("v" * (25 * 1024 + 1), {}),
}


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("what", LIMITS)
def test_what_is_beyond_a_limit_is_refused(vault: Vault, name: str, what: str) -> None:
    value, tags = LIMITS[what]()
    with pytest.raises(Refused) as refusal:
        vault.set(name, Key(value), tags)
    assert refusal.value.status == 400
    assert vault.current(name) is None


@pytest.mark.usefixtures("limited")
def test_what_is_just_within_the_limits_is_taken(vault: Vault, name: str) -> None:
    tags = {f"t{at}": "x" * 256 for at in range(14)} | {"t" * 512: "x"}
    vault.set(name, Key("v" * 25_000), tags)
    current = vault.current(name)
    assert current is not None
    assert current.tags == tags


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize("bad", ["under_score", "dot.ted", "x" * 128])
def test_a_name_is_letters_digits_and_hyphens(vault: Vault, bad: str) -> None:
    with pytest.raises(Refused) as refusal:
        vault.set(bad, Key("v"), {})
    assert refusal.value.status == 400


def test_the_clock_of_the_vault_is_about_ours(vault: Vault, name: str) -> None:
    """Grace periods compare the two."""
    created = vault.set(name, Key("one"), {}).created
    assert created is not None
    assert abs(created - datetime.now(UTC)) < timedelta(minutes=10)
