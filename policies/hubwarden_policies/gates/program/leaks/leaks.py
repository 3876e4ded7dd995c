"""Where credentials leave a program in clear, proved by the marks of its canary run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from hubwarden_policies.gates.program.graph.places import places
from hubwarden_policies.gates.program.leaks.leaving import Leaving, leaving
from hubwarden_policies.gates.program.leaks.planted import Origin, Planted
from hubwarden_policies.model import Flow
from hubwarden_policies.views.credentials import find_credentials

if TYPE_CHECKING:
    from pathlib import Path

    from hubwarden_policies.gates.program.leaks.search import Hit
    from hubwarden_policies.gates.program.pulumi_project.project import Project
    from hubwarden_policies.gates.program.running.recording import Frames, Invocation, Recording
    from hubwarden_policies.model import ConfigValue, Location


class NothingPlanted(Exception):
    """A call that hands out credentials handed out no mark, so leaks of them would go unseen."""

    def __init__(self, call: Invocation) -> None:
        super().__init__(
            f"{call.token} hands out credentials, but what hubwarden made up for it has none, so "
            "a leak of them would go unseen; give its result in hubwarden.toml: "
            f'[check.calls."{call.token}"] NAME = "…" (a made-up text of 12 characters or more), '
            "or leave the proof of leaks out with --no-canary."
        )
        self.frames: Frames = call.frames


def leaked(
    recording: Recording, project: Project, config: Mapping[str, ConfigValue] | None = None
) -> tuple[Flow, ...]:
    """The flows of credentials out of a canary run, in the order in which they came out.

    `config` is the configuration whose plain values are searched for credentials too. Raises
    `NothingPlanted`.
    """
    planted = Planted(recording, config or {})
    for call in planted.barren():
        raise NothingPlanted(call)
    return tuple(_Flows(planted, project.folder).of(leaving(recording, project.folder)))


class _Flows:
    def __init__(self, planted: Planted, folder: Path) -> None:
        self._planted, self._folder = planted, folder
        self._told: set[tuple[Any, ...]] = set()
        self._leaking: set[str] = set()

    def of(self, pieces: Iterator[Leaving]) -> Iterator[Flow]:
        """The flows of these pieces, each once. A mark that is taken off comes last.

        It matters where the value then leaves.
        """
        unmarked = []
        for piece in pieces:
            if piece.sink == "unsecret":
                unmarked.append(piece)
                continue
            for flow in self._flows(piece):
                self._leaking.add(flow.origin)
                yield from self._once(flow)
        for piece in unmarked:
            for flow in self._flows(piece):
                if flow.origin in self._leaking:
                    yield from self._once(flow)

    def _once(self, flow: Flow) -> Iterator[Flow]:
        identity = (flow.origin, flow.kind, flow.sink, flow.address, flow.path, flow.locations)
        if identity not in self._told:
            self._told.add(identity)
            yield flow

    def _flows(self, piece: Leaving) -> Iterator[Flow]:
        hits = self._planted.search.find(piece.value)
        for hit in hits:
            yield self._flow(piece, self._planted.origins[hit.needle], hit)
        if all(hit.digest for hit in hits) and self._planted.has_keys and _is_token(piece.value):
            yield self._token(piece, "a SAS token", "plain", self._planted.fetched)

    def _flow(self, piece: Leaving, origin: Origin, hit: Hit) -> Flow:
        if hit.signature:
            made = "SAS token minted from" if _is_token(piece.value) else "signature made with"
            return self._token(piece, f"{made} {origin.said}", hit.encoding, origin.frames)
        return Flow(
            origin=origin.said,
            kind=origin.kind,
            sink=piece.sink,
            address=piece.address,
            path=piece.arm_path,
            encoding=hit.encoding,
            digest=hit.digest,
            locations=self._places(piece.frames),
            fetched=self._places(origin.frames),
        )

    def _token(self, piece: Leaving, said: str, encoding: str, fetched: Frames) -> Flow:
        return Flow(
            origin=said,
            kind="token",
            sink=piece.sink,
            address=piece.address,
            path=piece.arm_path,
            encoding=encoding,
            digest=False,
            locations=self._places(piece.frames),
            fetched=self._places(fetched),
        )

    def _places(self, frames: Frames) -> tuple[Location, ...]:
        return places(frames, self._folder)


def _is_token(value: str | bytes) -> bool:
    """Whether a shared access signature is in a text, plain or as a part of a URL."""
    text = value if isinstance(value, str) else value.decode("latin-1")
    return "sig" in text and any(
        form.startswith("sig=", found.start)
        for form in (text, unquote(text))
        for found in find_credentials(form)
    )
