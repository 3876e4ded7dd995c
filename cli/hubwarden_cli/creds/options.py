"""Options that several commands have, and what their texts mean."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from hubwarden_cli.guard import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwarden_cli.creds.desk import Desk
    from hubwarden_cli.rotation.consumers import Credential

AsMe = Annotated[
    bool, typer.Option("--as-me", help="Use a person's own login, as `az login` leaves it.")
]
Wait = Annotated[
    str,
    typer.Option(metavar="DURATION", help="The longest grace to sit through, as in 15m or 26h."),
]
SingleRunner = Annotated[
    bool,
    typer.Option(
        "--single-runner", help="Nobody else rotates: a DPS without a container for leases."
    ),
]
Resource = Annotated[
    list[str] | None,
    typer.Option("--resource", metavar="ID", help="This hub or DPS only; repeatable."),
]
Policy = Annotated[
    list[str] | None, typer.Option("--policy", metavar="NAME", help="This policy only; repeatable.")
]
Masked = Annotated[
    bool,
    typer.Option(
        "--accept-masked", help="Write hubs that show stars in place of a secret all the same."
    ),
]


def duration(text: str) -> timedelta:
    """What --wait says."""
    from pydantic import TypeAdapter, ValidationError

    from hubwarden_cli.rotation.consumers import Duration

    try:
        return TypeAdapter[timedelta](Duration).validate_python(text)
    except ValidationError:
        raise Refusal(
            f'--wait {text!r} is no duration: a whole number with its unit, as in "15m" or "26h".'
        ) from None


def chosen(
    desk: Desk, resources: Sequence[str] | None, policies: Sequence[str] | None
) -> list[Credential]:
    """The declared credentials that the options name, all where there are none."""
    if not desk.declared:
        raise Refusal(f"{desk.file} declares no credential; docs/rotation.md shows how.")
    ids = {text.casefold().rstrip("/") for text in resources or ()}
    names = {text.casefold() for text in policies or ()}
    found = [
        one
        for one in desk.declared
        if (not ids or one.resource.casefold() in ids or one.id.name.casefold() in ids)
        and (not names or one.policy.casefold() in names)
    ]
    if not found:
        raise Refusal(
            f"{desk.file} declares no such credential; `hubwarden creds inventory` lists them."
        )
    return found


def spoken(span: timedelta) -> str:
    """A duration as consumers.toml has it, in its largest whole unit."""
    seconds = int(span.total_seconds())
    if seconds < 0:
        # What was published by a clock that was ahead, or is read by one that is late.
        return f"-{spoken(-span)}"
    for unit, length in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds >= 2 * length and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s" if seconds < 7200 else f"{seconds // 3600}h"
