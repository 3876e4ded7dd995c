"""A world small enough to visit wholly: two slots, a vault, consumers with caches, runs that die.

A double of Azure, and of time: grace is over when every consumer has read the vault since the
last version was published, which is what a declared grace promises. A write is one event, as an
etag makes it; its answer may be lost, and so may the runner, before or after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hubwarden_cli.rotation.rebuild import Traces
from hubwarden_cli.rotation.state import Current, Mark, Observation, Proof, Record, Slot
from hubwarden_cli.rotation.step import Action

GRACE = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Published:
    """The newest version of the secret; `number` is its id."""

    number: int
    key: int
    run: str = ""
    mark: Mark | None = None
    traces: Traces | None = None
    spare: str = ""


@dataclass(frozen=True)
class Staged:
    key: int
    traces: Traces


@dataclass(frozen=True)
class World:
    """Keys are numbers in the order in which they were made; `records` is each run's journal.

    `sure` are the runs whose process has put the copy in its place a moment ago.
    """

    slots: tuple[int, int] = (1, 2)
    vault: Published = Published(1, 1)
    staged: tuple[tuple[str, Staged], ...] = ()
    caches: tuple[int, ...] = (1, 1)
    fresh: tuple[bool, ...] = (True, True)
    records: tuple[tuple[str, Record | None], ...] = (("a", None),)
    copy: int = 0
    sure: frozenset[str] = frozenset()

    @property
    def unharmed(self) -> bool:
        """What everything is about: each key that somebody holds is accepted."""
        held = (self.vault.key, *self.caches, *((self.copy,) if self.copy else ()))
        return all(key in self.slots for key in held)

    @property
    def newest(self) -> int:
        staged = (one.key for _, one in self.staged)
        return max(*self.slots, self.vault.key, *self.caches, *staged)


def look(world: World, run: str) -> Observation:
    """What the run sees. Every look at slots is final here: there is one gateway and no lag."""
    staged = dict(world.staged)
    over = all(world.fresh)
    rivals = [other for other in staged if other != run]
    return Observation(
        now=GRACE + timedelta(seconds=1 if over else -1),
        primary=str(world.slots[0]),
        secondary=str(world.slots[1]),
        ready=True,
        current=Current(
            version=str(world.vault.number),
            key=str(world.vault.key),
            run=world.vault.run,
            mark=world.vault.mark,
            grace_until=GRACE if world.vault.run else None,
            spare=world.vault.spare,
        ),
        pending=str(staged[run].key) if run in staged else "",
        rival=rivals[0] if rivals else "",
        stable=True,
        proof=Proof.GOOD,
        acked=frozenset(f"c{number}" for number, fresh in enumerate(world.fresh) if fresh),
        sure=frozenset({"link"} if run in world.sure else ()),
    )


def effect(world: World, run: str, record: Record, action: Action) -> World:
    """The world after the action."""
    staged = dict(world.staged)
    match action:
        case Action.STAGE:
            traces = Traces(record.standby, record.active, record.before, record.previous)
            staged[run] = Staged(world.newest + 1, traces)
            return replace(world, staged=tuple(sorted(staged.items())))
        case Action.SET_KEY:
            return replace(world, slots=_put(world.slots, record.standby, int(record.new)))
        case Action.ALIGN:
            return replace(world, copy=int(record.active), sure=world.sure | {run})
        case Action.PUSH:
            # What is pushed is what the vault gives, and so it is on the way back.
            return replace(world, copy=world.vault.key, sure=world.sure | {run})
        case Action.PUBLISH:
            return _published(world, run, record, int(record.new), Mark.CURRENT)
        case Action.REPUBLISH:
            return _published(world, run, record, int(record.active), Mark.ROLLED_BACK)
        case Action.RETIRE:
            return replace(world, slots=(int(record.new), world.newest + 1))
        case Action.TIDY:
            vault = replace(world.vault, mark=Mark.SETTLED, spare=str(world.slots[1]))
            return replace(_without(world, run), vault=vault)
        case Action.DISCARD:
            return _without(world, run)
        case _:
            return world


def refreshed(world: World, consumer: int) -> World:
    caches, fresh = list(world.caches), list(world.fresh)
    caches[consumer], fresh[consumer] = world.vault.key, True
    return replace(world, caches=tuple(caches), fresh=tuple(fresh))


def with_record(world: World, run: str, record: Record | None) -> World:
    return replace(world, records=tuple(sorted({**dict(world.records), run: record}.items())))


def doubtful(world: World, run: str) -> World:
    """The process is another one, or some time has passed."""
    return replace(world, sure=world.sure - {run})


def _put(slots: tuple[int, int], slot: Slot, key: int) -> tuple[int, int]:
    return (key, slots[1]) if slot is Slot.PRIMARY else (slots[0], key)


def _published(world: World, run: str, record: Record, key: int, mark: Mark) -> World:
    traces = Traces(record.standby, record.active, record.before, record.previous)
    return replace(
        world,
        vault=Published(world.vault.number + 1, key, run, mark, traces),
        fresh=(False,) * len(world.fresh),
    )


def _without(world: World, run: str) -> World:
    return replace(world, staged=tuple(one for one in world.staged if one[0] != run))
