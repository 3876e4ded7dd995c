"""One look at the world: the resource's slots and the vault, as the machine understands them."""

from __future__ import annotations

from datetime import datetime, timedelta

from hubwarden_cli.azure.clock import Clock
from hubwarden_cli.azure.service_time import ServiceTime
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.job import Job
from hubwarden_cli.rotation.kinds.kind import Reading
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.state import Observation, State

# Only a run that has not begun asks who else has; later its own tags say that it has.
_BEGINNING = frozenset({State.PLANNED, State.LOCKED})
# What follows each of them takes a key away.
_RECKONING = frozenset({State.LOCKED, State.SETTING, State.GRACE, State.RETIRING})


def look(job: Job, reading: Reading, clock: Clock, pace: Pace, times: ServiceTime) -> Observation:
    """What is so now, by the vault's time. Refusal where the policy has gone."""
    policy = reading.policies.get(job.declared.policy)
    if policy is None:
        raise Refusal(
            f"{job.declared.id.name} has no policy {job.declared.policy!r} (any more); it has"
            f" {', '.join(sorted(reading.policies)) or 'none'}."
        )
    slots = job.slots(policy)
    job.memory.saw(slots)
    pending = job.vault.current(job.pending_name)
    return Observation(
        # The vault has just answered, so that it is known how late it is there.
        now=times.now(clock),
        primary=slots[0],
        secondary=slots[1],
        ready=reading.ready,
        current=job.current(job.vault.current(job.declared.secret)),
        pending=job.mark(pending.value) if pending and pending.value else "",
        rival=_rival(job) if job.record.state in _BEGINNING else "",
        stable=job.memory.looks >= pace.reads,
        proof=job.memory.proof,
        waited=_waited(job, clock),
        acked=frozenset(job.memory.acked),
        copies_until=_copies_until(job) if job.record.state in _RECKONING else None,
        sure=frozenset(
            name for name, at in job.memory.put.items() if clock.now() - at <= pace.sure
        ),
    )


def _rival(job: Job) -> str:
    prefix = f"{job.declared.secret}--pending-"
    runs = (
        name.removeprefix(prefix)
        for name in job.vault.names()
        if name.startswith(prefix) and name != job.pending_name
    )
    return next(runs, "")


def _copies_until(job: Job) -> datetime | None:
    held = (copy.held_until(job.declared.grace) for copy in job.copies.values())
    return max((until for until in held if until), default=None)


def _waited(job: Job, clock: Clock) -> timedelta | None:
    if job.memory.sent is None:
        return None
    return timedelta(seconds=clock.now() - job.memory.sent)
