"""`hubwarden baseline`: the findings that were there before, and how they become fewer."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubwarden_cli.guard import Refusal, complain
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_cli.inspected import Inspected
    from hubwarden_policies.baseline import Old
    from hubwarden_policies.evaluate import Finding

baseline = typer.Typer(
    name="baseline",
    help="Write, check or show the findings that were there before.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Folders = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="TARGET", help="Projects, folders and files, as for check.", show_default=False
    ),
]
Stacks = Annotated[
    list[str] | None, typer.Option("--stack", metavar="NAME", help="Only this one; repeatable.")
]


@record
class Difference:
    """What one project has (`now`), what of it is new, and what its baseline lists in vain."""

    file: Path
    now: Sequence[Finding]
    new: Sequence[Finding]
    fixed: Sequence[Old]
    old: Sequence[Old]


@baseline.command()
def write(
    folders: Folders = None,
    *,
    stack: Stacks = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Only take out what is mended; nothing is added.")
    ] = False,
) -> None:
    """Check, and write every finding that is not waived to baseline.json beside the stack files."""
    from hubwarden_cli.streams import report_file, tell
    from hubwarden_policies.baseline import dumped, old

    for one in examined(folders or [Path()], stack or []):
        found = _difference(one)
        judged = {each.name for each in one.examined}
        gone = {entry.key for entry in found.fixed}
        kept = [e for e in found.old if e.key not in gone and (prune or e.stack not in judged)]
        entries = kept if prune else [*kept, *(old(finding) for finding in found.now)]
        entries = list({entry.key: entry for entry in entries}.values())
        with report_file(found.file) as stream:
            stream.write(dumped(entries))
        added = 0 if prune else len(found.new)
        tell(
            f"{os.path.relpath(found.file)}: {len(entries)} findings, {added} new, "
            f"{len(found.fixed)} taken out\n",
            sys.stdout,
        )


@baseline.command()
def check(folders: Folders = None, *, stack: Stacks = None) -> None:
    """Say what is new and what is mended; exit code 1 where the baseline does not fit."""
    from hubwarden_cli.streams import write as say

    lines = []
    for one in examined(folders or [Path()], stack or []):
        found = _difference(one)
        lines += [_line("new", f.stack, f.rule.id, f.subject.address, f.path) for f in found.new]
        lines += [_line("mended", o.stack, o.rule, o.address, o.path) for o in found.fixed]
    say("\n".join(lines or ["the baseline fits"]) + "\n", sys.stdout)
    raise typer.Exit(1 if lines else 0)


@baseline.command()
def show(project: Annotated[Path, typer.Argument(metavar="FOLDER")] = Path()) -> None:
    """Count what the baseline of a project or folder lists, by stack and rule. Nothing is run."""
    from hubwarden_cli.home import home_at
    from hubwarden_cli.streams import write as say
    from hubwarden_policies.baseline import FILE, read_baseline
    from hubwarden_policies.gates.program.pulumi_project.project import ProjectError
    from hubwarden_policies.policy_file import SettingsError

    try:
        path = home_at(project).stack_folder / FILE
        found = read_baseline(path, os.path.relpath(path)).findings.values()
    except ProjectError as error:
        raise Refusal(error.sentence) from None
    except SettingsError as error:
        raise Refusal(str(error)) from None
    counts = Counter((one.stack, one.rule, one.severity) for one in found)
    lines = [
        f"{n:5}  {stack}: {rule} ({word})" for (stack, rule, word), n in sorted(counts.items())
    ]
    say("\n".join([*lines, f"{len(found)} findings in the baseline"]) + "\n", sys.stdout)


def examined(folders: Sequence[Path], stacks: Sequence[str]) -> list[Inspected]:
    """The projects, each checked to its end; says what could not be judged, and stops then."""
    from hubwarden_cli.assemble import assemble
    from hubwarden_cli.examination import inspect
    from hubwarden_cli.inspected import Wish
    from hubwarden_cli.progress import progress_line

    today = datetime.now(UTC).date()
    with progress_line(sys.stderr, quiet=False) as progress:
        wish = Wish(folders, stacks)
        found = list(inspect(wish, environ=os.environ, today=today, progress=progress))
    report = assemble(found, os.environ)
    for problem in report.errors:
        complain(f"{problem.input}: {problem.message}")
    if report.errors:
        raise typer.Exit(report.exit_code())
    return [one for one in found if one.home is not None]


def _difference(one: Inspected) -> Difference:
    from hubwarden_policies.baseline import FILE

    home, policy = one.home, one.policy
    if home is None or policy is None:  # `examined` has refused it
        raise Refusal(f"{one.root} could not be checked.")
    everything = list(_findings(one))
    settled = policy.settle(everything)
    now = [f for f in settled if f.status != "waived" and f.level != "disabled"]
    return Difference(
        file=home.stack_folder / FILE,
        now=[f for f in now if f.status != "baseline"]
        + [before for before, f in zip(everything, settled, strict=True) if f.status == "baseline"],
        new=[f for f in now if f.status != "baseline"],
        fixed=policy.fixed(everything, [each.name for each in one.examined]),
        old=list(policy.baseline.findings.values()),
    )


def _findings(one: Inspected) -> Iterator[Finding]:
    for each in one.examined:
        if each.judgement is not None:
            yield from each.judgement.findings


def _line(word: str, stack: str, rule: str, address: str, path: str) -> str:
    return f"{word:7} {stack}: {rule} at {path or 'the resource'} of {address}"
