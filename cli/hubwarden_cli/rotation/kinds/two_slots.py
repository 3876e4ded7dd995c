"""Hubs and DPS: policies with two keys, inside a resource that is only written as a whole."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from hubwarden_cli.azure.arm import Arm
from hubwarden_cli.azure.data_plane import DpsData, HubData, Sas
from hubwarden_cli.azure.failures import Missing
from hubwarden_cli.azure.identifiable import Kind
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.rotation.kinds.kind import Changes, Policy, Reading
from hubwarden_cli.rotation.state import Slot

_STARS: Final = "****"
_ENDED: Final = {"succeeded", "failed", "canceled"}


@dataclass(frozen=True)
class TwoSlots:
    """What hub and DPS have in common."""

    id: ResourceId
    arm: Arm
    api_version: str
    key_kind: Kind

    def read(self) -> Reading:
        """The etag is read before the keys: keys that change in between make the write stale."""
        raw = self.arm.get(self.id, self.api_version)
        listed = self.arm.post(self.id, "listkeys", self.api_version)
        rules = tuple(listed.get("value") or ())
        properties = raw.body.get("properties") or {}
        return Reading(
            etag=raw.etag,
            ready=_ready(properties),
            local_auth=properties.get("disableLocalAuth") is not True,
            policies={rule["keyName"]: _policy(rule) for rule in rules},
            masked=masked(properties),
            body=raw.body,
            rules=rules,
        )

    def write(self, changes: Changes, reading: Reading) -> float | None:
        """Every policy goes along with both keys: one that is left out would be deleted."""
        body = copy.deepcopy(reading.body)
        body["properties"]["authorizationPolicies"] = [
            {**rule, **_revealed(changes.get(rule["keyName"], {}))} for rule in reading.rules
        ]
        operation = self.arm.put(self.id, self.api_version, body, reading.etag)
        return operation.retry_after if operation else None

    def health(self) -> Mapping[str, str]:
        return {}


@dataclass(frozen=True)
class Hub(TwoSlots):
    """An IoT hub."""

    data: HubData

    @property
    def host(self) -> str:
        return self.data.host

    def prove(self, policy: Policy, key: Key) -> bool | None:
        sas = Sas(policy.name, key)
        asked = [
            ask
            for right, ask in (
                ("RegistryRead", self.data.statistics),
                ("ServiceConnect", self.data.service_statistics),
            )
            if right in policy.rights
        ]
        return all(ask(sas) for ask in asked) if asked else None

    def health(self) -> Mapping[str, str]:
        """The health of the endpoints that messages are routed to, by id."""
        try:
            pages = list(self.arm.list(f"{self.id.path}/routingEndpointsHealth", self.api_version))
        except Missing:
            return {}
        return {
            str(one.get("endpointId")): str(one.get("healthStatus"))
            for page in pages
            for one in page
        }


@dataclass(frozen=True)
class Dps(TwoSlots):
    """A device provisioning service."""

    data: DpsData

    @property
    def host(self) -> str:
        return self.data.host

    def prove(self, policy: Policy, key: Key) -> bool | None:
        if "EnrollmentRead" not in policy.rights:
            return None
        return self.data.query_groups(Sas(policy.name, key))


def _ready(properties: Mapping[str, Any]) -> bool:
    # A change that failed has ended too; whether it took effect the slots tell.
    ended = str(properties.get("provisioningState", "Succeeded")).casefold() in _ENDED
    return ended and str(properties.get("state", "Active")).casefold() == "active"


def _policy(rule: Mapping[str, Any]) -> Policy:
    rights = frozenset(part.strip() for part in str(rule.get("rights", "")).split(","))
    # Azure's other way to say both, as `iothubowner` has it.
    if "RegistryReadWrite" in rights:
        rights |= {"RegistryRead", "RegistryWrite"}
    return Policy(
        rule["keyName"],
        rights,
        Key(str(rule.get(Slot.PRIMARY, ""))),
        Key(str(rule.get(Slot.SECONDARY, ""))),
    )


def _revealed(keys: Mapping[Slot, Key]) -> dict[str, str]:
    return {slot.value: key.reveal() for slot, key in keys.items()}


def masked(properties: Mapping[str, Any]) -> tuple[str, ...]:
    """Paths of a resource that show stars; not of the policies, which are written with keys."""
    kept = {name: inner for name, inner in properties.items() if name != "authorizationPolicies"}
    return tuple(_masked(kept, "properties"))


def _masked(value: object, path: str) -> Iterator[str]:
    if isinstance(value, str) and _STARS in value:
        yield path
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _masked(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _masked(inner, f"{path}[{number}]")
