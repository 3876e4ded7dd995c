"""`hubwarden creds drill`: a rotation on this machine, with users, that is killed and goes on."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubwarden_cli.creds.saying import brief, say
from hubwarden_cli.guard import Refusal, terminable
from hubwarden_cli.streams import tell, write

if TYPE_CHECKING:
    from hubwarden_cli.local_azure.drill.play import Summary


def drill(
    kills: Annotated[
        int, typer.Option(min=0, max=100, help="How often the rotation is killed.")
    ] = 5,
    seed: Annotated[
        int | None, typer.Option(help="Of what happens by chance; another each time without.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One object on stdout, every step on stderr.")
    ] = False,
) -> None:
    """Practise a rotation on this machine: no account, no network, nothing of yours is touched.

    Starts a local double of Azure with a hub, a linked DPS and a vault, and 20 consumers that use
    the keys all the time, devices that register by the link among them. Rotates, kills the
    rotation with SIGKILL wherever it happens to be, and resumes it until it is done. Exit code: 0
    if no request of a consumer was refused, else 1.
    """
    from hubwarden_cli.local_azure.drill.play import Play
    from hubwarden_cli.local_azure.drill.processes import Broken

    sown = int(time.time()) % 100_000 if seed is None else seed
    # Made before anything is told: what an interruption finds half made would stay behind.
    with terminable(), tempfile.TemporaryDirectory() as scratch:
        show = _Events() if as_json else _Timeline(sown)
        try:
            summary = Play(kills, sown, show, Path(scratch)).run()
        except Broken as broken:
            raise Refusal(f"the drill did not work: {broken} (seed {sown})") from None
    show.end(summary)
    if summary.refused:
        raise typer.Exit(1)


class _Events:
    """Lines of JSON where they do not mix with the result."""

    def __call__(self, event: str, told: Mapping[str, Any]) -> None:
        line = json.dumps({"at": round(time.time(), 3), "event": event, **told})
        tell(line + "\n", sys.stderr)

    def end(self, summary: Summary) -> None:
        write(json.dumps(asdict(summary)) + "\n", sys.stdout)


class _Timeline:
    """Seconds since the start, and what happened."""

    def __init__(self, seed: int) -> None:
        self._began = time.monotonic()
        self._line(f"a double of Azure, not Azure (see --help); seed {seed}")

    def __call__(self, event: str, told: Mapping[str, Any]) -> None:
        subject = " ".join(str(text) for name, text in told.items() if name != "why" and text)
        self._line(f"{event:22}{brief(subject)}".rstrip(), event)

    def end(self, summary: Summary) -> None:
        from hubwarden_cli.local_azure.drill.setting import GRACE_SECONDS

        self._line("done", "done")
        lines = (
            ("requests served", summary.served),
            ("requests refused", summary.refused),
            ("kills survived", summary.kills),
            ("resumes", summary.resumes),
            ("versions in the vaults", summary.versions),
            ("grace", f"{GRACE_SECONDS} s"),
            ("seconds", summary.seconds),
        )
        write("".join(f"{name:24}{value}\n" for name, value in lines), sys.stdout)

    def _line(self, words: str, event: str = "") -> None:
        say(sys.stdout, f"{time.monotonic() - self._began:6.1f} s ", words, event)
