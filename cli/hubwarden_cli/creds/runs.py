"""The runs that there are: by the journals here, and by what the vaults remember."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import refused
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.job import Job
from hubwarden_cli.rotation.journal import Entry, Journal, journals
from hubwarden_cli.rotation.plan import CredentialPlan, RunPlan
from hubwarden_cli.rotation.prepare import rebuilt_jobs, resumed_jobs, unfinished
from hubwarden_cli.rotation.state import ENDS, State


@dataclass(frozen=True)
class Known:
    """A run as it was found. `jobs` and `journal` are asked for once the lock is held."""

    run: str
    plan: RunPlan
    states: Mapping[str, State]
    since: datetime | None
    jobs: Callable[[Access], list[Job]]
    journal: Callable[[], Journal]

    @property
    def ended(self) -> bool:
        return all(state in ENDS for state in self.states.values())


@dataclass(frozen=True)
class Here:
    """The runs with a journal here, oldest first, ended ones too.

    `damaged` are those that cannot be read, each with a sentence by its run: it says nothing of
    the others.
    """

    known: tuple[Known, ...]
    damaged: Mapping[str, str]


def here(desk: Desk) -> Here:
    """What the journals say."""
    known: list[Known] = []
    damaged: dict[str, str] = {}
    for journal in journals(desk.rotations):
        try:
            if _begun(journal):
                known.append(_written(journal))
        except Refusal as refusal:
            damaged[journal.run] = str(refusal)
    return Here(tuple(known), damaged)


def remembered(desk: Desk) -> list[Known]:
    """The runs that a vault knows and that have no journal here."""
    journalled = {journal.run for journal in journals(desk.rotations) if _may_say(journal)}
    found = unfinished(desk.access, desk.declared)
    return [
        known
        for run, declared in sorted(found.items())
        if run not in journalled and (known := _remembered(desk, run, declared))
    ]


def open_run(desk: Desk, run: str) -> Known:
    """The run of this name; Halt where there is none, or where it is over."""
    for journal in journals(desk.rotations):
        if journal.run == run and _begun(journal):
            known = _written(journal)
            if known.ended:
                raise refused(f"run {run} is over: {_words(known)}.")
            return known
    for known in remembered(desk):
        if known.run == run:
            return known
    raise refused(
        f"there is no run {run}, neither in {desk.rotations} nor in the vaults; `hubwarden creds"
        " status` lists those there are."
    )


def _begun(journal: Journal) -> bool:
    """Whether it has a beginning. One whose first line was torn says nothing: the vault may."""
    try:
        whole = b"\n" in journal.path.read_bytes()
    except OSError as error:
        raise Refusal(f"{journal.path} cannot be read: {error.strerror}.") from None
    if not whole:
        # Where it has to stay, it says as little.
        with suppress(OSError):
            journal.path.rename(journal.path.with_suffix(".torn"))
    return whole


def _may_say(journal: Journal) -> bool:
    try:
        return _begun(journal)
    except Refusal:
        return True


def _written(journal: Journal) -> Known:
    try:
        told, entries = journal.read()
        plan = RunPlan.model_validate(told)
    except Refusal as refusal:
        raise refused(str(refusal)) from None
    except ValidationError:
        raise refused(
            f"{journal.path} begins with no plan that this hubwarden reads; resume with the version"
            " that wrote it."
        ) from None
    last = {entry.credential: entry.record.state for entry in entries}
    return Known(
        run=journal.run,
        plan=plan,
        states={
            one.declared.name: last.get(one.declared.name, State.PLANNED)
            for one in plan.credentials
        },
        since=entries[-1].at if entries else None,
        # Once more: another process may have gone on before the lock was ours.
        jobs=lambda access: resumed_jobs(access, plan, journal.run, journal.read()[1]),
        journal=lambda: journal,
    )


def _remembered(desk: Desk, run: str, declared: list[Credential]) -> Known | None:
    jobs = rebuilt_jobs(desk.access, declared, run, desk.access.clock)
    if not jobs:
        return None
    plan = RunPlan(
        resource=jobs[0].declared.resource,
        etag=None,
        credentials=tuple(CredentialPlan.of(job.declared, job.record) for job in jobs),
        emergency=not jobs[0].terms.gated,
    )

    def journal() -> Journal:
        told = plan.model_dump(mode="json")
        entries = [Entry(desk.now, job.name, job.record) for job in jobs]
        health = desk.access.source(plan.id).health()
        return Journal.begin(desk.rotations, run, told, health, entries)

    return Known(
        run=run,
        plan=plan,
        states={job.name: job.record.state for job in jobs},
        since=None,
        jobs=lambda access: rebuilt_jobs(access, declared, run, access.clock),
        journal=journal,
    )


def _words(known: Known) -> str:
    return ", ".join(_pairs(known))


def _pairs(known: Known) -> Iterator[str]:
    for name, state in known.states.items():
        yield f"{name.rpartition('/')[2]} {state}"
