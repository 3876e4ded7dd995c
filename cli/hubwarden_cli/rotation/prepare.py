"""From a plan, a journal or the vault's tags to the jobs of a run."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from hubwarden_cli.azure.clock import Clock
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation import fingerprints, tags
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.fingerprints import Fingerprints
from hubwarden_cli.rotation.job import Job, pending_name
from hubwarden_cli.rotation.journal import Entry
from hubwarden_cli.rotation.look import look
from hubwarden_cli.rotation.plan import RunPlan, terms
from hubwarden_cli.rotation.rebuild import rebuild
from hubwarden_cli.rotation.state import Record, Slot, State

# In these a write may have been on its way when the process died.
_UNDER_WAY: Final = frozenset({State.SETTING, State.RETIRING})


def run_name(now: datetime) -> str:
    """Sorts by time; the rest keeps two runs of one second apart."""
    return f"{now:%Y%m%dt%H%M%S}-{secrets.token_hex(3)}"


def marks(vault: Vault, *, make: bool = False) -> Fingerprints | None:
    """The fingerprints of a vault. Only `adopt` makes their secret, once for ever."""
    version = vault.current(fingerprints.SECRET)
    if version is None and make:
        vault.set(fingerprints.SECRET, Key(secrets.token_urlsafe(32)), {"by": "hubwarden"})
        # Read back: somebody else may have made one at the same time, and the newest is for all.
        version = vault.current(fingerprints.SECRET)
    if version is None or version.value is None:
        return None
    return Fingerprints(version.value)


def planned_jobs(access: Access, plan: RunPlan, run: str) -> list[Job]:
    """The jobs of a run that begins."""
    return [
        new_job(access, one.declared, one.record, run, gated=not plan.emergency)
        for one in plan.credentials
    ]


def resumed_jobs(access: Access, plan: RunPlan, run: str, entries: Iterable[Entry]) -> list[Job]:
    """The jobs of a run that goes on where its journal ends."""
    last = {entry.credential: entry for entry in entries}
    jobs = planned_jobs(access, plan, run)
    for job in jobs:
        if entry := last.get(job.name):
            job.record = entry.record
            if entry.record.state in _UNDER_WAY:
                job.memory.sent = entry.at.timestamp()
    return jobs


def rebuilt_jobs(
    access: Access, declared: Iterable[Credential], run: str, clock: Clock
) -> list[Job]:
    """The jobs of a run whose journal is gone, by what it left in the vault."""
    jobs = []
    for credential in declared:
        vault = access.vault(credential.vault)
        staged = vault.current(pending_name(credential.secret, run))
        newest = vault.current(credential.secret)
        found = tags.traces(staged.tags) if staged else None
        if found is None and newest and newest.tags.get("run") == run:
            found = tags.traces(newest.tags)
        if found is None:
            continue
        blank = Record(State.LOCKED, Slot.PRIMARY, "", "", "")
        job = new_job(access, credential, blank, run, gated=not found.emergency)
        reading = access.source(credential.id).read()
        seen = look(job, reading, clock, access.pace, access.times)
        job.record = rebuild(run, found, seen)
        jobs.append(job)
    return jobs


def unfinished(access: Access, declared: Iterable[Credential]) -> dict[str, list[Credential]]:
    """The runs that the vaults know and that did not end, with the credentials they hold."""
    found: dict[str, list[Credential]] = {}
    for credential in declared:
        vault = access.vault(credential.vault)
        prefix = f"{credential.secret}--pending-"
        runs = {name.removeprefix(prefix) for name in vault.names() if name.startswith(prefix)}
        newest = vault.current(credential.secret)
        if newest and newest.tags.get("state") == "current" and newest.tags.get("run"):
            runs.add(newest.tags["run"])
        for run in runs:
            found.setdefault(run, []).append(credential)
    return found


def new_job(access: Access, declared: Credential, record: Record, run: str, *, gated: bool) -> Job:
    """The job for one credential; Refusal where its vault was never adopted."""
    vault = access.vault(declared.vault)
    known = marks(vault)
    if known is None:
        raise Refusal(
            f"the vault {declared.vault} knows no fingerprints yet; `hubwarden creds adopt` makes"
            " the secret they need and tags what is there."
        )
    return Job(
        declared=declared,
        record=record,
        terms=terms(declared, access.pace.patience, gated=gated),
        run=run,
        vault=vault,
        marks=known,
        copies=dict(access.copies(declared, run)),
    )
