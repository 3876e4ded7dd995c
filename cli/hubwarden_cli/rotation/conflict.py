"""What is said where somebody else wrote, and what follows from a judgement on a write of ours."""

from __future__ import annotations

from typing import Final

from hubwarden_cli.rotation.classify import Outcome
from hubwarden_cli.rotation.step import Act, Ending, Move, Step, Stop, Wait

CHANGED: Final = Stop(
    Ending.CONFLICT,
    "somebody else changed the key while it was rotated: nothing was overwritten; find out who,"
    " then `hubwarden creds status` and `hubwarden creds adopt`.",
)
SUPERSEDED: Final = Stop(
    Ending.CONFLICT,
    "somebody else published a version of the secret: nothing was retired; find out who, then"
    " `hubwarden creds status`.",
)


def after(outcome: Outcome, again: Act, forward: Move) -> Step:
    """On, where the write took effect; once more, where it surely did not."""
    if outcome is Outcome.APPLIED:
        return forward
    if outcome is Outcome.FOREIGN:
        return CHANGED
    return again if outcome is Outcome.NOT_APPLIED else Wait("a write may still take effect")
