"""The machine: from what is written down and what is seen to what is done next. Pure.

Every state is written down before the action that leaves it, and every action is judged by a look
at the world: whatever dies or gets lost, the same question finds the way on. The tags of the
vault's newest version say until when a key may be held by somebody; nothing else does.
"""

from __future__ import annotations

from typing import Final

from hubwarden_cli.rotation import new_key, old_key, undo
from hubwarden_cli.rotation.state import ENDS, Observation, Record, Slot, State, Terms
from hubwarden_cli.rotation.step import Ending, Step, Stop
from hubwarden_cli.rotation.turn import Steps, Turn


def next_step(run: str, record: Record, seen: Observation, terms: Terms) -> Step:
    """What the run does next with one credential."""
    return _STATES[record.state](Turn(run, record, seen, terms))


def start(seen: Observation) -> Record | None:
    """The record of a fresh rotation; None where the vault's newest version fits no slot."""
    if seen.current is None or seen.current.key not in (seen.primary, seen.secondary):
        return None
    standby = Slot.SECONDARY if seen.current.key == seen.primary else Slot.PRIMARY
    return Record(
        state=State.PLANNED,
        standby=standby,
        active=seen.current.key,
        before=seen.slot(standby),
        previous=seen.current.version,
    )


def _ended(turn: Turn) -> Step:
    return Stop(Ending.DONE, f"the rotation is {turn.record.state}.")


_STATES: Final[Steps] = {
    **new_key.STEPS,
    **old_key.STEPS,
    **undo.STEPS,
    **dict.fromkeys(ENDS - {State.FAILED}, _ended),
}
