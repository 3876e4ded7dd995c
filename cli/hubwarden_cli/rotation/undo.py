"""The way back, open until the old key is retired: the old value becomes the newest version again.

The vault cannot point back to an older version, so the old value is published anew. Until then
both slots work, and so does whatever a consumer holds.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from hubwarden_cli.rotation.state import ENDS, ONE_WAY, Mark, Record, State
from hubwarden_cli.rotation.step import Act, Action, Ending, Move, Step, Stop
from hubwarden_cli.rotation.turn import Steps, Turn


def undo(record: Record) -> Record | Stop:
    """The record of a run that goes back, or why it cannot."""
    if record.state in ONE_WAY:
        return Stop(
            Ending.REFUSED,
            "the old key is retired or about to be: there is only the way on; resume the run, and"
            " rotate once more where the new key must go.",
        )
    if record.state in ENDS:
        return Stop(Ending.REFUSED, f"the run is over ({record.state}): nothing is left to undo.")
    return replace(record, state=State.UNDOING)


def _undoing(turn: Turn) -> Step:
    run, record, seen, terms = turn.run, turn.record, turn.seen, turn.terms
    current = seen.current
    if record.active not in (seen.primary, seen.secondary) or current is None:
        return Stop(
            Ending.CONFLICT, "the old key is in no slot any more; resume the run, or adopt."
        )
    if current.run == run and current.mark is Mark.CURRENT:
        return Act(Action.REPUBLISH)
    went_out = current.run == run and current.mark is Mark.ROLLED_BACK
    if not went_out and current.version != record.previous:
        return Stop(
            Ending.CONFLICT, "somebody else published a version of the secret; nothing was undone."
        )
    if went_out:
        for subject, action in (
            *((copy, Action.PUSH) for copy in terms.copies),
            *((hook, Action.NOTIFY) for hook in terms.hooks),
        ):
            if subject not in record.undone:
                return Act(action, subject, replace(record, undone=(*record.undone, subject)))
    if seen.pending:
        return Act(Action.DISCARD)
    return Move(replace(record, state=State.ROLLED_BACK))


STEPS: Final[Steps] = {State.UNDOING: _undoing}
