"""The gate for Bicep: a file in, the stack that it declares out.

`bicep build` is used where somebody has it; else the file is translated here, and what is not
translated with certainty is an error at its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.gate import collect_template
from hubwarden_policies.gates.arm.parameters_file import read_parameters
from hubwarden_policies.gates.bicep import compiler, parameters_file
from hubwarden_policies.gates.bicep.files import Files
from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.template.build import Build, Built
from hubwarden_policies.gates.collected import Collected, InputError
from hubwarden_policies.model import Location

if TYPE_CHECKING:
    from pathlib import Path

_KIND = "bicep"
_MOST = 200


def collect(
    path: Path,
    root: Path,
    *,
    bicep: str | None = None,
    environ: Mapping[str, str] | None = None,
    parameters: tuple[bytes, str] | None = None,
) -> Collected:
    """What a `.bicep` or `.bicepparam` file deploys.

    Modules and loaded files are read inside `root` only. `bicep` is the executable that builds the
    file (see `compiler.found`); None: translated here.
    `environ` is what it may see of. `parameters` is a JSON parameters file with its shown path.
    Nothing is fetched, and nothing raises.
    """
    files = Files(root)
    build = Build(files)
    try:
        file = files.open(path)
    except Refused as refused:
        return Collected(
            errors=(InputError(_KIND, refused.message, Location(files.shown(path.absolute()), 1)),)
        )
    try:
        if file.path.suffix == ".bicepparam":
            built = parameters_file.build(build, file)
        else:
            built = build.build(file)
    except Refused as refused:
        return Collected(errors=(InputError(_KIND, refused.message, file.location(refused.at)),))
    except RecursionError:
        message = "This file is nested too deep to be read: make it flatter."
        return Collected(errors=(InputError(_KIND, message, Location(file.shown, 1)),))
    if bicep is None:
        return _judged(built, build, file.shown, _refused(build), parameters)
    compiled = compiler.compile_file(bicep, file, files, environ or {})
    if compiled.template is None:
        return Collected(errors=compiled.errors)
    template = compiler.with_symbols(compiled.template, built)
    return _judged(Built(template, built.places), build, file.shown, compiled.errors, parameters)


def _refused(build: Build) -> tuple[InputError, ...]:
    found = dict.fromkeys(
        InputError(_KIND, refused.message, file.location(refused.at))
        for file, refused in build.refused
    )
    return tuple(found)[:_MOST]


def _judged(
    built: Built,
    build: Build,
    file: str,
    errors: tuple[InputError, ...],
    parameters: tuple[bytes, str] | None,
) -> Collected:
    values: dict[str, Any] = {}
    config: Mapping[str, Any] = {}
    sources = dict(build.files.texts)
    if parameters is not None:
        values, config, text, wrong = read_parameters(*parameters, built.template)
        sources |= text
        errors = (*errors, *wrong)
    found = collect_template(built.template, file, built.places.find, values, sources)
    stack = found.stack
    if stack is not None and config:
        stack = replace(stack, config={**stack.config, **config})
    return Collected(stack, (*errors, *found.errors), found.notes, found.locate)
