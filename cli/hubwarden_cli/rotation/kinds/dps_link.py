"""The link of a DPS to a hub: a copy of the hub's key that nobody can read back."""

from __future__ import annotations

import copy
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hubwarden_cli.azure.failures import Busy, Stale, Unanswered
from hubwarden_cli.azure.key import Key
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.kinds.canary import Canary
from hubwarden_cli.rotation.kinds.two_slots import Dps, masked
from hubwarden_cli.rotation.value import connection_string


@dataclass(frozen=True)
class DpsLink:
    """The entry of `iotHubs` for one hub, by a policy of that hub.

    A GET shows stars in its place, so no look can tell what is there: what is written is written
    again until an answer comes, and then proved by the registration of a device that exists for
    nothing else.
    """

    dps: Dps
    hub_host: str
    policy: str
    canary: Canary
    sleep: Callable[[float], None]
    poll: float
    tries: int = 60

    def push(self, key: Key) -> None:
        wanted = connection_string(self.hub_host, self.policy, key)
        for _ in range(self.tries):
            reading = self.dps.read()
            if not reading.ready:
                self.sleep(self.poll)
                continue
            body = copy.deepcopy(reading.body)
            self._entry(body)["connectionString"] = wanted.reveal()
            body["properties"]["authorizationPolicies"] = [dict(rule) for rule in reading.rules]
            try:
                self.dps.arm.put(self.dps.id, self.dps.api_version, body, reading.etag)
            except (Stale, Busy, Unanswered):
                self.sleep(self.poll)
                continue
            self._settled()
            return
        raise Unanswered(f"link of {self.dps.id.name}", "the DPS did not come to rest")

    def prove(self) -> bool:
        """Azure is given time: a new key may not have come to every gateway of the hub."""
        name = f"hubwarden-canary-{secrets.token_hex(4)}"
        try:
            for _ in range(self.tries):
                if self.canary.registers(name, self.hub_host):
                    return True
                self.sleep(self.poll)
        finally:
            self.canary.leaves(name)
        return False

    def masked(self) -> tuple[str, ...]:
        """Those of the links to other hubs, for the most part."""
        properties = self.dps.arm.get(self.dps.id, self.dps.api_version).body["properties"]
        own = tuple(
            f"properties.iotHubs[{number}]."
            for number, entry in enumerate(properties.get("iotHubs") or ())
            if str(entry.get("name", "")).casefold() == self.hub_host.casefold()
        )
        return tuple(path for path in masked(properties) if not path.startswith(own))

    def held_until(self, cache: timedelta) -> datetime | None:  # noqa: ARG002
        """Nobody reads a link, the DPS uses it."""
        return None

    def _settled(self) -> None:
        for _ in range(self.tries):
            if self.dps.read().ready:
                return
            self.sleep(self.poll)

    def _entry(self, body: dict[str, Any]) -> dict[str, Any]:
        for entry in body["properties"].get("iotHubs") or ():
            if str(entry.get("name", "")).casefold() == self.hub_host.casefold():
                return dict_of(entry)
        raise Refusal(
            f"{self.dps.id.name} has no link to {self.hub_host}; take the link out of"
            " consumers.toml, or link the hub first."
        )


def dict_of(entry: Any) -> dict[str, Any]:
    """The entry itself, which a write changes in place."""
    if not isinstance(entry, dict):
        raise TypeError("a link is an object")
    return entry
