"""What every command of `creds` works with: the declarations, Azure, and where to say things."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from hubwarden_cli.azure.lease import Lease
    from hubwarden_cli.creds.azure import AccessOf
    from hubwarden_cli.creds.events import Events
    from hubwarden_cli.creds.exits import Exit
    from hubwarden_cli.rotation.access import Access
    from hubwarden_cli.rotation.consumers import Consumers, Credential


@dataclass(frozen=True)
class Desk:
    """Nothing is read and nobody is called before it is needed."""

    access_of: AccessOf
    file: Path
    cloud: str
    as_json: bool
    events_file: Path | None

    @cached_property
    def access(self) -> Access:
        return self.access_of(self.cloud)

    @cached_property
    def _read(self) -> tuple[Consumers, str]:
        from hubwarden_cli.rotation.consumers import read_consumers

        return read_consumers(self.file)

    @property
    def consumers(self) -> Consumers:
        return self._read[0]

    @property
    def digest(self) -> str:
        """Of consumers.toml."""
        return self._read[1]

    @property
    def declared(self) -> Sequence[Credential]:
        return self.consumers.credentials

    @property
    def folder(self) -> Path:
        """Where hooks run; the journals are below."""
        return self.file.resolve().parent

    @property
    def rotations(self) -> Path:
        from hubwarden_cli.rotation.journal import FOLDER

        return self.folder / FOLDER

    @property
    def now(self) -> datetime:
        from hubwarden_cli.azure.clock import utc

        return utc(self.access.clock)

    @cached_property
    def events(self) -> Events:
        from hubwarden_cli.creds.events import Events

        return Events(lambda: self.now, as_json=self.as_json, file=self.events_file)

    @property
    def lease(self) -> Lease | None:
        """What keeps other machines away, where consumers.toml names a container."""
        place = self.consumers.leases
        return self.access.lease(place) if place else None

    @property
    def blobs(self) -> str | None:
        """Where the leases are asked for."""
        place = self.consumers.leases
        return self.access.endpoints.blob(place.partition("/")[0]) if place else None

    def finish(self, code: Exit, document: dict[str, Any], text: str) -> Exit:
        """Say the result: one object for programs, else the text.

        Where it cannot be said, that is complained of, and success is none; what went wrong keeps
        its code.
        """
        from hubwarden_cli.creds.exits import Exit
        from hubwarden_cli.guard import Refusal, complain
        from hubwarden_cli.streams import write

        told = json.dumps({"version": 1, "exit": int(code), **document}) if self.as_json else text
        try:
            write(told.rstrip("\n") + "\n", sys.stdout)
        except Refusal as refusal:
            complain(f"{refusal} What was done is done: `hubwarden creds status` says it.")
            return Exit.USAGE if code is Exit.DONE else code
        return code
