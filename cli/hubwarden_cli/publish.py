"""A report to wherever it was asked for, and the exit code that it means."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubwarden_cli.guard import complain
from hubwarden_cli.outputs import Format

if TYPE_CHECKING:
    from hubwarden_cli.formats import Terms
    from hubwarden_cli.outputs import Output
    from hubwarden_policies.reports.report import Report

# The options of every command that makes a report.
Formats = Annotated[
    list[Format] | None,
    typer.Option(
        "--format",
        help="For people, programs or a CI, whichever it is: auto. Repeatable; otherwise text.",
    ),
]
Files = Annotated[
    list[Path] | None,
    typer.Option(metavar="FILE", help="Write the report of the format in the same position there."),
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail on what could not be decided.")]
ExitZero = Annotated[
    bool, typer.Option("--exit-zero", help="Exit with 0 whatever is found; errors still fail.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Findings and errors only.")]


def published(
    make: Callable[[], Report], wanted: Sequence[Output], terms: Terms, *, exit_zero: bool
) -> int:
    """Write the report that `make` makes in every form that is wanted; the exit code.

    Files are opened before it is made: one that cannot be written is told before the work.
    """
    from hubwarden_cli.formats import rendered
    from hubwarden_cli.streams import report_file, write

    with ExitStack() as files:
        streams = [
            files.enter_context(report_file(one.path, append=one.append))
            if one.path
            else sys.stdout
            for one in wanted
        ]
        report = make()
        for one, stream in zip(wanted, streams, strict=True):
            if stream is sys.stdout:
                # What goes there may speak of the files, so they are whole by then.
                files.close()
            write(rendered(report, one, terms), stream)
    if not any(one.form is Format.TEXT and one.path is None for one in wanted):
        for problem in report.errors:
            complain(f"{problem.input}: {problem.message}")
    code = report.exit_code(strict=terms.strict, fail_on=terms.fail_on)
    return 0 if exit_zero and code == 1 else code
