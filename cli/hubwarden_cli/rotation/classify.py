"""What became of a write that may have been lost, or whose answer was: one judgement for all."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """What a look at the slots says about a write."""

    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    OPEN = "open"
    FOREIGN = "foreign"


def classify(
    *, applied: bool, untouched: bool, ready: bool, waited: timedelta | None, patience: timedelta
) -> Outcome:
    """Judge a write by the slots alone: `applied` as we want them, `untouched` as they were.

    Anything else was written by somebody else. A write that left no trace may still be on its
    way while the resource changes or until `patience` is over; `waited` is None where none of
    ours was sent. A 412, a 5xx or a failed operation says nothing: each is sent after the effect
    too (facts measured with azure-core 1.41).
    """
    if applied:
        return Outcome.APPLIED
    if not untouched:
        return Outcome.FOREIGN
    if not ready or (waited is not None and waited < patience):
        return Outcome.OPEN
    return Outcome.NOT_APPLIED
