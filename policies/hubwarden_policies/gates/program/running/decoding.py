"""The JSON of a recording as records and values."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any, Final, cast, get_args

from hubwarden_policies.gates.program.running.recording import (
    VERSION,
    Failure,
    Frame,
    Frames,
    Invocation,
    MadeText,
    Mark,
    Mode,
    Recording,
    Registration,
    Sink,
    SinkKind,
)
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_DEEPEST: Final = 100


class RecordingError(Exception):
    """A recording that is not what the recorder writes: its run counts as not made."""


def load(path: Path) -> Recording:
    """The recording in a file; raises `RecordingError` where it is none, and `OSError`."""
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"the recording is no JSON: {error}") from None
    return read_recording(data)


def read_recording(data: Any) -> Recording:
    """A recording from its JSON; raises `RecordingError`.

    The checked program can write into the scratch folder, so nothing is taken on trust.
    """
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise RecordingError("the recording is not of version 1")
    try:
        return _recording(data)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise RecordingError(f"the recording is damaged: {type(error).__name__} {error}") from None


def decode(value: Any, depth: int = 0) -> Any:
    """A VALUE as JSON's own values, `Secret`, `UNKNOWN`, `bytes`, and `Made` for a resource's id.

    An asset or archive is a mapping of its `kind` and its `value`. Raises `RecursionError` for
    what is nested deeper than anything that Azure takes, so that nothing later has to.
    """
    if depth > _DEEPEST:
        raise RecursionError("a value is nested too deep")
    if isinstance(value, dict):
        match value.get("$hw"):
            case "secret":
                return Secret(decode(value["value"], depth + 1))
            case "unknown":
                return UNKNOWN
            case "resource":
                return Made((Hole(value["urn"], "id"),))
            case "bytes":
                return base64.b64decode(value["value"])
            case "asset" | "archive":
                return {"kind": value["kind"], "value": decode(value["value"], depth + 1)}
        return {key: decode(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [decode(item, depth + 1) for item in value]
    return value


def _recording(data: Mapping[str, Any]) -> Recording:
    return Recording(
        mode=cast("Mode", _one_of(data["mode"], "preview", "canary")),
        complete=bool(data["complete"]),
        pulumi=str(data["pulumi"]),
        python=str(data["python"]),
        notes=tuple(map(str, data["notes"])),
        resources=tuple(map(_registration, data["resources"])),
        exports=_values(data["exports"]),
        export_frames={name: _frames(frames) for name, frames in data["exportFrames"].items()},
        component_outputs={u: _values(values) for u, values in data["componentOutputs"].items()},
        calls=tuple(map(_invocation, data["calls"])),
        hooks=tuple(map(str, data["hooks"])),
        made=tuple(MadeText(*map(str, entry)) for entry in data["made"]),
        marks=tuple(
            Mark(str(text), str(source), str(path), cast("Any", _one_of(kind, "key", "config")))
            for text, source, path, kind in data["marks"]
        ),
        sinks=tuple(map(_sink, data["sinks"])),
        error=None if data["error"] is None else _failure(data["error"]),
    )


def _registration(data: Mapping[str, Any]) -> Registration:
    return Registration(
        urn=str(data["urn"]),
        type=str(data["type"]),
        name=str(data["name"]),
        custom=bool(data["custom"]),
        remote=bool(data["remote"]),
        read=bool(data["read"]),
        parent=data["parent"] or None,
        provider=data["provider"] or None,
        id=decode(data["id"]),
        inputs=_values(data["inputs"]),
        outputs=_values(data["outputs"]),
        property_dependencies={
            name: tuple(map(str, urns)) for name, urns in data["propertyDependencies"].items()
        },
        options=dict(data["options"]),
        aliases=tuple(map(str, data["aliases"])),
        package=data["package"],
        frames=_frames(data["frames"]),
    )


def _invocation(data: Mapping[str, Any]) -> Invocation:
    return Invocation(
        token=str(data["token"]),
        args=_values(data["args"]),
        result=decode(data["result"]),
        credentials=bool(data["credentials"]),
        frames=_frames(data["frames"]),
    )


def _sink(data: Mapping[str, Any]) -> Sink:
    return Sink(
        sink=cast("SinkKind", _one_of(data["sink"], *get_args(SinkKind))),
        where=str(data["where"]),
        text=str(data["text"]),
        binary=bool(data["binary"]),
        secret=bool(data["secret"]),
        frames=_frames(data["frames"]),
    )


def _failure(data: Mapping[str, Any]) -> Failure:
    return Failure(
        kind=str(data["kind"]),
        type=str(data["type"]),
        message=str(data["message"]),
        name=data["name"],
        frames=_frames(data["frames"]),
        traceback=tuple(map(str, data["traceback"])),
    )


def _frames(data: Sequence[Sequence[Any]]) -> Frames:
    return tuple(Frame(str(file), int(line), str(function)) for file, line, function in data)


def _values(data: Mapping[str, Any]) -> dict[str, Any]:
    return {str(name): decode(value) for name, value in data.items()}


def _one_of(word: Any, *words: str) -> str:
    if word not in words:
        raise ValueError(f"{word!r} is none of {', '.join(words)}")
    return str(word)
