"""What there is and what is due: reads only, and takes no lock."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Final

from hubwarden_cli.azure.clock import utc
from hubwarden_cli.azure.failures import Failure
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation import tags
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.kinds.kind import Reading
from hubwarden_cli.rotation.look import look
from hubwarden_cli.rotation.machine import start
from hubwarden_cli.rotation.plan import CredentialPlan, RunPlan
from hubwarden_cli.rotation.preconditions import obstacle
from hubwarden_cli.rotation.prepare import new_job
from hubwarden_cli.rotation.state import Record, Slot, State
from hubwarden_cli.rotation.turn import Turn
from hubwarden_cli.rotation.unfit import crowded, unfit

# ARM answers a subscription's reads at 25 a second, and each thread waits for its answers.
_AT_ONCE: Final = 8
_NOWHERE: Final = Record(State.LOCKED, Slot.PRIMARY, "", "", "")


@dataclass(frozen=True)
class Asked:
    """What to plan for: `all`: what is not due too. An emergency minds neither grace nor age."""

    all: bool = False
    emergency: bool = False
    accept_masked: bool = False


@dataclass(frozen=True)
class Standing:
    """How one credential stands. `age` is None where nobody knows when its key was published.

    `blocked` says why it cannot be rotated now, with a way out; "" where it can.
    """

    declared: Credential
    age: timedelta | None
    due: bool
    blocked: str
    plan: CredentialPlan | None


@dataclass(frozen=True)
class Surveyed:
    """A hub or DPS with its credentials, in the order of their declaration.

    `failure` is why it could not be read, None where it was. `plan` holds what is due and not
    blocked; None where nothing is.
    """

    id: ResourceId
    standings: tuple[Standing, ...] = ()
    plan: RunPlan | None = None
    failure: Failure | Refusal | None = None


def survey(
    access: Access, declared: Iterable[Credential], asked: Asked | None = None
) -> list[Surveyed]:
    """Every resource of the declarations. What fails for one says nothing of the others."""
    wanted = asked or Asked()
    ordered = sorted(declared, key=lambda one: one.resource.casefold())
    grouped = [list(group) for _, group in groupby(ordered, lambda one: one.resource.casefold())]
    view = access.still()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda group: _survey(view, group, wanted), grouped))


def _survey(access: Access, declared: list[Credential], asked: Asked) -> Surveyed:
    id = declared[0].id  # noqa: A001 (as ARM calls it)
    try:
        reading = access.source(id).read()
        standings = tuple(_standing(access, one, reading, asked) for one in declared)
    except (Failure, Refusal) as failure:
        return Surveyed(id, failure=failure)
    due = tuple(one.plan for one in standings if one.plan and one.due and not one.blocked)
    plan = None
    if due:
        plan = RunPlan(
            resource=id.path,
            etag=reading.etag,
            credentials=due,
            emergency=asked.emergency,
            accept_masked=asked.accept_masked,
        )
    return Surveyed(id, standings, plan)


def _standing(access: Access, declared: Credential, reading: Reading, asked: Asked) -> Standing:
    job = new_job(access, declared, _NOWHERE, "plan", gated=not asked.emergency)
    seen = look(job, reading, access.clock, access.pace, access.times)
    newest = job.vault.current(declared.secret)
    published = tags.moment(newest.tags.get("published_at", "")) if newest else None
    age = utc(access.clock) - published if published else None
    due = asked.all or asked.emergency or age is None or age >= declared.max_age
    record = start(seen)
    blocked = crowded(newest) or unfit(
        declared, reading, job.copies, accept_masked=asked.accept_masked
    )
    if record is None:
        why = (
            "the vault's newest version holds none of the policy's keys; `hubwarden creds adopt`"
            " publishes one that works."
        )
        return Standing(declared, age, due, blocked or why, None)
    stop = obstacle(Turn("plan", record, seen, job.terms))
    plan = CredentialPlan.of(declared, record)
    return Standing(declared, age, due, blocked or (stop.sentence if stop else ""), plan)
