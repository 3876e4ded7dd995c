"""`creds plan`: what would be rotated, in order, bound to the world as it is now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit
from hubwarden_cli.creds.options import Masked, Policy, Resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwarden_cli.azure.identity import Identity
    from hubwarden_cli.rotation.plan import Plan
    from hubwarden_cli.rotation.survey import Standing, Surveyed


def plan(
    desk: Desk,
    *,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write the plan, for `creds apply`."),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Rotate what is not due yet as well.")
    ] = False,
    resource: Resource = None,
    policy: Policy = None,
    accept_masked: Masked = False,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="End with 10 when there is something to do.")
    ] = False,
) -> Exit:
    """Show what would be rotated, in order. Reads only, and takes no lock."""
    from hubwarden_cli.creds.acting import acting
    from hubwarden_cli.creds.exits import worst
    from hubwarden_cli.creds.failing import judged
    from hubwarden_cli.creds.options import chosen
    from hubwarden_cli.creds.shown import shown
    from hubwarden_cli.rotation.survey import Asked, survey
    from hubwarden_cli.streams import report_file

    declared = chosen(desk, resource, policy)
    identity = acting(desk)
    asked = Asked(all=everything, accept_masked=accept_masked)
    surveyed = survey(desk.access, declared, asked)
    made = _plan(desk, identity, surveyed)
    if output:
        with report_file(output) as file:
            file.write(made.model_dump_json(indent=2) + "\n")
    codes = [judged(one.failure, usage=Exit.REFUSED)[0] for one in surveyed if one.failure]
    if any(one.due and one.blocked for each in surveyed for one in each.standings):
        codes.append(Exit.REFUSED)
    if made.runs and detailed_exitcode:
        codes.append(Exit.CHANGES)
    text = "\n".join(shown(identity, made, surveyed))
    return desk.finish(worst(codes), _document(made, surveyed), text)


def _plan(desk: Desk, identity: Identity, surveyed: Sequence[Surveyed]) -> Plan:
    from hubwarden_cli import __version__
    from hubwarden_cli.creds.hook_files import digests
    from hubwarden_cli.rotation.plan import Plan

    runs = tuple(one.plan for one in surveyed if one.plan)
    declared = [one.declared for run in runs for one in run.credentials]
    return Plan(
        made=desk.now,
        tool=__version__,
        cloud=desk.cloud,
        tenant=identity.tenant,
        identity=identity.object_id,
        consumers=desk.digest,
        hooks=digests(declared, desk.folder),
        leases=desk.consumers.leases,
        runs=runs,
    )


def _document(made: Plan, surveyed: Sequence[Surveyed]) -> dict[str, Any]:
    from hubwarden_cli.creds.failing import judged

    return {
        "plan": made.model_dump(mode="json"),
        "credentials": [_entry(one) for each in surveyed for one in each.standings],
        "failures": [
            {
                "resource": one.id.path,
                "exit": int(judged(one.failure, usage=Exit.REFUSED)[0]),
                "why": judged(one.failure)[1],
            }
            for one in surveyed
            if one.failure
        ],
    }


def _entry(one: Standing) -> dict[str, Any]:
    slowest = one.declared.slowest
    return {
        "credential": one.declared.name,
        "secret": f"{one.declared.vault}/{one.declared.secret}",
        "age_seconds": int(one.age.total_seconds()) if one.age is not None else None,
        "due": one.due,
        "blocked": one.blocked or None,
        "grace_seconds": int(one.declared.grace.total_seconds()),
        "grace_by": slowest.name if slowest else None,
    }
