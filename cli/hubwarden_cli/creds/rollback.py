"""`creds rollback`: the old value is the newest again, as long as the old key is not retired."""

from __future__ import annotations

from typing import Annotated

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit
from hubwarden_cli.creds.options import AsMe, SingleRunner


def rollback(
    desk: Desk,
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run, as `status` names it.")],
    *,
    as_me: AsMe = False,
    single_runner: SingleRunner = False,
) -> Exit:
    """Publish the old key again and end the run. Both keys stay valid."""
    from datetime import timedelta

    from hubwarden_cli.creds.acting import writing
    from hubwarden_cli.creds.conduct import Conduct
    from hubwarden_cli.creds.outcome import report
    from hubwarden_cli.creds.runs import open_run

    _ = desk.declared
    writing(desk, as_me=as_me)
    conduct = Conduct(desk, timedelta(), single_runner)
    return desk.finish(*report([conduct.go_back(open_run(desk, run))]))
