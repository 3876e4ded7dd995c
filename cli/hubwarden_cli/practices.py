"""`hubwarden practices`: what a check can show of each practice, and what only a person can."""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from hubwarden_cli.guard import complain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from hubwarden_cli.inspected import Inspected
    from hubwarden_policies.practices import Evidence, Practice, State
    from hubwarden_policies.reports.page import Page

# How the states are called, in the order in which they are summed up.
_STATES: Final[Mapping[State, str]] = {
    "enforced": "enforced",
    "open": "with findings",
    "undecided": "undecided",
    "attested": "for a person to attest",
    "nothing": "without anything to show it",
}
_STYLES: Final = {"enforced": "good", "open": "high", "undecided": "medium"}


def practices(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FOLDER",
            help="Pulumi projects to hold against the practices; by default the one here, if any.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """List the security practices: which rules enforce each, what only a person can attest.

    With a project, also how each of its stacks stands to them.
    """
    from hubwarden_cli.streams import columns, write
    from hubwarden_policies.gates.program.pulumi_project.project import find_projects
    from hubwarden_policies.practices import PRACTICES
    from hubwarden_policies.reports.page import page_for

    page = page_for(sys.stdout, os.environ, columns())
    here = folders or ([Path()] if find_projects(Path()) else [])
    today = datetime.now(UTC).date()
    projects = _inspected(here, today)
    shown = {name: found for one in projects for name, found in _evidence(one)}
    blocks = [list(_practice(practice, shown, page)) for practice in PRACTICES]
    blocks.append([line for name, found in shown.items() for line in _stack(name, found, page)])
    write("\n\n".join("\n".join(block) for block in blocks if block) + "\n", sys.stdout)
    raise typer.Exit(_code(projects))


def _inspected(folders: Sequence[Path], today: date) -> list[Inspected]:
    if not folders:
        return []
    from hubwarden_cli.examination import inspect
    from hubwarden_cli.inspected import Wish
    from hubwarden_cli.progress import progress_line

    with progress_line(sys.stderr, quiet=False) as progress:
        return list(inspect(Wish(folders), environ=os.environ, today=today, progress=progress))


def _evidence(one: Inspected) -> Iterator[tuple[str, Sequence[Evidence]]]:
    from hubwarden_policies.catalogue import RULES
    from hubwarden_policies.practices import evidence

    for each in one.examined:
        if each.stack is not None and each.judgement is not None and one.policy is not None:
            decided = one.policy.team(each.name)
            name = f"{each.project}, stack {each.name}" if each.project else each.name
            yield name, evidence(RULES, each.stack, each.judgement, decided)


def _practice(
    practice: Practice, shown: Mapping[str, Sequence[Evidence]], page: Page
) -> Iterator[str]:
    from hubwarden_policies.catalogue import RULES
    from hubwarden_policies.practices import rules_of

    yield f"{practice.code}  {page.paint('bold', practice.title)}"
    rules = ", ".join(rule.id for rule in rules_of(practice, RULES))
    yield from page.wrap(rules or "no rule gives evidence for it", 4, "rules: ")
    if practice.attested:
        yield from page.wrap(practice.attested, 4, "a person can attest: ")
    for name, found in shown.items():
        (own,) = (evidence for evidence in found if evidence.practice == practice)
        yield f"    {page.plain(name)}: {page.paint(_STYLES.get(own.state, 'dim'), _said(own))}"


def _said(evidence: Evidence) -> str:
    if evidence.state == "open":
        return f"{evidence.findings} finding{'' if evidence.findings == 1 else 's'}"
    if evidence.state == "enforced":
        return f"enforced by {len(evidence.rules)} rule{'' if len(evidence.rules) == 1 else 's'}"
    return _STATES[evidence.state]


def _stack(name: str, found: Sequence[Evidence], page: Page) -> list[str]:
    counts = Counter(evidence.state for evidence in found)
    said = ", ".join(
        f"{counts[state]} {words}" for state, words in _STATES.items() if counts[state]
    )
    return page.wrap(said, 0, f"{name}: ", "bold")


def _code(projects: Sequence[Inspected]) -> int:
    """The exit code of what could not be looked at; findings are no failure here."""
    from hubwarden_cli.assemble import assemble

    report = assemble(projects, os.environ)
    for problem in report.errors:
        complain(f"{problem.input}: {problem.message}")
    codes = [problem.exit_code for problem in report.errors if problem.exit_code != 3]
    return max(codes, default=0)
