"""What one run of a program left behind, as the recorder wrote it.

The recorder (`hubwarden_recorder/`, in the checked project's interpreter) writes one JSON file per
run, `decoding.py` reads it into the records below. The two sides share this text and nothing else:

    {"version": 1, "mode": "preview" | "canary",
     "complete": bool,          the stack's outputs were registered, and the shutdown was in order
     "pulumi": "3.272.0", "python": "3.11.7",
     "notes": [str],            what the recorder could not do with this SDK (slower, or not seen)
     "resources": [RESOURCE], "exports": {NAME: VALUE}, "exportFrames": {NAME: FRAMES},
     "componentOutputs": {URN: {NAME: VALUE}},
     "calls": [CALL], "hooks": [NAME],
     "made": [[TEXT, SOURCE, PATH]],        every made-up string that was handed out
     "marks": [[TEXT, SOURCE, PATH, KIND]], those that stand for credentials; KIND key | config
     "sinks": [SINK],
     "error": null | ERROR}

    RESOURCE  {"urn", "type", "name", "custom", "remote", "read", "parent", "provider", "id",
               "inputs": {NAME: VALUE}        as the provider's Check would leave them
               "outputs": {NAME: VALUE}, "propertyDependencies": {NAME: [URN]},
               "options": {"protect", "retainOnDelete", "ignoreChanges", "additionalSecretOutputs"},
               "aliases": [TOKEN],            types of its aliases
               "package": null | {"name", "version"},   a locally added (parameterized) package
               "frames": FRAMES}
    CALL      {"token", "args": {NAME: VALUE}, "result": VALUE, "credentials": bool,
               "frames": FRAMES}
    SINK      {"sink": "log" | "stdout" | "stderr" | "file" | "process" | "environment"
                     | "unsecret" | "hmac",
               "where": str      the file's path, the command's name and part, the variable's name
               "text": str       what came out, or base64 of it where "binary" is true
               "binary": bool, "secret": bool, "frames": FRAMES}
    ERROR     {"kind": "exception" | "syntax" | "missing-package" | "missing-config" | "bad-config"
                     | "exit" | "thread" | "encoding" | "refused" | "internal",
               "type": str, "message": str, "name": str | null   the package or the config key
               "frames": FRAMES, "traceback": [str]}
    FRAMES    [[FILE, LINE, FUNCTION], …]   the user's own code, outermost first; absolute paths
    VALUE     JSON, and {"$hw": "secret", "value": VALUE} | {"$hw": "unknown"}
              | {"$hw": "resource", "urn": URN, "id": VALUE}
              | {"$hw": "asset" | "archive", "kind", "value": VALUE}
              | {"$hw": "bytes", "value": BASE64}

SOURCE is a URN, `call:TOKEN` or `config:KEY`; PATH is a path in the outputs or the result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = 1
Mode = Literal["preview", "canary"]
SinkKind = Literal["log", "stdout", "stderr", "file", "process", "environment", "unsecret", "hmac"]


@record
class Frame:
    """A line of the user's own code that was being run."""

    file: str
    line: int
    function: str


Frames = tuple[Frame, ...]


@record
class Registration:
    """A resource as the program registered or read it; values as `decode` gives them."""

    urn: str
    type: str
    name: str
    custom: bool
    remote: bool
    read: bool
    parent: str | None
    provider: str | None
    id: Any
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    property_dependencies: Mapping[str, tuple[str, ...]]
    options: Mapping[str, Any]
    aliases: tuple[str, ...]
    package: Mapping[str, Any] | None
    frames: Frames


@record
class Invocation:
    """A function that the program called; `credentials` says that its result holds some."""

    token: str
    args: Mapping[str, Any]
    result: Any
    credentials: bool
    frames: Frames


@record
class MadeText:
    """A made-up string that was handed out, and where it stands for what."""

    text: str
    source: str
    path: str


@record
class Mark:
    """A made-up string that stands for a credential."""

    text: str
    source: str
    path: str
    kind: Literal["key", "config"]


@record
class Sink:
    """Something that came out of the program elsewhere than through a resource or an output."""

    sink: SinkKind
    where: str
    text: str
    binary: bool
    secret: bool
    frames: Frames


@record
class Failure:
    """How the program failed; `name` is the package or the configuration key that is missing."""

    kind: str
    type: str
    message: str
    name: str | None
    frames: Frames
    traceback: tuple[str, ...]


@record
class Recording:
    """One run of one stack in one mode."""

    mode: Mode
    complete: bool
    pulumi: str
    python: str
    notes: tuple[str, ...]
    resources: tuple[Registration, ...]
    exports: Mapping[str, Any]
    export_frames: Mapping[str, Frames]
    component_outputs: Mapping[str, Mapping[str, Any]]
    calls: tuple[Invocation, ...]
    hooks: tuple[str, ...]
    made: tuple[MadeText, ...]
    marks: tuple[Mark, ...]
    sinks: tuple[Sink, ...]
    error: Failure | None
