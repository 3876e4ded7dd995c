"""Everything that a run let out in clear, each piece with where it came out."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from hubwarden_policies.gates.program.graph.sent import sent_path
from hubwarden_policies.gates.program.graph.tokens import identify
from hubwarden_policies.gates.program.leaks.decodings import SHORTEST
from hubwarden_policies.model import STACK_TYPE, Secret
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from pathlib import Path

    from hubwarden_policies.gates.program.running.recording import (
        Frames,
        Recording,
        Registration,
        Sink,
    )

SinkName = Literal[
    "input", "output", "component-output", "name", "option", "log", "stdout", "stderr", "file",
    "process", "environment", "unsecret",
]  # fmt: skip
# Inputs that a provider marks as secret itself.
_SECRET_INPUTS: Final = {"kubernetes:core/v1:Secret": ("data", "stringData")}
# Names that `tempfile` makes up differ in every run.
_TEMPORARY: Final = re.compile(r"^tmp[a-z0-9_]{8}(?=\.|$)")
_LONG_NUMBER: Final = 10 ** (SHORTEST - 1)


@record
class Leaving:
    """One text that came out in clear; `sink`, `address` and `path` as in `model.Flow`.

    Of an input `path` is the SDK's, and `resource` whose it is.
    """

    sink: SinkName
    address: str | None
    path: str
    value: str | bytes
    frames: Frames
    resource: Registration | None = None

    @property
    def arm_path(self) -> str:
        """The path as Azure has it, where the resource is one that has a place there."""
        if self.resource is None:
            return self.path
        one = self.resource
        kind = identify(one.type, aliases=one.aliases, package=one.package, inputs=one.inputs)
        return sent_path(kind, self.path)


def leaving(recording: Recording, folder: Path) -> Iterator[Leaving]:
    """Everything that came out; `folder` is the project's."""
    for item in recording.resources:
        if item.type != STACK_TYPE:
            yield from _resource(item)
    for name, value in recording.exports.items():
        frames = recording.export_frames.get(name, ())
        for path, text in leaves({name: value}, "outputs"):
            yield Leaving("output", None, path, text, frames)
    frames_of = {item.urn: item.frames for item in recording.resources}
    for urn, outputs in recording.component_outputs.items():
        for path, text in leaves(outputs):
            yield Leaving("component-output", urn, path, text, frames_of.get(urn, ()))
    for sink in recording.sinks:
        if sink.sink != "hmac" and not sink.secret:
            yield _sink(sink, folder)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str | bytes]]:
    """Every text in a value that is not in a secret, keys among them, with its path.

    A list of texts that are too short to be known is one text: who cuts a value to pieces lets it
    out all the same.
    """
    if isinstance(value, str | bytes):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            below = f"{path}.{key}" if path else str(key)
            yield below, str(key)
            yield from leaves(item, below)
    elif isinstance(value, list):
        if all(isinstance(item, str) and len(item) < SHORTEST for item in value):
            yield path, "".join(value)
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    elif isinstance(value, int | float) and abs(value) >= _LONG_NUMBER:
        yield path, str(int(value))


def opened(value: Any) -> Any:
    """The value without its secret marks."""
    if isinstance(value, Secret):
        return opened(value.value)
    if isinstance(value, Mapping):
        return {key: opened(item) for key, item in value.items()}
    return [opened(item) for item in value] if isinstance(value, list) else value


def _resource(item: Registration) -> Iterator[Leaving]:
    yield Leaving("name", item.urn, "name", item.name, item.frames)
    options = json.dumps(dict(item.options), default=str)
    yield Leaving("option", item.urn, "option", options, item.frames)
    if item.read and isinstance(item.id, str):
        yield Leaving("input", item.urn, "id", item.id, item.frames)
    kept = _SECRET_INPUTS.get(item.type, ())
    inputs = {name: value for name, value in item.inputs.items() if name not in kept}
    for path, text in leaves(inputs):
        if not _is_automatic_name(text, item.name):
            yield Leaving("input", item.urn, path, text, item.frames, item)


def _is_automatic_name(text: str | bytes, name: str) -> bool:
    """Whether a text repeats the logical name, which is told once already."""
    return isinstance(text, str) and text.startswith(name) and len(text) - len(name) in (0, 8)


def _sink(sink: Sink, folder: Path) -> Leaving:
    value: str | bytes = sink.text
    if sink.binary:
        with contextlib.suppress(ValueError):
            value = base64.b64decode(sink.text)
    path = f"file:{_file_name(sink.where, folder)}" if sink.sink == "file" else sink.sink
    return Leaving(cast("SinkName", sink.sink), None, path, value, sink.frames)


def _file_name(where: str, folder: Path) -> str:
    """A file's name that is the same in every run: in the project its path, else the last part."""
    path = PurePath(where)
    if path.is_relative_to(folder):
        return path.relative_to(folder).as_posix()
    return _TEMPORARY.sub("tmp", path.name)
