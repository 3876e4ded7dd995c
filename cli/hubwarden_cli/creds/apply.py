"""`creds apply`: what a plan says, where the world is still the one it was made in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit, refused
from hubwarden_cli.creds.options import AsMe, SingleRunner, Wait

if TYPE_CHECKING:
    from hubwarden_cli.azure.identity import Identity
    from hubwarden_cli.rotation.plan import Plan


def apply(
    desk: Desk,
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The file that `plan -o` wrote.")],
    *,
    wait: Wait = "15m",
    as_me: AsMe = False,
    single_runner: SingleRunner = False,
) -> Exit:
    """Rotate what a plan says. A grace longer than --wait ends with 75, to be resumed."""
    from functools import partial

    from hubwarden_cli.creds.acting import writing
    from hubwarden_cli.creds.conduct import Conduct, every
    from hubwarden_cli.creds.options import duration
    from hubwarden_cli.creds.outcome import report
    from hubwarden_cli.rotation.plan import read_plan

    longest = duration(wait)
    read = read_plan(plan)
    _same_declarations(desk, read)
    _same_identity(writing(desk, as_me=as_me), read)
    conduct = Conduct(desk, longest, single_runner)
    outcomes = every(partial(conduct.begin, run) for run in read.runs)
    return desk.finish(*report(outcomes))


def _same_declarations(desk: Desk, plan: Plan) -> None:
    from hubwarden_cli.creds.hook_files import digests

    if plan.cloud != desk.cloud:
        raise refused(f"the plan is for the cloud {plan.cloud}; say --cloud {plan.cloud}.")
    planned = [one.declared for run in plan.runs for one in run.credentials]
    if plan.consumers != desk.digest or plan.leases != desk.consumers.leases:
        raise refused(f"{desk.file} has changed since the plan was made; plan again.")
    if any(one not in desk.declared for one in planned):
        raise refused(f"the plan holds what {desk.file} does not declare; plan again.")
    if any(one.declared.id != run.id for run in plan.runs for one in run.credentials):
        raise refused("the plan rotates a credential of another resource than it says; plan again.")
    if digests(planned, desk.folder) != plan.hooks:
        raise refused("a file that a hook names has changed since the plan was made; plan again.")
    if any(run.emergency for run in plan.runs):
        raise refused("an emergency is no matter of a plan; `hubwarden creds revoke` does it.")


def _same_identity(identity: Identity, plan: Plan) -> None:
    if identity.tenant != plan.tenant:
        raise refused(
            f"the plan was made in tenant {plan.tenant}, and this is {identity.tenant}; log in to"
            " that one, or plan again."
        )
    if identity.object_id != plan.identity:
        raise refused(
            f"the plan was made by another identity ({plan.identity}) than {identity.name}; apply"
            " it as that one, or plan again."
        )
