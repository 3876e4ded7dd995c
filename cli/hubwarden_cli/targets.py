"""What the targets of a check are: projects, files to judge, and what is neither."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from hubwarden_cli.bicep_modules import used_by_others
from hubwarden_cli.guard import USAGE
from hubwarden_cli.kinds import is_no_json, is_regular, kind_of
from hubwarden_cli.left_out import LeftOut, files_below, left_out
from hubwarden_cli.parameters_beside import fitting
from hubwarden_cli.ways_out import ALONE, LEAVE_OUT, WAYS_OUT
from hubwarden_policies.gates.program.pulumi_project.folders import (
    PROJECT_FILES,
    find_projects,
    has_project,
)
from hubwarden_policies.gates.recognise import TITLES, Kind, recognise
from hubwarden_policies.record import record
from hubwarden_policies.reports.problem import Problem
from hubwarden_policies.reports.report import Skipped

UNREADABLE: Final = 4
NOTHING: Final = 3
_BICEP: Final = ("bicep", "bicep-parameters")
# A link whose end is not there, or that leads to itself.
_LEADS_NOWHERE: Final = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
_STATES: Final = ("pulumi-state", "pulumi-preview")


@record
class File:
    """A file of this kind, in the folder that was named, or that the file named is in.

    `parameters` are those that lie beside it. One that was `found` nobody asked for by its name.
    """

    path: Path
    kind: Kind
    named: Path
    parameters: Path | None = None
    found: bool = False


@record
class Targets:
    """`projects` are folders with a Pulumi.yaml, `files` what a gate can read, each once."""

    projects: tuple[Path, ...] = ()
    files: tuple[File, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()


def find_targets(
    named: Sequence[Path], *, paired: bool = True, policy_from: Path | None = None
) -> Targets:
    """Everything that these paths mean; a path that means nothing is a problem.

    `paired`: in a folder, a template is judged with each file of parameters beside it. What a walk
    leaves out stands in the settings, or in those of `policy_from`.
    """
    parts = [_target(path, paired=paired, policy_from=policy_from) for path in named]
    projects = tuple(dict.fromkeys(project for part in parts for project in part.projects))
    all_files = [f for part in parts for f in part.files]
    asked_for = [f for f in all_files if not f.found]
    files = {(f.path.resolve(), f.parameters): f for f in (*all_files, *asked_for)}.values()
    together = [file for file in files if projects and file.kind in _STATES]
    problems = [problem for part in parts for problem in part.problems]
    problems += [_problem_of(file.path, "not-together", ALONE, USAGE) for file in together]
    return Targets(
        projects,
        tuple(file for file in files if file not in together),
        tuple(dict.fromkeys(one for part in parts for one in part.skipped)),
        tuple(dict.fromkeys(problems)),
    )


def _target(path: Path, *, paired: bool, policy_from: Path | None) -> Targets:
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except OSError as error:
        return Targets(problems=(_unreadable(path, error, "leave it out"),))
    if is_folder:
        return _folder(path, paired=paired, policy_from=policy_from)
    if not is_there:
        return _problem(
            path, "no-project", "There is no such folder or file; name one that exists.", USAGE
        )
    if path.name in PROJECT_FILES:
        sentence = "It is a project's file; name the folder that holds it."
        return _problem(path, "no-project", sentence, USAGE)
    try:
        if not is_regular(path):
            sentence = "It is a pipe or a device; write what it holds to a file, and name that."
            return _problem(path, "unreadable", sentence, UNREADABLE)
        kind = recognise(path, path.read_bytes())
    except OSError as error:
        return Targets(problems=(_unreadable(path, error, "leave it out"),))
    if kind is None:
        sentence = (
            "It is nothing that can be checked: no ARM template, Bicep file, Terraform plan in "
            "JSON, Pulumi state or preview; name one of these, or a project's folder."
        )
        return _problem(path, "unrecognised", sentence, UNREADABLE)
    if kind in WAYS_OUT:
        sentence = f"A {TITLES[kind]} is not judged by itself: {WAYS_OUT[kind]}."
        return _problem(path, "not-judged", sentence, UNREADABLE)
    return Targets(files=(File(path, kind, path.parent),))


def _folder(path: Path, *, paired: bool, policy_from: Path | None) -> Targets:
    try:
        # By its whole name, as all below is read: who stands in it may be locked out above it.
        path.resolve().stat()
        if has_project(path):
            return Targets(projects=find_projects(path))
        out = left_out(path, policy_from)
    except PermissionError as error:
        return Targets(problems=(_unreadable(path, error, "leave it out"),))
    return _walked(path, out, paired=paired)


def _walked(folder: Path, out: LeftOut, *, paired: bool) -> Targets:
    """The projects below a folder, and the files outside them."""
    skipped: list[Skipped] = []
    closed: list[OSError] = []
    problems: list[Problem] = []
    files: list[File] = []
    parameters: list[Path] = []
    found = find_projects(folder)
    projects = tuple(project for project in found if not out.has(project))
    for path in files_below(folder, out, skipped, closed):
        try:
            if not is_regular(path):
                skipped.append(Skipped(str(path), "it is a pipe or a device, and no file"))
                continue
            kind = kind_of(path)
        except OSError as error:
            if error.errno in _LEADS_NOWHERE:
                skipped.append(Skipped(str(path), f"it leads nowhere ({error.strerror})"))
            else:
                problems.append(_unreadable(path, error, LEAVE_OUT))
            continue
        if kind == "arm-parameters" and paired:
            parameters.append(path)
        elif kind in WAYS_OUT:
            reason = f"a {TITLES[kind]} is not judged by itself: {WAYS_OUT[kind]}"
            skipped.append(Skipped(str(path), reason))
        elif kind is None and is_no_json(path):
            skipped.append(Skipped(str(path), "its name says JSON, and it holds none in UTF-8"))
        elif kind is not None:
            files.append(File(path, kind, folder, found=True))
    problems += (_unreadable(Path(error.filename), error, LEAVE_OUT) for error in closed)
    files = _with_parameters(files, parameters, skipped)
    if projects or files:
        used = used_by_others([file.path for file in files if file.kind in _BICEP])
        skipped += (Skipped(str(path), f"it is judged in {by}") for path, by in used.items())
        own = tuple(file for file in files if file.path not in used)
        return Targets(projects, own, tuple(skipped), tuple(problems))
    sentence = (
        "There is nothing to check in or below it: no Pulumi.yaml, ARM template, Bicep file, "
        "Terraform plan in JSON, Pulumi state or preview; name what is to be checked."
    )
    nothing = _problem(folder, "no-project", sentence, NOTHING)
    return Targets(skipped=tuple(skipped), problems=(*problems, *nothing.problems))


def _with_parameters(
    files: list[File], parameters: list[Path], skipped: list[Skipped]
) -> list[File]:
    """The files, templates with each file of parameters beside them instead of by themselves."""
    templates = {file.path: file for file in files if file.kind in ("arm", "bicep")}
    fit = fitting(list(templates), parameters)
    for path in parameters:
        if path not in fit:
            reason = f"a parameters file is not judged by itself: {WAYS_OUT['arm-parameters']}"
            skipped.append(Skipped(str(path), reason))
    used = dict(zip(fit.values(), fit, strict=True))
    skipped += (Skipped(str(path), f"it is judged with {by}") for path, by in used.items())
    told = [replace(templates[path], parameters=by) for by, path in fit.items()]
    return [*(file for file in files if file.path not in used), *told]


def _unreadable(path: Path, error: OSError, way_out: str) -> Problem:
    sentence = f"It cannot be read ({error.strerror}); make it readable, or {way_out}."
    return _problem_of(path, "unreadable", sentence, UNREADABLE)


def _problem(path: Path, kind: str, sentence: str, exit_code: int) -> Targets:
    return Targets(problems=(_problem_of(path, kind, sentence, exit_code),))


def _problem_of(path: Path, kind: str, sentence: str, exit_code: int) -> Problem:
    return Problem(str(path), None, kind, sentence, exit_code)
