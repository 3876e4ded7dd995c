"""Who acts: read from a token's claims, and what is said where there is none."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from tests.cli.azure.service import Holder, Reply, Service, here

from hubwarden_cli.azure.arm import HUB_API, Arm
from hubwarden_cli.azure.clouds import CLOUDS
from hubwarden_cli.azure.endpoints import Endpoints
from hubwarden_cli.azure.failures import NoCredential
from hubwarden_cli.azure.identity import Identity, who
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.azure.wire import Wire

PUBLIC = Endpoints(CLOUDS["public"])


def holder(**claims: object) -> Holder:
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return Holder(f"e30.{payload}.planted")


@pytest.mark.parametrize(
    ("claims", "name", "is_person"),
    [
        ({"upn": "ada@plant.example", "scp": "user_impersonation"}, "ada@plant.example", True),
        ({"unique_name": "ada", "idtyp": "user"}, "ada", True),
        ({"appid": "1-2", "idtyp": "app"}, "1-2", False),
        ({"appid": "1-2"}, "1-2", False),
    ],
)
def test_a_token_says_who_acts(claims: dict[str, str], name: str, is_person: bool) -> None:
    credential = holder(tid="T", oid="O", **claims)
    assert who(credential, PUBLIC) == Identity("T", "O", name, is_person)
    assert credential.scopes == ["https://management.azure.com/.default"]


@pytest.mark.parametrize("token", ["", "opaque", "a.b.c", "a.bm8.c", "a.W10.c", "a.é.c"])
def test_a_token_that_says_nothing(token: str) -> None:
    with pytest.raises(NoCredential, match="az login"):
        who(Holder(token), PUBLIC)


class Locked:
    def get_token(self, *_: str, **__: Any) -> AccessToken:
        raise ClientAuthenticationError(
            "DefaultAzureCredential failed to retrieve a token from the included credentials.\n"
            "\tEnvironmentCredential: planted-canary\n\tAzureCliCredential: planted-canary"
        )


def test_without_a_credential_the_tried_ones_are_named(service: Service, wire: Wire) -> None:
    hub = ResourceId("s", "g", "Microsoft.Devices/IotHubs", "one")
    service.answers(Reply())
    for ask in (
        lambda: who(Locked(), PUBLIC),
        lambda: Arm(here(service), Locked(), wire).get(hub, HUB_API),
        lambda: Arm(here(service), Locked(), wire).put(hub, HUB_API, {}, None),
    ):
        with pytest.raises(NoCredential) as lacking:
            ask()
        assert "EnvironmentCredential, AzureCliCredential" in str(lacking.value)
        assert "canary" not in str(lacking.value)
    assert not service.asked


def test_azure_identity_is_loaded_when_it_is_needed() -> None:
    """Its import takes most of a second."""
    program = (
        "import sys, hubwarden_cli.azure.arm, hubwarden_cli.azure.data_plane,"
        " hubwarden_cli.azure.identity; print('azure.identity' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert run.stdout == "False\n"


def test_what_was_tried_is_one_sentence_and_no_log_beside_it() -> None:
    """Without network: one kind of credential is asked for, and it is not set."""
    program = (
        "from azure.core.exceptions import ClientAuthenticationError as Lacking\n"
        "from hubwarden_cli.azure.clouds import CLOUDS\n"
        "from hubwarden_cli.azure.identity import credential\n"
        "try:\n    credential(CLOUDS['public']).get_token('https://planted.example/.default')\n"
        "except Lacking:\n    print('none')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"AZURE_TOKEN_CREDENTIALS": "EnvironmentCredential"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("none\n", "")
