"""The exit codes of `creds`, which scripts go by."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Final

from hubwarden_cli.guard import Refusal

HELP: Final = (
    "Exit codes: 0 done; 2 usage or configuration; 4 refused, nothing was changed by this step"
    " (identity, rights, network, a state that forbids it); 5 somebody else is at work, or has"
    " changed a key; 6 the new key was never accepted, or a route is unhealthy since; 10 the plan"
    " has something to do (--detailed-exitcode); 70 hubwarden itself failed; 75 to be resumed"
    " later; 130 interrupted, to be resumed."
)


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    USAGE = 2
    REFUSED = 4
    CONFLICT = 5
    UNVERIFIED = 6
    CHANGES = 10
    FAILED = 70
    LATER = 75
    INTERRUPTED = 130


# What needs a person first; an interruption ends everything, so that nothing comes after it.
_ORDER: Final = (
    Exit.INTERRUPTED,
    Exit.CONFLICT,
    Exit.UNVERIFIED,
    Exit.REFUSED,
    Exit.LATER,
    Exit.CHANGES,
)


def worst(codes: Iterable[Exit]) -> Exit:
    """One code for several runs."""
    given = set(codes)
    return next((code for code in _ORDER if code in given), Exit.DONE)


class Halt(Refusal):
    """A command ends here; the text is a sentence with a way out."""

    def __init__(self, code: Exit, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def refused(sentence: str) -> Halt:
    """What must be so is not."""
    return Halt(Exit.REFUSED, sentence)
