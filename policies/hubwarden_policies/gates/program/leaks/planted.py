"""What the canary run planted: the marks, what each stands for, and where it was handed out."""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from hubwarden_policies.gates.program.hubwarden_recorder.made_up.marks import MAGIC, UNIT
from hubwarden_policies.gates.program.hubwarden_recorder.made_up.references import is_secret
from hubwarden_policies.gates.program.leaks.leaving import leaves, opened
from hubwarden_policies.gates.program.leaks.search import Needle, Search
from hubwarden_policies.record import record
from hubwarden_policies.views.credentials import find_credentials

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from hubwarden_policies.gates.program.running.recording import (
        Frames,
        Invocation,
        Mark,
        Recording,
    )
    from hubwarden_policies.model import ConfigValue

_UNIT: Final = re.compile(re.escape(MAGIC) + rf"[0-9a-z]{{{UNIT - len(MAGIC)}}}")
_KEY_SIZES: Final = (32, 64)  # bytes of the keys that Azure's services hand out
_STACKS: Final = "call:pulumi:pulumi:StackReference"


@record
class Origin:
    """What a mark stands for, as a person reads it, and the lines that fetched it."""

    said: str
    kind: Literal["key", "config", "plain-config"]
    frames: Frames = ()


class Planted:
    """An index of all marks of a canary run, and of credentials written out in the config."""

    def __init__(self, recording: Recording, config: Mapping[str, ConfigValue]) -> None:
        self._recording = recording
        self.origins: dict[Needle, Origin] = {}
        around = self._around()
        for mark in recording.marks:
            needle = Needle(mark.text, tuple(sorted(around.get(mark.text, ()))))
            self.origins.setdefault(needle, self._origin(mark))
        for key, value in config.items():
            for text in _written_out(key.rpartition(":")[2], value.value):
                origin = Origin(f"config value {key}", "plain-config")
                self.origins.setdefault(Needle(text), origin)
        self.search = Search(self.origins)
        for sink in recording.sinks:
            # The checked program can write to its own recording: what is damaged is no signature.
            with contextlib.suppress(ValueError):
                if sink.sink == "hmac":
                    self.search.sign(base64.b64decode(sink.text), bytes.fromhex(sink.where))

    @property
    def fetched(self) -> Frames:
        """The lines of the first call that handed out credentials, or of what else did."""
        calls = [call.frames for call in self._recording.calls if call.credentials]
        origins = [origin.frames for origin in self.origins.values() if origin.kind == "key"]
        return next(iter([*calls, *origins]), ())

    @property
    def has_keys(self) -> bool:
        """Whether anything of Azure's or another stack's credentials was handed out."""
        return any(origin.kind == "key" for origin in self.origins.values())

    def barren(self) -> Iterator[Invocation]:
        """Yield the calls that hand out credentials and in whose results no mark is."""
        for call in self._recording.calls:
            if call.credentials and not any(
                self.search.find(text) for _, text in leaves(opened(call.result))
            ):
                yield call

    def _origin(self, mark: Mark) -> Origin:
        kind, _, rest = mark.source.partition(":")
        if kind == "config":
            inside = f" ({mark.path})" if mark.path else ""
            return Origin(f"config secret {rest}{inside}", mark.kind)
        if mark.source == _STACKS:
            stack, _, name = mark.path.rpartition(".")
            return Origin(f"{name} of the stack {stack}", mark.kind, self._reader(stack))
        if kind == "call":
            function = rest.rpartition(":")[2]
            return Origin(f"{mark.path} of {function}", mark.kind, self._caller(mark.text))
        found = self._registered.get(mark.source)
        if found is None:
            return Origin(f"{mark.path} of {mark.source}", mark.kind)
        type_name = found.type.rpartition(":")[2]
        return Origin(f"{mark.path} of {type_name} {found.name}", mark.kind, found.frames)

    @cached_property
    def _registered(self) -> dict[str, Any]:
        return {item.urn: item for item in self._recording.resources}

    @cached_property
    def _callers(self) -> dict[str, Frames]:
        """The lines of the call that handed a mark out, by the mark's unit or its whole text."""
        found: dict[str, Frames] = {}
        for call in self._recording.calls:
            for _, text in leaves(opened(call.result)):
                for unit in _units(text):
                    found.setdefault(unit, call.frames)
                if isinstance(text, str):
                    found.setdefault(text, call.frames)
        return found

    def _caller(self, text: str) -> Frames:
        return self._callers.get(text[:UNIT], self._callers.get(text, ()))

    def _reader(self, stack: str) -> Frames:
        return next(
            (r.frames for r in self._recording.resources if r.read and stack in (r.id, r.name)), ()
        )

    def _around(self) -> dict[str, set[str]]:
        """The texts that hold a mark, of which a program may make a digest: connection strings."""
        texts = {made.text for made in self._recording.made}
        values = [item.inputs for item in self._recording.resources]
        for value in (*values, self._recording.exports):
            texts.update(text for _, text in leaves(opened(value)) if isinstance(text, str))
        marks = {mark.text[:UNIT]: mark.text for mark in self._recording.marks}
        found: dict[str, set[str]] = {}
        for text in texts:
            for unit in _units(text):
                if unit in marks and text != marks[unit]:
                    found.setdefault(marks[unit], set()).add(text)
        return found


def _units(text: str | bytes) -> set[str]:
    """The units of marks that stand in a text, also where the text is base64 of another."""
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    found = set(_UNIT.findall(text))
    if not found and text[:8].isalnum() and len(text) % 4 == 0:
        try:
            found = set(
                _UNIT.findall(binascii.a2b_base64(text, strict_mode=True).decode("latin-1"))
            )
        except (binascii.Error, ValueError):
            return found
    return found


def _written_out(name: str, value: Any) -> Iterator[str]:
    """The credentials in a plain value of the configuration: in their usual forms, or bare keys.

    Public keys and digests look like bare keys: only a name tells them apart.
    """
    for path, text in leaves(value, name):
        if isinstance(text, bytes):
            continue
        for credential in find_credentials(text):
            yield text[credential.start : credential.end].partition("=")[2].strip("\"' ")
        if is_secret(path.rpartition(".")[2]) and _is_bare_key(text.strip()):
            yield text.strip()


def _is_bare_key(text: str) -> bool:
    try:
        return len(binascii.a2b_base64(text, strict_mode=True)) in _KEY_SIZES
    except (binascii.Error, ValueError):
        return False
