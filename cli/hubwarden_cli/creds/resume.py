"""`creds resume`: runs that were interrupted, or that wait for a grace to be over."""

from __future__ import annotations

from typing import Annotated

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit
from hubwarden_cli.creds.options import AsMe, SingleRunner, Wait


def resume(
    desk: Desk,
    run: Annotated[
        str | None, typer.Argument(metavar="RUN", help="This run only; by default every open one.")
    ] = None,
    *,
    wait: Wait = "15m",
    as_me: AsMe = False,
    single_runner: SingleRunner = False,
) -> Exit:
    """Go on with runs where they are: by their journals, or by the vaults where those are lost."""
    from functools import partial

    from hubwarden_cli.creds.acting import writing
    from hubwarden_cli.creds.conduct import Conduct, every
    from hubwarden_cli.creds.options import duration
    from hubwarden_cli.creds.outcome import report
    from hubwarden_cli.creds.runs import here, open_run, remembered

    longest = duration(wait)
    # What is declared is read before anybody is asked for a token.
    _ = desk.declared
    writing(desk, as_me=as_me)
    conduct = Conduct(desk, longest, single_runner)
    if run is not None:
        return desk.finish(*report([conduct.go_on(open_run(desk, run))]))
    journals = here(desk)
    found = [*(one for one in journals.known if not one.ended), *remembered(desk)]
    outcomes = every(partial(conduct.go_on, one) for one in found)
    return desk.finish(*report(outcomes, journals.damaged))
