"""Where the rotation of one credential stands, and what was seen of the world: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Slot(StrEnum):
    """One of the two keys of a policy, by the name that ARM gives it."""

    PRIMARY = "primaryKey"
    SECONDARY = "secondaryKey"

    @property
    def other(self) -> Slot:
        return Slot.SECONDARY if self is Slot.PRIMARY else Slot.PRIMARY


class State(StrEnum):
    """The states of a rotation. Each is written down before the action that leaves it."""

    PLANNED = "planned"
    LOCKED = "locked"
    STAGED = "staged"
    SETTING = "setting"
    SET = "set"
    SETTLED = "settled"
    VERIFIED = "verified"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    GRACE = "grace"
    RETIRING = "retiring"
    RETIRED = "retired"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    ROLLED_BACK = "rolled-back"


ENDS = frozenset({State.DONE, State.FAILED, State.ROLLED_BACK})
# From here on the old key may be gone: there is no way back.
ONE_WAY = frozenset({State.RETIRING, State.RETIRED, State.DONE})


class Mark(StrEnum):
    """The tag `state` of a version of the secret in the vault."""

    CURRENT = "current"
    SETTLED = "settled"
    ROLLED_BACK = "rolled-back"


class Proof(StrEnum):
    """What the use of the new key has shown so far."""

    NONE = "none"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True)
class Record:
    """What the journal knows of one credential. Keys are fingerprints, versions are ids.

    `confirmed`: copies that were put on the published key once more before the old one goes, and
    `mended` those that were after it had gone.
    """

    state: State
    standby: Slot
    active: str
    before: str
    previous: str
    new: str = ""
    published: str = ""
    aligned: tuple[str, ...] = ()
    pushed: tuple[str, ...] = ()
    notified: tuple[str, ...] = ()
    confirmed: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Terms:
    """What the plan fixes for one credential: copies to push, hooks to run, acks to wait for.

    `patience` is how long a write without an answer may still take effect. Without `gated` (an
    emergency) neither grace nor acks hold the old key back.
    """

    copies: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    acks: tuple[str, ...] = ()
    patience: timedelta = timedelta(minutes=5)
    gated: bool = True


@dataclass(frozen=True)
class Current:
    """The newest version of the secret, which is what consumers get. Tags of ours may lack."""

    version: str
    key: str
    run: str = ""
    mark: Mark | None = None
    grace_until: datetime | None = None
    spare: str = ""


@dataclass(frozen=True)
class Observation:
    """What one look at the world has shown; keys are fingerprints.

    `pending` is the key that this run has staged, `rival` another run that has one staged.
    `stable`: the slots were the same in enough reads in a row. `waited`: since a write of ours
    that may still take effect, None where there is none. `copies_until`: until when somebody may
    hold what a copy held before its newest version. `sure`: copies that this process
    has put on the key that stays, and proved, a moment ago.
    """

    now: datetime
    primary: str
    secondary: str
    ready: bool
    current: Current | None
    pending: str = ""
    rival: str = ""
    stable: bool = False
    proof: Proof = Proof.NONE
    waited: timedelta | None = None
    acked: frozenset[str] = frozenset()
    copies_until: datetime | None = None
    sure: frozenset[str] = frozenset()

    def slot(self, slot: Slot) -> str:
        return self.primary if slot is Slot.PRIMARY else self.secondary
