"""What its gate makes of one file: each is loaded where it is needed only."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hubwarden_cli.guard import FAILED, fault, traceback_for
from hubwarden_cli.home import FileHome
from hubwarden_cli.targets import File
from hubwarden_policies.gates.collected import Collected, InputError
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_policies.gates.recognise import Kind


@record
class Read:
    """What a gate made of a file, how reports name both, and how long that took (seconds)."""

    kind: Kind
    file: str
    name: str
    collected: Collected
    seconds: float


@record
class Given:
    """What gates are told beside the file: parameters, as bytes and the path of their file."""

    parameters: tuple[bytes, Path] | None
    environ: Mapping[str, str]


def read_file(file: File, home: FileHome, given: Given) -> Read:
    """What is in a file of this home. Nothing raises: a fault of ours is an error of this file."""
    began = time.monotonic()
    # A link is called what it is called here, wherever it leads.
    name = home.relative(file.path.parent.resolve() / file.path.name)
    told = file.parameters
    # With parameters from beside it, it is one stack of several.
    called = name if told is None else home.relative(told.parent.resolve() / told.name)
    try:
        if told is not None:
            given = replace(given, parameters=(told.read_bytes(), told))
        collected = _collected(file, name, home, given)
    except OSError as error:
        sentence = f"It cannot be read ({error.strerror}); make it readable, or leave it out."
        collected = Collected(errors=(InputError("unreadable", sentence),))
    except Exception as error:  # noqa: BLE001 (the other files are still to be judged)
        lines = traceback_for(error, given.environ)
        fallen = InputError("internal", fault(error), exit_code=FAILED, traceback=lines)
        collected = Collected(errors=(fallen,))
    return Read(file.kind, name, called, collected, time.monotonic() - began)


def _collected(file: File, name: str, home: FileHome, given: Given) -> Collected:
    parameters = None
    if given.parameters is not None:
        raw, path = given.parameters
        parameters = raw, home.relative(path.resolve())
    match file.kind:
        case "arm":
            from hubwarden_policies.gates.arm import gate as arm

            return arm.collect(file.path.read_bytes(), name, parameters)
        case "bicep" | "bicep-parameters":
            from hubwarden_policies.gates.bicep import compiler
            from hubwarden_policies.gates.bicep import gate as bicep

            own = compiler.found(given.environ)
            return bicep.collect(
                file.path, home.folder, bicep=own, environ=given.environ, parameters=parameters
            )
        case "terraform-plan":
            from hubwarden_policies.gates.terraform import gate as terraform

            return terraform.collect(file.path.read_bytes(), name)
        case "pulumi-state" | "pulumi-preview":
            from hubwarden_policies.gates.state import gate as state

            return state.collect(file.path.read_bytes(), name)
    raise AssertionError(file.kind)
