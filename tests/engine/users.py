"""Everybody who uses the keys of a hub in the local double, and what they were refused.

They ask the double's data plane itself, with real signatures but without the network, after each
request that anybody sends to the double: its state moves by requests alone, so none is missed.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from hubwarden_cli.azure.data_plane import sas_token, signed
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.registration import device_key
from hubwarden_cli.local_azure.credential import bearer
from hubwarden_cli.local_azure.data_plane import DataPlane
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.message import Answer, Problem, Request
from hubwarden_cli.local_azure.policies import Kind
from hubwarden_cli.local_azure.request_log import Logged, Phase
from hubwarden_cli.local_azure.resource import fields

DEVICE: Final = "line-1-robot-7"
_LIFE: Final = 300


@dataclass(frozen=True)
class Refused:
    """Who was refused, after which request."""

    who: str
    after: str


@dataclass
class Users:
    """`refused` grows from when somebody is there; `served` counts what was accepted."""

    azure: LocalAzure
    refused: list[Refused] = field(default_factory=list)
    served: int = 0
    _asking: dict[str, Callable[[], bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._plane = DataPlane(self.azure.world)
        self.azure.log.watch(self._after)

    def device(self, dps: str) -> None:
        """From now on a device registers by the DPS, which needs its link to the hub for it."""
        key = device_key(self.azure.world.random.randbytes)
        pair = {"primaryKey": key.reveal(), "secondaryKey": key.reveal()}
        body = {"attestation": {"type": "symmetricKey", "symmetricKey": pair}}
        token = f"Bearer {bearer('https://azure-devices-provisioning.net', self._until)}"
        enrolled = self._ask("dps", dps, f"/enrollments/{DEVICE}", token, body)
        assert enrolled.status == 200, enrolled
        found = self.azure.world.named("dps", dps)
        assert found is not None
        place = f"{found.id_scope}/registrations/{DEVICE}"

        def registers() -> bool:
            signature = signed(place, "registration", key, self._until)
            answer = self._ask("dps", dps, f"/{place}/register", signature, {})
            return answer.status == 200 and answer.body["status"] == "assigned"

        self._asking["the link"] = registers

    def reader(self, who: str, hub: str, vault: str, secret: str, *, cache: float) -> None:
        """From now on a service uses the value of a secret, and reads it again after `cache`."""
        store = self.azure.world.vaults[vault].store
        held: list[tuple[float, str]] = []

        def accepted() -> bool:
            now = self.azure.clock.now()
            if not held or now - held[-1][0] >= cache:
                held.append((now, store.find(secret, "")[1].value))
            value = fields(held[-1][1])
            key = Key(value["SharedAccessKey"])
            token = sas_token(value["HostName"], value["SharedAccessKeyName"], key, self._until)
            return self._ask("hub", hub, "/statistics/service", token).status == 200

        self._asking[who] = accepted

    def look(self, after: str) -> None:
        """Let everybody use what they have."""
        with self.azure.world.lock:
            for who, asks in self._asking.items():
                if asks():
                    self.served += 1
                else:
                    self.refused.append(Refused(who, after))

    def _after(self, phase: Phase, entry: Logged) -> None:
        if phase == "done":
            self.look(f"{entry.method} {entry.path}")

    @property
    def _until(self) -> int:
        return int(self.azure.clock.now()) + _LIFE

    def _ask(self, kind: Kind, name: str, path: str, token: str, body: object = None) -> Answer:
        """A GET or, with a body, a PUT."""
        method, content = ("GET", b"") if body is None else ("PUT", json.dumps(body).encode())
        request = Request(method, path, {}, {"authorization": token}, content, "")
        with self.azure.world.lock:
            self.azure.world.settle()
            try:
                return self._plane.answer(kind, name, request)
            except Problem as problem:
                return problem.answer
