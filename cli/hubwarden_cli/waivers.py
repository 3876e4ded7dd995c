"""`hubwarden waivers`: what is waived, until when and by whom; and one more."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from hubwarden_cli.guard import Refusal

if TYPE_CHECKING:
    from hubwarden_cli.inspected import Inspected
    from hubwarden_policies.evaluate import Finding
    from hubwarden_policies.policy import Policy
    from hubwarden_policies.waivers import Waiver

Folder = Annotated[
    Path,
    typer.Option(
        "--project", metavar="FOLDER", help="Of the project or the files.", show_default=False
    ),
]
waivers = typer.Typer(name="waivers", rich_markup_mode=None)


@waivers.callback(invoke_without_command=True)
def show(
    context: typer.Context,
    project: Folder = Path(),
    table_format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="For people, or for programs.")
    ] = "text",
) -> None:
    """List the waivers of a project or folder, the next to expire first."""
    if context.invoked_subcommand is not None:
        return
    from hubwarden_cli.streams import write

    found = sorted(_policy(project).waivers, key=lambda waiver: waiver.entry.expires)
    today = datetime.now(UTC).date()
    if table_format == "json":
        write(json.dumps([_entry(one, today) for one in found], indent=2) + "\n", sys.stdout)
    else:
        write("".join(_lines(one, today) for one in found) or "nothing is waived\n", sys.stdout)


@waivers.command()
def add(
    finding: Annotated[
        str, typer.Argument(metavar="ID", help="The finding's id, as check says it.")
    ],
    *,
    reason: Annotated[str, typer.Option(help="Why it may stay.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    expires: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it holds.")
    ],
    ticket: Annotated[str | None, typer.Option(help="Where the work is planned.")] = None,
    provided_by: Annotated[
        str | None, typer.Option(help="What does it instead, where hubwarden cannot see.")
    ] = None,
    stack: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of several stacks that have it; * for all.")
    ] = None,
    project: Folder = Path(),
) -> None:
    """Waive one finding. All is checked first, so that the waiver fits what is there."""
    from hubwarden_cli.streams import report_file, tell
    from hubwarden_policies.waivers import Entry, last_day, parse_waivers, written

    one = _checked(project)
    policy = _decided(one)
    found = _finding(one, finding, stack)
    today, day = policy.today, expires.date()
    latest = last_day(found.severity, today, policy.settings.waivers)
    if not today <= day <= latest:
        raise Refusal(
            f"--expires {day} is out of reach: a {found.severity} finding can be waived from "
            f"{today} until {latest} ([waivers] of hubwarden.toml)."
        )
    entry = Entry(
        rule=found.rule.id,
        stack=stack or found.stack,
        address="*" if stack == "*" else found.subject.address,
        reason=reason,
        owner=owner,
        expires=day,
        ticket=ticket,
        provided_by=provided_by,
    )
    path = _file(one)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    text = f"{before.rstrip()}\n\n{written(entry)}".lstrip()
    parse_waivers(text, path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    with report_file(path) as stream:
        stream.write(text)
    done = f"{os.path.relpath(path)}: {entry.rule} in {entry.stack} is waived until {day}\n"
    tell(done, sys.stdout)


def _finding(one: Inspected, wanted: str, stack: str | None) -> Finding:
    found = [
        finding
        for each in one.examined
        if each.judgement is not None
        for finding in each.judgement.findings
        if finding.fingerprint.startswith(wanted.lower()) and stack in (None, "*", each.name)
    ]
    if not found or not wanted:
        raise Refusal(
            f"No finding has the id {wanted}; `hubwarden check` says the ids of the open ones."
        )
    stacks = list(dict.fromkeys(finding.stack for finding in found))
    if len({finding.fingerprint for finding in found}) > 1:
        raise Refusal(f"Several findings have an id that begins with {wanted}; give more of it.")
    if len(stacks) > 1 and stack is None:
        raise Refusal(f"The stacks {', '.join(stacks)} have it; say --stack NAME, or --stack '*'.")
    return found[0]


def _checked(folder: Path) -> Inspected:
    from hubwarden_cli.baseline import examined

    return examined([folder], [])[0]


def _decided(one: Inspected) -> Policy:
    if one.policy is None:
        raise Refusal(f"{one.root} could not be checked.")
    return one.policy


def _file(one: Inspected) -> Path:
    from hubwarden_policies.waivers import FILE

    return (one.home.stack_folder if one.home else one.root) / FILE


def _policy(folder: Path) -> Policy:
    from hubwarden_cli.home import home_at
    from hubwarden_cli.policy_place import place
    from hubwarden_policies.gates.program.pulumi_project.project import ProjectError
    from hubwarden_policies.policy import read_policy
    from hubwarden_policies.policy_file import SettingsError

    try:
        home = home_at(folder)
        return read_policy(place(home, None), home.stacks, datetime.now(UTC).date())
    except ProjectError as error:
        raise Refusal(error.sentence) from None
    except SettingsError as error:
        raise Refusal(str(error)) from None


def _entry(waiver: Waiver, today: date) -> dict[str, Any]:
    location = {"file": waiver.location.file, "line": waiver.location.line}
    said = waiver.entry.model_dump(mode="json")
    return {**said, "rule": waiver.rule, "expired": waiver.has_expired(today), "location": location}


def _lines(waiver: Waiver, today: date) -> str:
    entry = waiver.entry
    days = (entry.expires - today).days
    left = f"{days} days left" if days >= 0 else "expired"
    lines = [
        f"{entry.expires}  {waiver.rule}, stack {entry.stack} ({left})",
        f"for: {entry.address}",
        f"why: {waiver.justification}",
        f"at:  {waiver.location.file}:{waiver.location.line}",
    ]
    return "\n            ".join(lines) + "\n"
