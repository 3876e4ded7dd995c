"""Azure Resource Manager as the provider double asks it, for hubs and DPS.

A PUT is made as azure-native 3.x makes it (source read, provider/pkg/provider/crud): the inputs
without what stands in the address, sent whole and without a condition. So it lists policies as the
program does, without keys, and it says nothing of what only Azure knows.

It does not: look first whether what it creates is there already, try again what is refused or
throttled, go on with an operation that it did not see the end of, or sign in; the token is one
that the local double of Azure takes.
"""

from __future__ import annotations

import json
import re
import ssl
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, Final, Self
from urllib.error import HTTPError
from urllib.parse import quote

from hubwarden_cli.local_azure.credential import bearer

URL: Final = "AZURE_STAND_IN_ARM"
CA: Final = "AZURE_STAND_IN_ARM_CA"
_POLL_SECONDS: Final = 0.05
_HUB, _DPS = "iothub", "deviceprovisioningservices"
_TYPES: Final = {
    f"azure-native:{_HUB}:IotHubResource": "resourceName",
    f"azure-native:{_DPS}:IotDpsResource": "provisioningServiceName",
}
# Functions that hand out keys: their resource's type, the argument that names it, and what is
# posted to below it. The versions are azure-native's defaults.
_KEYS: Final = {
    f"azure-native:{_HUB}:listIotHubResourceKeys": ("IotHubs", "resourceName", "listkeys"),
    f"azure-native:{_HUB}:listIotHubResourceKeysForKeyName": (
        "IotHubs",
        "resourceName",
        "IotHubKeys/{}/listkeys",
    ),
    f"azure-native:{_DPS}:listIotDpsResourceKeys": (
        "provisioningServices",
        "provisioningServiceName",
        "listkeys",
    ),
    f"azure-native:{_DPS}:listIotDpsResourceKeysForKeyName": (
        "provisioningServices",
        "provisioningServiceName",
        "keys/{}/listkeys",
    ),
}
_KEPT: Final = re.compile(
    r"/Microsoft\.Devices/(IotHubs|provisioningServices)/[^/]+$", re.IGNORECASE
)
_VERSIONS: Final = {"IotHubs": "2023-06-30", "provisioningServices": "2023-03-01-preview"}


@dataclass(frozen=True)
class ResourceManager:
    """`subscription` is the address of a subscription, `ca` the file with the certificate to trust.

    Whatever is refused is a `urllib.error.HTTPError`.
    """

    subscription: str
    ca: str

    @classmethod
    def named(cls, environ: Mapping[str, str]) -> Self | None:
        """The one that the environment names, if it does."""
        return cls(environ[URL], environ[CA]) if URL in environ else None

    @property
    def subscription_id(self) -> str:
        return self.subscription.rpartition("/")[2]

    @staticmethod
    def has(type_: str) -> bool:
        """Whether resources of this type token are kept there."""
        return type_ in _TYPES

    @staticmethod
    def keeps(id_: str) -> bool:
        """Whether a resource with this id is kept there; not what is below one."""
        return _KEPT.search(id_) is not None

    def put(self, id_: str, type_: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """The resource once the operation is over, as a read shows it."""
        version = inputs["azureApiVersion"]
        address = {_TYPES[type_], "resourceGroupName", "azureApiVersion"}
        body = {name: value for name, value in inputs.items() if name not in address}
        if "identity" in body:
            body["identity"] = _identity(body["identity"])
        self._finish(*self._send("PUT", self._url(id_, version), body))
        made = self.get(id_, version)
        assert made is not None
        return made

    def get(self, id_: str, version: str | None = None) -> dict[str, Any] | None:
        """The resource, if there is one."""
        try:
            return self._send("GET", self._url(id_, version or _version(id_)))[0]
        except HTTPError as refusal:
            if refusal.code != HTTPStatus.NOT_FOUND:
                raise
            return None

    def delete(self, id_: str) -> None:
        self._finish(*self._send("DELETE", self._url(id_, _version(id_))))

    def keys(self, token: str, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
        """What a function that hands out keys answers; None where it is another function."""
        if token not in _KEYS:
            return None
        type_, name, action = _KEYS[token]
        id_ = (
            f"/subscriptions/{self.subscription_id}/resourceGroups/{arguments['resourceGroupName']}"
            f"/providers/Microsoft.Devices/{type_}/{arguments[name]}"
        )
        below = action.format(quote(arguments.get("keyName", "")))
        return self._send("POST", self._url(f"{id_}/{below}", _VERSIONS[type_]))[0]

    def _url(self, path: str, version: str) -> str:
        root = self.subscription.partition("/subscriptions/")[0]
        return f"{root}{quote(path)}?api-version={version}"

    def _finish(self, _: dict[str, Any], operation: str | None) -> None:
        while operation is not None:
            status = self._send("GET", operation)[0]["status"]
            if status == "Succeeded":
                return
            if status != "Running":
                raise RuntimeError(f"the operation has ended as {status}")
            time.sleep(_POLL_SECONDS)

    def _send(
        self, method: str, url: str, body: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], str | None]:
        """The answer's body and the address of the operation that it begins, if it does."""
        request = urllib.request.Request(
            url,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {bearer(self.subscription, time.time() + 600)}",
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, context=self._trust, timeout=60) as answer:
            content = answer.read()
            return json.loads(content or b"{}"), answer.headers["azure-asyncoperation"]

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.ca)


def _version(id_: str) -> str:
    return _VERSIONS[id_.split("/")[-2]]


def _identity(given: dict[str, Any]) -> dict[str, Any]:
    """Programs list user-assigned identities; ARM has them as a map."""
    listed = given.get("userAssignedIdentities")
    if not isinstance(listed, list):
        return given
    return {**given, "userAssignedIdentities": {id_: {} for id_ in listed}}
