"""`creds doctor`: whether the next rotation from here would get through, and what runs left."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit
from hubwarden_cli.guard import Refusal

if TYPE_CHECKING:
    from hubwarden_cli.rotation.consumers import Credential


def doctor(
    desk: Desk,
    plan: Annotated[
        Path | None,
        typer.Argument(metavar="[PLAN]", help="With --role: what this plan needs, and no more."),
    ] = None,
    *,
    role: Annotated[
        bool, typer.Option("--role", help="Print the custom role that rotations need instead.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON schema of consumers.toml instead.")
    ] = False,
) -> Exit:
    """Try credential, rights, network and clock by reads, and remove what ended runs have left."""
    from hubwarden_cli.streams import write

    if schema:
        from hubwarden_cli.rotation.consumers import Consumers

        write(json.dumps(Consumers.model_json_schema(), indent=2) + "\n", sys.stdout)
        return Exit.DONE
    if role:
        return _role(desk, plan)
    if plan:
        raise Refusal("a plan is for --role; leave it out, or say --role.")
    from hubwarden_cli.creds.examined import examined

    lines = list(examined(desk))
    bad = any(line.says == "problem" for line in lines)
    text = "\n".join(
        f"{line.says:9}{line.about:12}{line.what}"
        + (f"\n{'':21}do: {line.todo}" if line.todo else "")
        for line in lines
    )
    code = Exit.REFUSED if bad else Exit.DONE
    return desk.finish(code, {"lines": [asdict(line) for line in lines]}, text)


def _role(desk: Desk, plan: Path | None) -> Exit:
    from hubwarden_cli.creds.role import beside, role
    from hubwarden_cli.streams import tell, write

    declared, leases = _needed(desk, plan)
    write(json.dumps(role(declared), indent=2) + "\n", sys.stdout)
    notes = [f"needed as well: {note}" for note in beside(declared, leases)]
    notes.append(
        "its operations are those that Microsoft publishes; that they are enough is assumed and was"
        " never tried on Azure."
    )
    tell("\n".join(notes) + "\n", sys.stderr)
    return Exit.DONE


def _needed(desk: Desk, plan: Path | None) -> tuple[Sequence[Credential], str | None]:
    from hubwarden_cli.creds.options import chosen
    from hubwarden_cli.rotation.plan import read_plan

    if plan is None:
        return chosen(desk, None, None), desk.consumers.leases
    read = read_plan(plan)
    if not read.runs:
        raise Refusal(f"{plan} has nothing to do, and needs no role; plan what is due: `--all`.")
    return [one.declared for run in read.runs for one in run.credentials], read.leases
