"""A hub or DPS as the double keeps it, and the long operation that changes it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from hubwarden_cli.azure.resource_id import ResourceId

from .masking import masked
from .message import Json
from .policies import Gateways, Kind, Policy

TYPES: Final[dict[Kind, str]] = {
    "hub": "Microsoft.Devices/IotHubs",
    "dps": "Microsoft.Devices/provisioningServices",
}
SUFFIXES: Final[dict[Kind, str]] = {
    "hub": "azure-devices.net",
    "dps": "azure-devices-provisioning.net",
}
# What the service says itself; a client that puts it back changes nothing.
_TOLD: Final = frozenset({"id", "name", "type", "etag", "resourcegroup", "subscriptionid"})
_TOLD_PROPERTIES: Final = frozenset(
    {
        "authorizationPolicies",
        "provisioningState",
        "state",
        "hostName",
        "idScope",
        "serviceOperationsHostName",
        "deviceProvisioningHostName",
    }
)


@dataclass(frozen=True)
class Content:
    """What a PUT brings: the body with unmasked strings, without policies; None: deleted."""

    body: Json | None = field(repr=False)
    policies: tuple[Policy, ...] = field(repr=False)


@dataclass(frozen=True)
class Change:
    """A long operation. Times by the double's clock; `content` is None where it changes nothing."""

    operation: str
    content: Content | None
    applies_at: float
    ends_at: float
    end: Literal["Succeeded", "Failed", "Canceled"]


@dataclass
class Resource:
    """`devices` of a hub, `enrollments` of a DPS and `certificates` are bodies by name."""

    id: ResourceId
    kind: Kind
    content: Content
    etag: str
    gateways: Gateways
    change: Change | None = None
    outcome: str = "Succeeded"
    certificates: dict[str, Json] = field(default_factory=dict)
    devices: dict[str, Json] = field(default_factory=dict)
    enrollments: dict[str, Json] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return f"{self.id.name}.{SUFFIXES[self.kind]}"

    @property
    def id_scope(self) -> str:
        return f"0ne{sum(self.id.name.encode()):08X}"

    @property
    def stored(self) -> Json:
        return self.content.body or {"properties": {}}

    @property
    def local_auth(self) -> bool:
        """Whether shared access keys are accepted at all."""
        return not self.stored["properties"].get("disableLocalAuth")

    def shown(self, *, etag: bool = True) -> Json:
        """As a GET shows it: no policies, masked strings."""
        changing = self.change is not None
        body: Json = masked(self.stored)
        names = (
            {"hostName": self.host}
            if self.kind == "hub"
            else {
                "idScope": self.id_scope,
                "serviceOperationsHostName": self.host,
                "deviceProvisioningHostName": "global.azure-devices-provisioning.net",
            }
        )
        if self.kind == "dps":
            for link in body["properties"].get("iotHubs", ()):
                link["name"] = link_host(link)
        return {
            "id": self.id.path,
            "name": self.id.name,
            "type": TYPES[self.kind],
            "subscriptionid": self.id.subscription,
            "resourcegroup": self.id.group,
            **({"etag": self.etag} if etag else {}),
            **body,
            "properties": {
                **body["properties"],
                **names,
                "state": "Transitioning" if changing else "Active",
                "provisioningState": "Accepted" if changing else self.outcome,
            },
        }


def kept(body: Json) -> Json:
    """What of a PUT's body is stored: everything that the service does not say itself."""
    left: Json = {key: value for key, value in copy.deepcopy(body).items() if key not in _TOLD}
    properties = left.get("properties") or {}
    left["properties"] = {
        key: value for key, value in properties.items() if key not in _TOLD_PROPERTIES
    }
    return left


def link_host(link: Json) -> str:
    """The hub that an entry of a DPS's `iotHubs` names."""
    return str(fields(link.get("connectionString", "")).get("HostName") or link.get("hostName", ""))


def fields(connection_string: Any) -> dict[str, str]:
    """The parts of a connection string by their names."""
    pairs = (part.partition("=") for part in str(connection_string).split(";") if part)
    return {name: value for name, _, value in pairs}
