"""A run without its journal: where it was, told by the vault's tags and the slots."""

from __future__ import annotations

from dataclasses import dataclass

from hubwarden_cli.rotation.state import Mark, Observation, Record, Slot, State


@dataclass(frozen=True)
class Traces:
    """The tags that a run leaves in the vault, on the staged key and on the published version."""

    standby: Slot
    active: str
    before: str
    previous: str
    emergency: bool = False


def rebuild(run: str, traces: Traces, seen: Observation) -> Record:
    """The latest state that is certain; what comes after it is found out by looking again.

    Copies are pushed and hooks run once more: both may be repeated.
    """
    current = seen.current
    record = Record(
        state=State.LOCKED,
        standby=traces.standby,
        active=traces.active,
        before=traces.before,
        previous=traces.previous,
    )
    if current is None or current.run != run:
        return record
    if current.mark is Mark.SETTLED:
        state = State.RETIRED
    elif current.mark is Mark.ROLLED_BACK:
        state = State.UNDOING
    else:
        state = State.PUBLISHED
    new = seen.pending or current.key
    return Record(
        state=state,
        standby=traces.standby,
        active=traces.active,
        before=traces.before,
        previous=traces.previous,
        new=new,
        published=current.version,
    )
