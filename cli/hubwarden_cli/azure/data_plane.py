"""The data planes of IoT Hub and DPS, as far as a key is proved by its use."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

from azure.core.credentials import TokenCredential
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, SansIOHTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse

from hubwarden_cli.azure.channel import Channel
from hubwarden_cli.azure.endpoints import Address
from hubwarden_cli.azure.failures import Forbidden
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.wire import Wire

# azure-iot-hub 2.7 and the DPS service SDKs of 2021.
HUB_DATA_API: Final = "2021-04-12"
DPS_DATA_API: Final = "2021-10-01"
# Seconds. Long enough for a clock that is a little off, short enough to be worth nothing later.
_TOKEN_LIFE: Final = 300


@dataclass(frozen=True)
class Sas:
    """Access by a shared access policy and one of its keys."""

    policy: str
    key: Key


@dataclass(frozen=True)
class Entra:
    """Access by an identity, for the scope of the cloud's hubs or DPSs."""

    credential: TokenCredential
    scope: str

    @cached_property
    def bearer(self) -> BearerTokenCredentialPolicy[HttpRequest, HttpResponse]:
        return BearerTokenCredentialPolicy(self.credential, self.scope)


Authorisation = Sas | Entra


def sas_token(host: str, policy: str, key: Key, until: int) -> str:
    """A token for a whole hub or DPS (its public host name), good until a time in epoch seconds.

    https://learn.microsoft.com/azure/iot-hub/iot-hub-dev-guide-sas has the form. A key that is no
    base64 is a ValueError.
    """
    return signed(host.lower(), policy, key, until)


def signed(resource: str, policy: str, key: Key, until: int) -> str:
    """A token for any resource: a host, or the registration of a device."""
    audience = quote(resource, safe="")
    try:
        secret = base64.b64decode(key.reveal(), validate=True)
    except ValueError:
        secret = b""
    if not secret:
        raise ValueError(f"The key of the policy {policy!r} is no base64.")
    signed = hmac.digest(secret, f"{audience}\n{until}".encode(), "sha256")
    signature = quote(base64.b64encode(signed), safe="")
    name = quote(policy, safe="")
    return f"SharedAccessSignature sr={audience}&sig={signature}&se={until}&skn={name}"


class _DataPlane:
    def __init__(
        self,
        address: Address,
        verify: bool | str = True,
        wire: Wire | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` gives epoch seconds, for tokens."""
        self._address = address
        self._verify = verify
        self._wire = wire or Wire()
        self._now = now

    @property
    def host(self) -> str:
        """The public host name, whatever address stands in for it."""
        return self._address.host

    def _accepts(
        self, authorisation: Authorisation, method: str, path: str, content: bytes | None = None
    ) -> bool:
        # A connection of its own, so that another gateway of the service may answer.
        channel = Channel(self._address.url, self._policy(authorisation), self._verify, self._wire)
        headers = {} if content is None else {"x_ms_max_item_count": "1"}
        try:
            channel.read(method, self._address.url.rstrip("/") + path, content, **headers)
        except Forbidden:
            return False
        return True

    def _policy(self, authorisation: Authorisation) -> Any:
        if isinstance(authorisation, Entra):
            return authorisation.bearer
        until = int(self._now()) + _TOKEN_LIFE
        host = self._address.host
        return _Signed(sas_token(host, authorisation.policy, authorisation.key, until))


class HubData(_DataPlane):
    """A hub. Each question is answered by whether the hub accepted it; other trouble is raised."""

    def statistics(self, authorisation: Authorisation) -> bool:
        """Needs the right RegistryRead."""
        path = f"/statistics/devices?api-version={HUB_DATA_API}"
        return self._accepts(authorisation, "GET", path)

    def service_statistics(self, authorisation: Authorisation) -> bool:
        """Needs the right ServiceConnect."""
        path = f"/statistics/service?api-version={HUB_DATA_API}"
        return self._accepts(authorisation, "GET", path)


class DpsData(_DataPlane):
    """A DPS, in the same way."""

    def query_groups(self, authorisation: Authorisation) -> bool:
        """Needs the right EnrollmentRead. One group at most is asked for, none is looked at."""
        path = f"/enrollmentGroups/query?api-version={DPS_DATA_API}"
        content = json.dumps({"query": "SELECT * FROM enrollmentGroups"}).encode()
        return self._accepts(authorisation, "POST", path, content)


class _Signed(SansIOHTTPPolicy[HttpRequest, HttpResponse]):
    def __init__(self, token: str) -> None:
        self._token = token

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        request.http_request.headers["Authorization"] = self._token
