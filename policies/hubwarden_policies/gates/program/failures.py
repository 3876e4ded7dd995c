"""Why a run could not be judged, as one sentence with a way out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.collected import InputError
from hubwarden_policies.gates.program.fixture_lines import call_line, missing_line
from hubwarden_policies.model import Location

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.pulumi_project.project import Project
    from hubwarden_policies.gates.program.running.launch import Ran
    from hubwarden_policies.gates.program.running.recording import Failure, Frame

HUBWARDEN_FAILED: Final = 70
_NAME_ENVIRONMENT: Final = "`runtime: {name: python, options: {virtualenv: .venv}}`"


def failed(
    ran: Ran, project: Project, *, timeout: float, preview_passed: bool
) -> InputError | None:
    """What kept a run from being judged, None where nothing did.

    `timeout` is what the run was given (seconds); `preview_passed` says, for a canary run, that
    the same program ran well in preview.
    """
    recording = ran.recording
    if ran.status != "ok" or recording is None:
        return _unfinished(ran, project, timeout)
    failure = recording.error
    if failure is None:
        if recording.complete:
            return None
        return InputError(
            "incomplete",
            "The program ended before its stack was complete; let it run to its end instead of "
            "leaving early.",
        )
    place = _place(failure.frames[-1], project) if failure.frames else None
    lines = tuple(line.replace(f"{project.folder}{os.sep}", "") for line in failure.traceback)
    if failure.kind == "internal":
        message = f"hubwarden could not run the program: {_said(failure)}; please report it."
        return InputError("internal", message, place, HUBWARDEN_FAILED, lines)
    if ran.run.mode == "canary" and preview_passed:
        message = (
            f"The program failed only where hubwarden made values up ({_said(failure)}); "
            f"{missing_line(failure, recording)} Or leave the proof of leaks out with --no-canary."
        )
        return InputError("made-up-value", message, place, traceback=lines)
    message = _sentence(failure, ran, project)
    if failure.kind == "exception" and any(not call.credentials for call in recording.calls):
        message += f" If a made-up result is to blame, {call_line(failure, recording)}"
    return InputError(failure.kind, message, place, traceback=lines)


def _unfinished(ran: Ran, project: Project, timeout: float) -> InputError:
    if ran.status in ("timeout", "hung"):
        return InputError(
            "timeout",
            f"The program did not end within {timeout:g} s in the {ran.run.mode} run; give it more "
            "with --timeout SECONDS, or look for an apply or a thread that waits for ever.",
        )
    if ran.status == "no-sdk":
        why = f" ({project.python_note})" if project.python_note else ""
        return InputError(
            "no-sdk",
            f"The program cannot run: {ran.reason}{why}. Install pulumi there, or name the "
            f"environment that has it in Pulumi.yaml: {_NAME_ENVIRONMENT}.",
        )
    if ran.status == "isolation":
        return InputError("isolation", ran.reason)
    reason = f" ({ran.reason})" if ran.reason else ""
    return InputError(
        "incomplete",
        "The program's process ended before its stack was complete: os._exit, a signal, or not "
        f"enough memory{reason}; let it run to its end.",
    )


def _sentence(failure: Failure, ran: Ran, project: Project) -> str:
    match failure.kind:
        case "missing-package":
            return _missing_package(failure, project)
        case "missing-config":
            file = project.stack_file(ran.run.stack)
            place = project.relative(file) if file else f"Pulumi.{ran.run.stack}.yaml"
            return (
                f"The program needs the configuration value {failure.name}, which {place} does not "
                "set; set it there, or for checks only in hubwarden.toml: [check.config] "
                f'"{failure.name}" = "…".'
            )
        case "bad-config":
            problem = f"The configuration does not fit the program: {failure.message}"
            return f"{problem}; correct the stack file."
        case "syntax":
            return f"The program has a syntax error: {failure.message}."
        case "encoding":
            return "A file of the program is not UTF-8; save it as UTF-8, or declare its encoding."
        case "exit":
            return (
                f"The program left early with sys.exit({failure.message}), before its stack was "
                "complete; let it run to its end."
            )
        case "thread":
            return (
                f"A thread of the program died, so what it was to declare is missing "
                f"({_said(failure)}); catch what it raises, or mend it."
            )
        case "refused":
            return f"Pulumi would refuse the program: {failure.message}."
    return f"The program failed: {_said(failure)}"


def _said(failure: Failure) -> str:
    """The failure in one line; all of what it says is in its traceback."""
    lines = failure.message.splitlines() or [""]
    return f"{failure.type}: {lines[0]}{' …' if len(lines) > 1 else ''}"


def _missing_package(failure: Failure, project: Project) -> str:
    package = (failure.name or "?").partition(".")[0]
    where = "the project's Python" if project.python else "hubwarden's own Python"
    if project.python_note:
        where += f" (used because {project.python_note})"
    return (
        f"The program imports {package}, which is not installed in {where}; install it, or name "
        f"the virtualenv that has it in Pulumi.yaml: {_NAME_ENVIRONMENT}."
    )


def _place(frame: Frame, project: Project) -> Location:
    return Location(project.relative(Path(frame.file)), frame.line)
