"""`hubwarden init`: adds what stops a deployment to a Pulumi project of somebody else's."""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from hubwarden_cli.guard import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from hubwarden_cli.additions.addition import Addition, ByHand
    from hubwarden_policies.gates.program.pulumi_project.project import Project


def init(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="The Pulumi project; by default the one here."),
    ] = Path(),
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    ci: Annotated[
        Literal["github", "azure", "none"], typer.Option(help="Which CI gets an example.")
    ] = "github",
) -> None:
    """Add policy pack, guard, levels, settings, hook and CI example to a Pulumi project.

    The diff is shown first. A file that is there is not overwritten; what it lacks is printed.
    """
    from hubwarden_cli.additions.addition import Addition, ByHand
    from hubwarden_cli.additions.entry import guard_addition
    from hubwarden_cli.additions.files import file_additions
    from hubwarden_policies.gates.program.pulumi_project.project import ProjectError, read_project

    try:
        project = read_project(folder)
        found = [*file_additions(project, ci), guard_addition(project)]
    except ProjectError as error:
        raise Refusal(error.sentence) from None
    added = [each for each in found if isinstance(each, Addition)]
    by_hand = [each for each in found if isinstance(each, ByHand)]
    _say(_diff(added))
    if added:
        if not yes:
            _ask(len(added))
        for each in added:
            _write(each)
    else:
        _say(["everything that can be added is there"])
    _say(_rest(by_hand))
    if added:
        _say(_next_steps(project))


def _ask(count: int) -> None:
    if not sys.stdin.isatty():
        raise Refusal("Nothing was written; say --yes where nobody can be asked.")
    if not typer.confirm(f"Write these {count} files?"):
        raise typer.Exit(1)


def _write(addition: Addition) -> None:
    from hubwarden_cli.streams import report_file

    path, shown = addition.path, os.path.relpath(addition.path)
    try:
        if addition.before is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="") as stream:
                stream.write(addition.after)
            return
        if path.read_bytes() != addition.before.encode():
            raise Refusal(f"{shown} was changed meanwhile; run it again to see the new diff.")
    except OSError as error:
        raise Refusal(
            f"{shown} cannot be written: {error.strerror}; mend that and run it again, which "
            "adds what is left."
        ) from None
    with report_file(path) as stream:
        stream.write(addition.after)


def _diff(added: Sequence[Addition]) -> Iterator[str]:
    """Yield the lines of a patch. A program's own lines around it may hold a credential."""
    from hubwarden_cli.secrets import of_environment
    from hubwarden_policies.redact import Redactor
    from hubwarden_policies.reports.page import page_for

    redactor = Redactor(of_environment(os.environ))
    page = page_for(sys.stdout, os.environ, 120)
    for each in added:
        name = Path(os.path.relpath(each.path)).as_posix()
        patch = difflib.unified_diff(
            (each.before or "").splitlines(),
            each.after.splitlines(),
            "/dev/null" if each.before is None else name,
            name,
            lineterm="",
        )
        yield from (page.plain(redactor.text(line)) for line in patch)


def _rest(by_hand: Sequence[ByHand]) -> Iterator[str]:
    for each in by_hand:
        yield ""
        yield f"{os.path.relpath(each.path)}: {each.why}"
        yield from (f"    {line}".rstrip() for line in each.text.splitlines())


def _next_steps(project: Project) -> Iterator[str]:
    from hubwarden_cli.additions.files import REQUIREMENTS, pack_folder

    pack = os.path.relpath(pack_folder(project))
    required = os.path.relpath(project.folder / REQUIREMENTS)
    python = os.path.relpath(project.python) if project.python else "python3"
    yield "\nwhat is left to do"
    yield f"  1. pin hubwarden in {required}, then give the pack its environment and its guard:"
    yield f"     python3 -m venv {pack}/.venv"
    yield f"     {pack}/.venv/bin/python -m pip install --requirement {required}"
    yield f"     {python} -m pip install --requirement {required}"
    yield "  2. run `direnv allow` or `mise trust`, so that a plain `pulumi up` runs the pack"
    yield "  3. run `hubwarden doctor`, which says whether it would"


def _say(lines: Iterable[str]) -> None:
    from hubwarden_cli.streams import write

    write("".join(f"{line}\n" for line in lines), sys.stdout)
