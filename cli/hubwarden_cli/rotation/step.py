"""What a rotation does next: write a state down, act on the world, wait, or stop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from hubwarden_cli.rotation.state import Record


class Action(StrEnum):
    """What the edge can do. Each may be repeated: its outcome is read, never assumed."""

    ALIGN = "align"
    STAGE = "stage"
    SET_KEY = "set-key"
    PROVE = "prove"
    PUBLISH = "publish"
    PUSH = "push"
    NOTIFY = "notify"
    ASK = "ask"
    RETIRE = "retire"
    TIDY = "tidy"
    REPUBLISH = "republish"
    DISCARD = "discard"


@dataclass(frozen=True)
class Move:
    """Write this record down; the world stays as it is."""

    record: Record


@dataclass(frozen=True)
class Act:
    """Do this; `done` is the record to write down once it is done, where a look cannot tell."""

    action: Action
    subject: str = ""
    done: Record | None = None

    @property
    def fruitless(self) -> str:
        """Why a run ends that does it again and again."""
        if self.action is Action.ASK:
            return f"{self.subject} has not said that it holds the new version"
        return f"{self.action} {self.subject}".rstrip() + " brings nothing"


@dataclass(frozen=True)
class Wait:
    """Look again later; `until` is None where nobody knows when."""

    why: str
    until: datetime | None = None


class Ending(StrEnum):
    """Why a rotation stopped."""

    DONE = "done"
    REFUSED = "refused"
    CONFLICT = "conflict"
    UNVERIFIED = "unverified"


@dataclass(frozen=True)
class Stop:
    """Nothing more is done; the sentence says why and what a person can do."""

    ending: Ending
    sentence: str


Step = Move | Act | Wait | Stop
