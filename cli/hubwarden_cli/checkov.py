"""`hubwarden checkov`: stock Checkov on any team's files, run apart and proven to have judged."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hubwarden_cli.guard import Refusal
from hubwarden_cli.outputs import outputs
from hubwarden_cli.publish import ExitZero, Files, Formats, Quiet, Strict, published

if TYPE_CHECKING:
    from hubwarden_policies.gates.stock_checkov.wish import Outcome
    from hubwarden_policies.reports.report import Report


def checkov(
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FOLDER | -- -d FOLDER -f FILE ...]",
            help="What to judge, as Checkov's own options say it; by default the folder here.",
            show_default=False,
        ),
    ] = None,
    *,
    report_format: Formats = None,
    output: Files = None,
    fail_on: Annotated[
        Literal["info", "low", "medium", "high", "critical"] | None,
        typer.Option(help="Fail on failed checks of this severity and above; otherwise on all."),
    ] = None,
    strict: Strict = False,
    exit_zero: ExitZero = False,
    quiet: Quiet = False,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, help="For the files of one framework.")
    ] = 600.0,
) -> None:
    """Run stock Checkov on ARM, Bicep and Terraform files so that nothing passes in silence.

    Checkov runs apart: without your environment, home, network, or any configuration or check of
    the files it judges. Every resource must be in its report, a file that is known to be bad must
    fail, and what it drops, breaks on or does not read is an error.

    Exit code: 0 clean, 1 a failed check, 2 usage, 3 nothing was checked, 4 something could not be
    judged, 70 hubwarden failed.
    """
    from hubwarden_cli.checkov_options import read
    from hubwarden_cli.formats import Terms
    from hubwarden_policies.gates.stock_checkov.fault import Unusable
    from hubwarden_policies.gates.stock_checkov.gate import judge
    from hubwarden_policies.rule import Severity

    wish = read(arguments or [], timeout)
    severity = Severity[fail_on.upper()] if fail_on else None
    terms = Terms(strict=strict, fail_on=severity, quiet=quiet)
    wanted = outputs(report_format or [], output or [], os.environ)
    try:
        code = published(
            lambda: _report(judge(wish, os.environ)), wanted, terms, exit_zero=exit_zero
        )
    except Unusable as reason:
        raise Refusal(str(reason)) from None
    raise typer.Exit(code)


def _report(outcome: Outcome) -> Report:
    """What was found in the shape of every report, without any credential."""
    from hubwarden_cli.secrets import of_environment
    from hubwarden_policies.model import Location
    from hubwarden_policies.redact import Redactor
    from hubwarden_policies.reports.clean import clean
    from hubwarden_policies.reports.problem import Problem
    from hubwarden_policies.reports.report import Report, Skipped, StackReport

    errors = [
        Problem(
            input=fault.input,
            stack=None,
            kind=fault.kind,
            message=fault.message,
            exit_code=fault.exit_code,
            location=Location(fault.input, fault.line) if fault.line else None,
        )
        for fault in outcome.faults
    ]
    if not errors and not sum(one.judged for one in outcome.judged):
        errors = [Problem("Checkov", None, "nothing-checked", _NOTHING, 3)]
    report = Report(
        stacks=tuple(
            StackReport(
                project="checkov",
                stack=one.framework,
                resources=one.resources,
                judged=one.judged,
                rules=one.checks,
                undecided=sum(
                    said.stack == one.framework and said.verdict == "undecided"
                    for said in outcome.advice
                ),
                seconds=one.seconds,
                isolation=one.held,
                other=one.other,
                notes=one.notes,
                by_checkov=True,
            )
            for one in outcome.judged
        ),
        errors=tuple(errors),
        skipped=tuple(
            Skipped(
                one.input,
                one.reason,
                one.framework,
                Location(one.input, one.line) if one.line else None,
            )
            for one in outcome.left_out
        ),
        advice=outcome.advice,
    )
    return clean(report, Redactor(of_environment(os.environ)))


_NOTHING = (
    "nothing was checked, because no file declares a resource that Checkov has a check for; name "
    "another folder by -d, or judge the files with `hubwarden check`."
)
