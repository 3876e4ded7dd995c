"""`hubwarden doctor`: whether the next deployment from here would be judged, and kept secret."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import typer

from hubwarden_cli.guard import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from hubwarden_cli.diagnosis.line import Line
    from hubwarden_policies.gates.program.pulumi_project.project import Project
    from hubwarden_policies.reports.page import Page

_STYLES: Final = {"ok": "good", "warning": "medium", "problem": "high"}


def doctor(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="The Pulumi project; by default the one here."),
    ] = Path(),
    *,
    stack: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Look at this stack's secrets only; repeatable."),
    ] = None,
    report_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="For people, or for programs.")
    ] = "text",
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of hubwarden.toml instead.")
    ] = False,
) -> None:
    """Say whether the next `pulumi up` here would run the policy pack, and what else is amiss.

    Nothing is deployed, no secret is read or shown. Exit code: 0, 1 with a problem.
    """
    from hubwarden_cli.streams import write

    if schema:
        from hubwarden_policies.settings import Settings

        write(json.dumps(Settings.model_json_schema(), indent=2) + "\n", sys.stdout)
        return
    lines = list(_shown(diagnose(folder, stack or [], os.environ, datetime.now(UTC).date())))
    if report_format == "json":
        document = {"version": 1, "lines": [asdict(line) for line in lines]}
        write(json.dumps(document, indent=2) + "\n", sys.stdout)
    else:
        write(_text(lines), sys.stdout)
    raise typer.Exit(1 if any(line.says == "problem" for line in lines) else 0)


def diagnose(
    folder: Path, stacks: Sequence[str], environ: Mapping[str, str], today: date
) -> Iterator[Line]:
    """Yield what is to be said of the project in this folder; raises `Refusal`."""
    from hubwarden_cli.diagnosis.backend import about_the_backend, backend_of
    from hubwarden_cli.diagnosis.encryption import about_the_secrets
    from hubwarden_cli.diagnosis.pack import about_the_guard, about_the_pack
    from hubwarden_cli.diagnosis.tools import about_the_tools
    from hubwarden_policies.gates.program.pulumi_project.project import (
        ProjectError,
        read_project,
        read_stack,
    )

    try:
        project = read_project(folder)
        for name in stacks:
            read_stack(project, name)
        yield from about_the_pack(project, environ)
        yield about_the_guard(project)
        yield _decided(project, today)
        yield from about_the_tools(project, environ)
        backend = backend_of(project, environ)
        yield about_the_backend(project, backend)
        for name in stacks or project.stacks:
            if stacks or not project.made_up:
                yield about_the_secrets(project, name, backend, environ)
    except ProjectError as error:
        raise Refusal(error.sentence) from None


def _decided(project: Project, today: date) -> Line:
    from hubwarden_cli.diagnosis.line import Line, problem
    from hubwarden_cli.policy_place import place
    from hubwarden_policies.policy import read_policy
    from hubwarden_policies.policy_file import SettingsError

    try:
        read_policy(place(project, None), project.stacks, today)
    except SettingsError as error:
        return problem("settings", str(error), "correct the file.")
    return Line("settings", "settings, levels, waivers and baseline can be read")


def _shown(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines as they may leave: a path or a version could hold what a variable holds."""
    from dataclasses import replace

    from hubwarden_cli.secrets import of_environment
    from hubwarden_policies.redact import Redactor

    redactor = Redactor(of_environment(os.environ))
    for line in lines:
        todo = None if line.todo is None else redactor.text(line.todo)
        yield replace(line, what=redactor.text(line.what), todo=todo)


def _text(lines: Sequence[Line]) -> str:
    from hubwarden_cli.streams import columns
    from hubwarden_policies.reports.page import page_for

    page = page_for(sys.stdout, os.environ, columns())
    counts = Counter(line.says for line in lines)
    said = [text for line in lines for text in _block(line, page)]
    said += ["", ", ".join(_counted(counts[word], word) for word in ("problem", "warning"))]
    return "\n".join(said) + "\n"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _block(line: Line, page: Page) -> Iterator[str]:
    label = f"{line.says:9}{line.about:10}"
    yield from page.wrap(line.what, 0, label, _STYLES[line.says])
    if line.todo:
        yield from page.wrap(line.todo, len(label), "do: ")
