"""What all commands have in common: options, the exit code of what stops them, and signals."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_type_hints

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit
from hubwarden_cli.guard import Refusal, complain, terminable

Work = Callable[..., Exit]

_OPTIONS: Final = {
    "consumers": (
        Annotated[
            Path,
            typer.Option(metavar="FILE", help="Which credentials there are, and who reads them."),
        ],
        Path("consumers.toml"),
    ),
    "cloud": (
        Annotated[Literal["public", "usgov", "china"], typer.Option(help="Which Azure.")],
        "public",
    ),
    "as_json": (
        Annotated[
            bool,
            typer.Option("--json", help="One object on stdout at the end, events on stderr."),
        ],
        False,
    ),
    "events": (
        Annotated[
            Path | None,
            typer.Option(metavar="FILE", help="Append events to this file, one JSON a line."),
        ],
        None,
    ),
}


def command(work: Work) -> Callable[..., None]:
    """A command of Typer's from `work(desk, …)`, with the options that all have."""
    hints = get_type_hints(work, include_extras=True)
    own = [
        one.replace(annotation=hints[one.name])
        for one in inspect.signature(work).parameters.values()
        if one.name != "desk"
    ]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
        for name, (kind, default) in _OPTIONS.items()
    ]
    context = inspect.Parameter(
        "context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context
    )

    def run(
        context: typer.Context,
        *,
        consumers: Path,
        cloud: str,
        as_json: bool,
        events: Path | None,
        **given: Any,
    ) -> None:
        desk = Desk(context.obj, consumers, cloud, as_json, events)
        # The journal is true at every moment, so there is nothing to finish.
        with terminable():
            code = _ended(desk, lambda: work(desk, **given))
        raise typer.Exit(int(code))

    parameters = [context, *own, *shared]
    run.__name__, run.__doc__ = work.__name__, work.__doc__
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    return run


def _ended(desk: Desk, work: Callable[[], Exit]) -> Exit:
    from hubwarden_cli.azure.failures import Failure
    from hubwarden_cli.creds.failing import judged

    try:
        try:
            return work()
        finally:
            if "events" in vars(desk):
                desk.events.close()
    except KeyboardInterrupt:
        code, sentence = Exit.INTERRUPTED, "interrupted; nothing was under way."
    except (Failure, Refusal) as error:
        code, sentence = judged(error)
    complain(sentence)
    if desk.as_json:
        desk.finish(code, {"error": sentence}, "")
    return code
