"""`creds adopt`: the vault gets the tags, or the version, that rotations go by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit, worst
from hubwarden_cli.creds.options import AsMe, Policy, Resource

if TYPE_CHECKING:
    from hubwarden_cli.rotation.consumers import Credential


def adopt(
    desk: Desk,
    *,
    resource: Resource = None,
    policy: Policy = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Give up the unfinished runs of these credentials as well."),
    ] = False,
    as_me: AsMe = False,
) -> Exit:
    """Tag the secret of each declared credential, or publish the first. No key is changed."""
    from hubwarden_cli.azure.failures import Failure
    from hubwarden_cli.creds.acting import writing
    from hubwarden_cli.creds.failing import judged
    from hubwarden_cli.creds.options import chosen
    from hubwarden_cli.guard import Refusal

    declared = chosen(desk, resource, policy)
    writing(desk, as_me=as_me)
    codes, entries = [], []
    for one in declared:
        entry: dict[str, Any] = {"credential": one.name, "adopted": None, "why": None}
        code = Exit.DONE
        try:
            entry["adopted"] = _adopted(desk, one, force=force)
        except (Failure, Refusal) as error:
            code, entry["why"] = judged(error, usage=Exit.REFUSED)
        codes.append(code)
        entries.append({**entry, "exit": int(code)})
    text = "\n".join(
        f"{one.id.name}/{one.policy}: {entry['adopted'] or entry['why']}"
        for one, entry in zip(declared, entries, strict=True)
    )
    return desk.finish(worst(codes), {"credentials": entries}, text)


def _adopted(desk: Desk, declared: Credential, *, force: bool) -> str:
    from hubwarden_cli.rotation.adopt import Adoption
    from hubwarden_cli.rotation.lock import locked
    from hubwarden_cli.rotation.prepare import marks

    access = desk.access
    vault = access.vault(declared.vault)
    with locked([declared.id], desk.rotations, desk.lease):
        known = marks(vault, make=True)
        if known is None:
            raise RuntimeError("the secret that was just made is not there")
        adoption = Adoption(access.source(declared.id), vault, known, access.clock, force)
        done = adoption.adopt(declared)
        if force:
            _give_up(desk, declared)
    return done.value


def _give_up(desk: Desk, declared: Credential) -> None:
    """The runs that held the credential are over for it, and what they staged is gone."""
    from dataclasses import replace

    from hubwarden_cli.creds.runs import here
    from hubwarden_cli.rotation.job import pending_name
    from hubwarden_cli.rotation.journal import Entry
    from hubwarden_cli.rotation.state import ENDS, State

    for known in here(desk).known:
        if known.states.get(declared.name, State.DONE) not in ENDS:
            planned = {one.declared.name: one.record for one in known.plan.credentials}
            journal = known.journal()
            record = {**planned, **journal.records()}[declared.name]
            failed = replace(record, state=State.FAILED)
            journal.write(Entry(desk.now, declared.name, failed))
    vault = desk.access.vault(declared.vault)
    for name in vault.names():
        if name.startswith(pending_name(declared.secret, "")):
            vault.delete(name)
            vault.purge(name)
