"""The double in this process: servers in threads, a world that can be looked at."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hubwarden_cli.azure.clock import Clock, RealClock

from .arm import Arm
from .behaviour import Behaviour
from .certificate import server_context
from .credential import LocalCredential, accepted
from .data_plane import DataPlane
from .endpoints import LocalEndpoints
from .faults import Fault, Faults, Scripted
from .front import Front
from .message import Answer, Request, azure_error
from .policies import Kind
from .request_log import RequestLog
from .server import Listener
from .vault import Vault
from .world import World


class LocalAzure:
    """A context manager. Everything that is drawn by chance is drawn from `seed`.

    `folder` takes the certificate to trust; without one it is a temporary one.
    """

    def __init__(
        self,
        seed: int = 0,
        behaviour: Behaviour | None = None,
        clock: Clock | None = None,
        faults: Faults | None = None,
        folder: Path | None = None,
    ) -> None:
        self.behaviour = Behaviour() if behaviour is None else behaviour
        self.clock: Clock = RealClock() if clock is None else clock
        self.faults: Faults = Scripted() if faults is None else faults
        self.world = World(self.clock, self.behaviour, seed)
        self.log = RequestLog()
        self.credential = LocalCredential()
        self._made = folder is None
        self._folder = Path(tempfile.mkdtemp()) if folder is None else folder
        self._context, self.ca = server_context(self._folder)
        self._front = Front(self.clock, self.behaviour, self.faults, self.log, self.world.lock)
        self._arm, self._plane = Arm(self.world), DataPlane(self.world)
        self._main = Listener(self._front, self._answer, self._context)
        self._vaults: dict[str, Listener] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        for listener in (self._main, *self._vaults.values()):
            listener.close()
        if self._made:
            shutil.rmtree(self._folder, ignore_errors=True)

    def add_vault(self, name: str, *, purge_protection: bool = True) -> Vault:
        """An empty vault with a port of its own."""
        vault = self.world.add_vault(name, purge_protection=purge_protection)
        self._vaults[name] = Listener(self._front, vault.answer, self._context)
        return vault

    def endpoints(self, blobs: str | None = None) -> LocalEndpoints:
        """Where everything that exists by now is."""
        vaults: Mapping[str, int] = {name: taken.port for name, taken in self._vaults.items()}
        return LocalEndpoints(port=self._main.port, vaults=vaults, ca=str(self.ca), blobs=blobs)

    def fail(self, fault: Fault) -> None:
        """One more fault, where they are written down."""
        if not isinstance(self.faults, Scripted):
            raise TypeError("The faults of this double are drawn by a seed.")
        self.faults.add(fault)

    def _answer(self, request: Request) -> Answer:
        if request.path.startswith("/_local/"):
            return self._control(request)
        self.world.settle()
        if request.path.startswith("/subscriptions/"):
            if not accepted(request.headers.get("authorization", ""), time.time()):
                return azure_error(401, "AuthenticationFailed", "The token is missing or expired.")
            return self._arm.answer(request)
        places: dict[str, Kind] = {"hubs": "hub", "dps": "dps"}
        _, place, *rest = request.path.split("/", 3)
        if place in places and len(rest) == 2:
            below = request.below(f"/{place}/{rest[0]}")
            return self._plane.answer(places[place], rest[0], below)
        return azure_error(404, "NotFound", "The double has nothing here.")

    def _control(self, request: Request) -> Answer:
        """For those who started the double as a process: its log, and faults."""
        if request.path == "/_local/requests":
            return Answer(200, [asdict(entry) for entry in self.log.entries()])
        if request.path == "/_local/faults" and request.method == "POST":
            given: Any = request.json()
            self.fail(Fault(**given))
            return Answer(204)
        return azure_error(404, "NotFound", "The double has no such switch.")
