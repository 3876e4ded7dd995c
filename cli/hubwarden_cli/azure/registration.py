"""A device that exists to register once: the only proof that a DPS can use its link to a hub."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote

from azure.core.pipeline.policies import SansIOHTTPPolicy

from hubwarden_cli.azure.channel import Channel
from hubwarden_cli.azure.data_plane import DPS_DATA_API, HUB_DATA_API, Entra, signed
from hubwarden_cli.azure.endpoints import Address
from hubwarden_cli.azure.failures import Forbidden, Missing
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.wire import Wire

# The device API that azure-iot-device 2.14 speaks.
DEVICE_API: Final = "2019-03-31"
_TOKEN_LIFE: Final = 300
_POLLS: Final = 30


@dataclass(frozen=True)
class Registration:
    """Enrols, registers and removes one device. Every call may be repeated.

    `devices` is where devices of the DPS register; `now` gives epoch seconds.
    """

    dps: Address
    devices: Address
    id_scope: str
    entra: Entra
    verify: bool | str = True
    wire: Wire = field(default_factory=Wire)
    now: Callable[[], float] = time.time

    @cached_property
    def _service(self) -> Channel:
        return Channel(self.dps.url, self.entra.bearer, self.verify, self.wire)

    def enrol(self, name: str, key: Key, hub_host: str) -> None:
        """An individual enrolment that leads to this hub."""
        text = key.reveal()
        body = {
            "registrationId": name,
            "attestation": {
                "type": "symmetricKey",
                "symmetricKey": {"primaryKey": text, "secondaryKey": text},
            },
            "allocationPolicy": "static",
            "iotHubs": [hub_host],
            "iotHubHostName": hub_host,
        }
        self._service.write("PUT", self._enrolment(name), json.dumps(body).encode())

    def register(self, name: str, key: Key) -> bool:
        """Whether the DPS brought the device to its hub, which it does by the link."""
        path = f"/{self.id_scope}/registrations/{quote(name)}"
        resource = f"{self.id_scope}/registrations/{name}"
        token = signed(resource, "registration", key, int(self.now()) + _TOKEN_LIFE)
        channel = Channel(self.devices.url, _Header(token), self.verify, self.wire)
        url = self.devices.url.rstrip("/") + path
        content = json.dumps({"registrationId": name}).encode()
        try:
            told = channel.write("PUT", f"{url}/register?api-version={DEVICE_API}", content).body()
        except Forbidden:
            return False
        for _ in range(_POLLS):
            if told.get("status") != "assigning":
                break
            self.wire.sleep(2)
            operation = quote(str(told.get("operationId")))
            told = channel.read(
                "GET", f"{url}/operations/{operation}?api-version={DEVICE_API}"
            ).body()
        return told.get("status") == "assigned"

    def remove(self, name: str) -> None:
        """Take the enrolment away; one that is gone already is fine."""
        try:
            self._service.write("DELETE", self._enrolment(name), b"")
        except Missing:
            return

    def _enrolment(self, name: str) -> str:
        return f"{self.dps.url.rstrip('/')}/enrollments/{quote(name)}?api-version={DPS_DATA_API}"


def remove_device(
    hub: Address, name: str, entra: Entra, verify: bool | str, wire: Wire | None = None
) -> None:
    """Take the device's identity out of the hub; one that is gone already is fine."""
    channel = Channel(hub.url, entra.bearer, verify, wire or Wire())
    url = f"{hub.url.rstrip('/')}/devices/{quote(name)}?api-version={HUB_DATA_API}"
    try:
        channel.write("DELETE", url, b"", If_Match="*")
    except Missing:
        return


def device_key(random: Callable[[int], bytes]) -> Key:
    """A key that is thrown away with its device."""
    return Key(base64.b64encode(random(32)).decode())


class _Header(SansIOHTTPPolicy[Any, Any]):
    def __init__(self, token: str) -> None:
        self._token = token

    def on_request(self, request: Any) -> None:
        request.http_request.headers["Authorization"] = self._token
