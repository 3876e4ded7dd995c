"""A folder with a consumers.toml, the doubles it speaks of, and `creds` over both in process."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tests.cli.furnished import DPS, HUB
from typer.testing import CliRunner

from hubwarden_cli.creds.group import group
from hubwarden_cli.local_azure.credential import LocalCredential
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.pace import Pace

DAY = 86400.0
PROGRAM = "7e57aaaa-0000-4000-8000-00000000000b"

SERVICE = f"""
[[credentials]]
resource = "{HUB}"
policy = "service"
vault = "keys"
secret = "hub-service"
consumers = [{{ name = "app", cache = "26h" }}, {{ name = "job", cache = "1h" }}]
"""
LINK = f"""
[[credentials]]
resource = "{HUB}"
policy = "link"
vault = "keys"
secret = "hub-link"
links = ["{DPS}"]
copies = [{{ vault = "copies", secret = "hub-link-copy" }}]
"""


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def on_arrival(azure: LocalAzure, at: str, act: Callable[[], object]) -> None:
    """Call `act` when the double is asked for `at` ("METHOD /path", a part of it) next."""
    before = azure.log.tell

    def tell(what: Any, entry: Any) -> None:
        before(what, entry)
        if what == "arrived" and at in f"{entry.method} {entry.path}":
            azure.log.tell = before  # type: ignore[method-assign]
            act()

    azure.log.tell = tell  # type: ignore[assignment,method-assign]


@dataclass(frozen=True)
class Ended:
    """What a command left on the terminal."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found

    @property
    def sentence(self) -> str:
        """The one complaint; an AssertionError where there is more or less."""
        lines = [line for line in self.err.splitlines() if line.startswith("error: ")]
        (line,) = lines
        return line


@dataclass
class Place:
    azure: LocalAzure
    folder: Path
    who: str = PROGRAM
    change: Callable[[Access], Access] = field(default=lambda access: access)
    printed: list[str] = field(default_factory=list)

    def access(self, _cloud: str = "public") -> Access:
        made = Access(
            self.azure.endpoints(),
            LocalCredential(self.who),
            self.azure.clock,
            Pace(poll=1, reads=2, proofs=3, grace=8 * 3600),
        )
        return self.change(made)

    def declare(self, *parts: str, head: str = "") -> None:
        (self.folder / "consumers.toml").write_text(head + "".join(parts))

    def __call__(self, *words: str) -> Ended:
        command, *rest = words
        consumers = str(self.folder / "consumers.toml")
        app = group(self.access)
        done = CliRunner().invoke(
            app, [command, *rest, "--consumers", consumers], catch_exceptions=False
        )
        self.printed += [done.stdout, done.stderr]
        return Ended(done.exit_code, done.stdout, done.stderr)

    def planned(self, *words: str) -> str:
        """The path of a plan for everything that is due."""
        path = str(self.folder / "plan.json")
        done = self("plan", "-o", path, "--detailed-exitcode", *words)
        assert done.code == 10, (done.out, done.err)
        return path

    def adopted(self, days: float = 100) -> None:
        """Everything is adopted, and has become old since."""
        done = self("adopt")
        assert done.code == 0, (done.out, done.err)
        self.azure.clock.sleep(days * DAY)

    def keys(self, policy: str = "service") -> tuple[str, str]:
        found = self.azure.world.policy("hub", "contoso", policy)
        return found.primary, found.secondary

    def current(self, secret: str = "hub-service", vault: str = "keys") -> str:
        version = self.access().vault(vault).current(secret)
        assert version is not None
        assert version.value is not None
        return str(version.value.reveal())

    def changed(self, **more: Any) -> None:
        """Addresses that differ from the double's."""
        self.change = lambda access: replace(access, endpoints=replace(access.endpoints, **more))
