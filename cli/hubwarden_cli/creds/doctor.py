"""`creds doctor`: whether the next rotation from here would get through, and what runs left."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit


def doctor(
    desk: Desk,
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
        return _role(desk)
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


def _role(desk: Desk) -> Exit:
    from hubwarden_cli.creds.options import chosen
    from hubwarden_cli.creds.role import beside, role
    from hubwarden_cli.streams import tell, write

    declared = chosen(desk, None, None)
    write(json.dumps(role(declared), indent=2) + "\n", sys.stdout)
    notes = [f"needed as well: {note}" for note in beside(declared, desk.consumers.leases)]
    notes.append(
        "its operations are those that Microsoft publishes; that they are enough is assumed and was"
        " never tried on Azure."
    )
    tell("\n".join(notes) + "\n", sys.stderr)
    return Exit.DONE
