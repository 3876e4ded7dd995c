"""Copies are put on the key that stays once more, right before the other one goes and right after.

Others write them too: a deployment that reads the primary key puts that one into a link. Who holds
the key that goes is refused from then on, so that what was proved an hour ago is worth nothing.
"""

from __future__ import annotations

from dataclasses import replace

from hubwarden_cli.rotation.step import Act, Action
from hubwarden_cli.rotation.turn import Turn


def aligned_again(turn: Turn) -> Act | None:
    """The next copy to put on the active key; None where all were a moment ago."""
    copy = _doubtful(turn)
    return None if copy is None else Act(Action.ALIGN, copy, turn.record)


def pushed_again(turn: Turn) -> Act | None:
    """The next copy to put on the published key; None where all were a moment ago."""
    copy = _doubtful(turn)
    if copy is None:
        return None
    known = turn.record.confirmed
    confirmed = known if copy in known else (*known, copy)
    return Act(Action.PUSH, copy, replace(turn.record, confirmed=confirmed))


def mended(turn: Turn) -> Act | None:
    """The next copy to put on the published key now that the old one is gone; None where all were.

    A deployment that had read the keys before may have put the old one back meanwhile.
    """
    known = turn.record.mended
    copy = next((copy for copy in turn.terms.copies if copy not in known), None)
    if copy is None:
        return None
    return Act(Action.PUSH, copy, replace(turn.record, mended=(*known, copy)))


def _doubtful(turn: Turn) -> str | None:
    return next((copy for copy in turn.terms.copies if copy not in turn.seen.sure), None)
