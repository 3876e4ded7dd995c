"""`hubwarden check`: run programs without deploying them, and judge what they declare."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hubwarden_cli.outputs import Format, outputs
from hubwarden_cli.publish import ExitZero, Files, Formats, Quiet, Strict, published

if TYPE_CHECKING:
    from hubwarden_cli.inspected import Inspected
    from hubwarden_policies.gates.checkov_advice.gate import Checkov
    from hubwarden_policies.reports.report import Report

Word = Literal["info", "low", "medium", "high", "critical"]


def check(
    context: typer.Context,
    targets: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="TARGET",
            help="Folders of Pulumi projects or of files, ARM templates, Bicep files, Terraform "
            "plans, Pulumi states; by default the project here, else what is below.",
            show_default=False,
        ),
    ] = None,
    *,
    parameters: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The parameters of the template that is checked."),
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Check what runs in Azure: nothing but reads.")
    ] = False,
    subscription: Annotated[
        str | None, typer.Option(metavar="ID", help="With --live: where to look.")
    ] = None,
    resource_group: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="With --live: only there; repeatable."),
    ] = None,
    cloud: Annotated[
        Literal["public", "usgov", "china"], typer.Option(help="With --live: which Azure.")
    ] = "public",
    stack: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A stack to check; repeatable. Without it, all."),
    ] = None,
    report_format: Formats = None,
    output: Files = None,
    fail_on: Annotated[
        Word | None,
        typer.Option(help="Fail on findings of this severity and above, whatever their level."),
    ] = None,
    strict: Strict = False,
    exit_zero: ExitZero = False,
    no_canary: Annotated[
        bool, typer.Option("--no-canary", help="Run each program once only; leaks stay undecided.")
    ] = False,
    no_advice: Annotated[
        bool, typer.Option("--no-advice", help="Do not ask Checkov's own checks.")
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
    quiet: Quiet = False,
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
    """Check programs, templates, plans, states, or what runs: deploy nothing, judge what is there.

    Exit code: 0 clean, 1 a finding that fails the check, 2 usage or configuration, 3 nothing was
    checked, 4 an input could not be evaluated, 70 hubwarden failed.
    """
    from hubwarden_cli.formats import Terms
    from hubwarden_cli.inspected import Wish
    from hubwarden_cli.live.wish import Azure, inspected, wished
    from hubwarden_cli.progress import progress_line
    from hubwarden_policies.rule import Severity

    azure = wished(
        Azure(subscription or "", resource_group or (), cloud, context.obj),
        (targets, stack, parameters),
        live=live,
    )
    wanted = outputs(report_format or [], output or [], os.environ)
    # What is loaded and judged stays to the end: to look for garbage in it would only take time.
    gc.disable()
    severity = Severity[fail_on.upper()] if fail_on else None
    terms = Terms(strict=strict, fail_on=severity, quiet=quiet)
    wish = Wish(
        targets or [Path()],
        stack or [],
        isolation,
        timeout,
        canary=not no_canary,
        policy_from=policy_from,
        waivers=not no_waivers,
        parameters=parameters,
    )

    def make() -> Report:
        with ExitStack() as held:
            checkov = None if no_advice else held.enter_context(_advisor())
            with progress_line(sys.stderr, quiet=quiet) as progress:
                today = datetime.now(UTC).date()
                projects = inspected(
                    wish, azure, environ=os.environ, today=today, progress=progress
                )
            # No other form shows a line of source.
            excerpts = any(one.form is Format.TEXT for one in wanted)
            return _assembled(projects, checkov, excerpts=excerpts)

    code = published(make, wanted, terms, exit_zero=exit_zero)
    # The interpreter looks for garbage once more when it ends; the system takes it all anyway.
    gc.freeze()
    raise typer.Exit(code)


def _advisor() -> Checkov:
    from hubwarden_policies.gates.checkov_advice.gate import Checkov

    return Checkov(os.environ)


def _assembled(projects: list[Inspected], checkov: Checkov | None, *, excerpts: bool) -> Report:
    # Not before: what it loads is loaded while the programs run.
    from hubwarden_cli.assemble import assemble

    return assemble(projects, os.environ, checkov, excerpts=excerpts)
