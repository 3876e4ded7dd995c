"""`hubwarden check`: run programs without deploying them, and judge what they declare."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TextIO

import typer

from hubwarden_cli.guard import complain

if TYPE_CHECKING:
    from hubwarden_cli.examination import Inspected
    from hubwarden_policies.reports.report import Report
    from hubwarden_policies.rule import Severity

Word = Literal["info", "low", "medium", "high", "critical"]


def check(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FOLDER",
            help="Pulumi projects; by default the one here, else every one below.",
            show_default=False,
        ),
    ] = None,
    *,
    stack: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A stack to check; repeatable. Without it, all."),
    ] = None,
    report_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="For people, or for programs.")
    ] = "text",
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the report there.")
    ] = None,
    fail_on: Annotated[
        Word | None,
        typer.Option(help="Fail on findings of this severity and above, whatever their level."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail on what could not be decided.")
    ] = False,
    no_canary: Annotated[
        bool, typer.Option("--no-canary", help="Run each program once only; leaks stay undecided.")
    ] = False,
    no_waivers: Annotated[
        bool, typer.Option("--no-waivers", help="Judge as if nothing were waived.")
    ] = False,
    policy_from: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Settings, levels, waivers, baseline are read there only: the base's checkout.",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Findings and errors only.")] = False,
    isolation: Annotated[
        Literal["required", "best", "observe"],
        typer.Option(
            help="The program is run held or not at all; held where the machine can; only watched."
        ),
    ] = "best",
    timeout: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", min=0.1, help="Per stack and run; otherwise 120."),
    ] = None,
) -> None:
    """Check Pulumi programs in Python: run each, deploy nothing, judge what it declares.

    Exit code: 0 clean, 1 a finding that fails the check, 2 usage or configuration, 3 nothing was
    checked, 4 a program could not be evaluated, 70 hubwarden failed.
    """
    from hubwarden_cli.examination import Wish, inspect
    from hubwarden_cli.progress import progress_line
    from hubwarden_cli.streams import report_file, write
    from hubwarden_policies.rule import Severity

    severity = Severity[fail_on.upper()] if fail_on else None
    wish = Wish(
        folders or [Path()],
        stack or [],
        isolation,
        timeout,
        canary=not no_canary,
        policy_from=policy_from,
        waivers=not no_waivers,
    )
    with report_file(output) if output else nullcontext(sys.stdout) as stream:
        with progress_line(sys.stderr, quiet=quiet) as progress:
            today = datetime.now(UTC).date()
            projects = list(inspect(wish, environ=os.environ, today=today, progress=progress))
        report = _assembled(projects)
        if report_format == "json":
            write(_json(report), stream)
        else:
            write(_text(report, stream, strict=strict, fail_on=severity, quiet=quiet), stream)
    if output or report_format == "json":
        for problem in report.errors:
            complain(f"{problem.input}: {problem.message}")
    raise typer.Exit(report.exit_code(strict=strict, fail_on=severity))


def _assembled(projects: list[Inspected]) -> Report:
    # Not before: what it loads is loaded while the programs run.
    from hubwarden_cli.assemble import assemble

    return assemble(projects, os.environ)


def _json(report: Report) -> str:
    from hubwarden_policies.reports.json import render

    return render(report)


def _text(
    report: Report, stream: TextIO, *, strict: bool, fail_on: Severity | None, quiet: bool
) -> str:
    from hubwarden_cli.streams import columns
    from hubwarden_policies.reports.page import Page, page_for
    from hubwarden_policies.reports.text import render

    page = page_for(stream, os.environ, columns()) if stream is sys.stdout else Page()
    return render(report, page, strict=strict, fail_on=fail_on, quiet=quiet)
