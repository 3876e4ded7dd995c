"""Why a run could not be judged, as one sentence with a way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hubwarden_policies.model import Location

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.launch import Ran
    from hubwarden_policies.gates.program.project import Project
    from hubwarden_policies.gates.program.recording import Failure, Frame

_NOTHING: Final = 3
_FAILED: Final = 4


@dataclass(frozen=True, slots=True)
class Trouble:
    """`kind` is one word for machines; `traceback` has the user's own lines only."""

    kind: str
    message: str
    location: Location | None = None
    exit_code: int = _FAILED
    traceback: tuple[str, ...] = ()


def trouble(ran: Ran, project: Project, *, preview_passed: bool) -> Trouble | None:
    """What kept a run from being judged, None where nothing did.

    `preview_passed` says, for a canary run, that the same program ran well in preview.
    """
    recording = ran.recording
    if ran.status != "ok" or recording is None:
        return _unfinished(ran, project)
    failure = recording.error
    if failure is None:
        if recording.complete:
            return None
        return Trouble(
            "incomplete",
            "The program ended before its stack was complete; let it run to its end instead of "
            "leaving early.",
        )
    place = _place(failure.frames[-1], project) if failure.frames else None
    only_made_up = ran.run.mode == "canary" and preview_passed
    message = _made_up(failure) if only_made_up else _sentence(failure, ran, project)
    kind = "made-up-value" if only_made_up else failure.kind
    return Trouble(kind, message, place, _FAILED, failure.traceback)


def _unfinished(ran: Ran, project: Project) -> Trouble:
    if ran.status in ("timeout", "hung"):
        return Trouble(
            "timeout",
            f"The program did not end within its time in the {ran.run.mode} run; give it more "
            "with --timeout SECONDS, or look for an apply or a thread that waits for ever.",
        )
    if ran.status == "no-sdk":
        python = f" {project.python_note}, so hubwarden's own Python was used." if project.python_note else ""  # noqa: E501
        return Trouble(
            "no-sdk",
            f"The project's Python cannot import pulumi ({ran.reason}).{python} Install it there, "
            "or name the environment in Pulumi.yaml: `runtime: {name: python, options: "
            "{virtualenv: .venv}}`.",
        )
    if ran.status == "isolation":
        return Trouble("isolation", ran.reason)
    return Trouble(
        "incomplete",
        "The program's process ended before its stack was complete (os._exit, a signal, or out of "
        "memory); let it run to its end.",
    )


def _sentence(failure: Failure, ran: Ran, project: Project) -> str:
    if failure.kind == "missing-package":
        package = (failure.name or "?").partition(".")[0]
        where = (
            f"hubwarden's own Python, because {project.python_note}"
            if project.python_note
            else "the project's Python" if project.python else "hubwarden's own Python"
        )
        return (
            f"The program imports {package}, which is not installed in {where}; install it, or "
            "name the environment that has it in Pulumi.yaml: `runtime: {name: python, options: "
            "{virtualenv: .venv}}`."
        )
    if failure.kind == "missing-config":
        file = project.stack_file(ran.run.stack)
        place = project.relative(file) if file else f"Pulumi.{ran.run.stack}.yaml"
        return (
            f"The program needs the configuration value {failure.name}, which {place} does not "
            f'set; set it there, or for checks only in hubwarden.toml: [check.config] "{failure.name}" = …'
        )
    if failure.kind == "bad-config":
        return f"The configuration does not fit the program: {failure.message}; correct the stack file."
    if failure.kind == "syntax":
        return f"The program has a syntax error: {failure.message}."
    if failure.kind == "encoding":
        return "A file of the program is not UTF-8; save it as UTF-8, or declare its encoding."
    if failure.kind == "exit":
        return (
            f"The program left early with sys.exit({failure.message}), before its stack was "
            "complete; let it run to its end."
        )
    if failure.kind == "thread":
        return f"A thread of the program died: {failure.type}: {failure.message}"
    return f"The program failed: {failure.type}: {failure.message}"


def _made_up(failure: Failure) -> str:
    return (
        f"The program failed only where hubwarden made values up ({failure.type}: "
        f"{failure.message}); give the value that it needs in hubwarden.toml, for instance "
        '[check.outputs."TYPE"] NAME = "VALUE" or [check.calls."FUNCTION"] NAME = "VALUE", or '
        "leave the proof of leaks out with --no-canary."
    )


def _place(frame: Frame, project: Project) -> Location:
    from pathlib import Path  # noqa: PLC0415

    return Location(project.relative(Path(frame.file)), frame.line)
