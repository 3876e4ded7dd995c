"""Visits every world that can be reached, breadth first, and keeps those where a key is refused."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.cli.rotation.model import World, doubtful, effect, look, refreshed, with_record

from hubwarden_cli.rotation.machine import next_step, start
from hubwarden_cli.rotation.rebuild import Traces, rebuild
from hubwarden_cli.rotation.state import ENDS, Mark, Observation, Record, State, Terms
from hubwarden_cli.rotation.step import Act, Move, Step, Stop
from hubwarden_cli.rotation.undo import undo

Event = tuple[str, World]
# What may happen next; the consumers are the explorer's own.
Runners = Callable[[World], Iterator[Event]]


@dataclass(frozen=True)
class Exploration:
    states: int
    finished: int
    harmed: tuple[tuple[str, ...], ...]
    stuck: int


def harmful(world: World) -> bool:
    """A key that somebody holds is refused."""
    return not world.unharmed


def harmful_in_the_end(world: World) -> bool:
    """A key is refused that a consumer or the vault holds; or that the copy is left with."""
    over = all(record and record.state in ENDS for _, record in world.records)
    return not (world if over else replace(world, copy=0)).unharmed


def explore(
    begin: World,
    runners: Runners,
    most_keys: int = 9,
    bad: Callable[[World], bool] = harmful,
) -> Exploration:
    """Every interleaving of the runners with consumers that read the vault again at any time.

    Who forgets and goes back can stage new keys for ever: `most_keys` ends that. `stuck` counts
    worlds from which no run can come to an end any more.
    """
    came_from: dict[World, tuple[World, str] | None] = {begin: None}
    before: dict[World, list[World]] = {begin: []}
    queue, harmed, finished = deque([begin]), [], []
    while queue:
        world = queue.popleft()
        if bad(world):
            harmed.append(world)
            continue
        if any(record and record.state in ENDS for _, record in world.records):
            finished.append(world)
        for name, after in (*_reads(world), *runners(world)):
            if after.newest > most_keys:
                continue
            if after not in came_from:
                came_from[after] = (world, name)
                before[after] = []
                queue.append(after)
            before[after].append(world)
    stories = tuple(_story(came_from, world) for world in harmed)
    return Exploration(
        len(came_from), len(finished), stories, len(came_from) - _reach(finished, before)
    )


def _reads(world: World) -> Iterator[Event]:
    for number in range(len(world.caches)):
        if world.caches[number] != world.vault.key or not world.fresh[number]:
            yield f"consumer {number} reads", refreshed(world, number)


def _story(came_from: dict[World, tuple[World, str] | None], world: World) -> tuple[str, ...]:
    story = []
    while (origin := came_from[world]) is not None:
        world, name = origin
        story.append(name)
    return tuple(reversed(story))


def _reach(ends: list[World], before: dict[World, list[World]]) -> int:
    seen, queue = set(ends), deque(ends)
    while queue:
        for world in before[queue.popleft()]:
            if world not in seen:
                seen.add(world)
                queue.append(world)
    return len(seen)


@dataclass(frozen=True)
class Machine:
    """The production machine as a runner that may die after everything it does.

    `forgetful`: the journal may vanish at any time; `undoes`: somebody may ask for the way back;
    `blind`: the vault's tags are not looked at, as if only the journal knew of grace and runs;
    `trusting`: in these states a copy that was proved once is not doubted; `careless`: nobody looks
    after the copies once the old key is gone.
    """

    terms: Terms
    forgetful: bool = False
    undoes: bool = False
    blind: bool = False
    trusting: frozenset[State] = frozenset()
    careless: bool = False

    def __call__(self, world: World) -> Iterator[Event]:
        for run, record in world.records:
            seen = self._look(world, run)
            if record is None:
                yield from self._begin(world, run, seen)
                continue
            if record.state not in ENDS:
                yield from self._accidents(world, run, record)
            if record.state in self.trusting:
                seen = replace(seen, sure=frozenset(self.terms.copies))
            known = record
            if self.careless and record.state is State.RETIRED:
                known = replace(record, mended=self.terms.copies)
            yield from _go_on(world, run, record, next_step(run, known, seen, self.terms))

    def _look(self, world: World, run: str) -> Observation:
        seen = look(world, run)
        if not self.blind or seen.current is None:
            return seen
        known = dict(world.records).get(run)
        ours = known is not None and known.new == seen.current.key
        unmarked = replace(
            seen.current,
            run=run if ours else "",
            mark=Mark.CURRENT if ours and seen.current.mark is Mark.CURRENT else None,
            grace_until=seen.current.grace_until if ours else None,
        )
        return replace(seen, current=unmarked, pending=seen.pending if known else "")

    def _begin(self, world: World, run: str, seen: Observation) -> Iterator[Event]:
        traces = None if self.blind else _traces(world, run)
        record = rebuild(run, traces, seen) if traces else start(seen)
        if record:
            yield f"{run} begins", with_record(world, run, record)

    def _accidents(self, world: World, run: str, record: Record) -> Iterator[Event]:
        if run in world.sure:
            yield f"{run} pauses", doubtful(world, run)
        if self.forgetful:
            yield f"{run} loses its journal", with_record(doubtful(world, run), run, None)
        if self.undoes and not isinstance(back := undo(record), Stop):
            yield f"{run} goes back", with_record(world, run, back)


def deployed_beside(runners: Runners) -> Runners:
    """With somebody who puts any key that is accepted into the copy, at any time but one.

    That one is a moment: between a run's last look at the copy and what it does next.
    """

    def events(world: World) -> Iterator[Event]:
        yield from runners(world)
        for key in set(world.slots) - {world.copy}:
            if world.copy and not world.sure:
                yield "somebody writes the copy", replace(world, copy=key)

    return events


def late_beside(runners: Runners) -> Runners:
    """With a deployment that has read the first keys, and writes the copy around the retirement.

    So it does until the run puts the copy in its place for the last time.
    """

    def events(world: World) -> Iterator[Event]:
        yield from runners(world)
        for _, record in world.records:
            if record and record.state in {State.RETIRING, State.RETIRED} and not record.mended:
                for key in {1, 2} - {world.copy}:
                    yield "somebody writes what it has read", replace(world, copy=key)

    return events


def _traces(world: World, run: str) -> Traces | None:
    if staged := dict(world.staged).get(run):
        return staged.traces
    return world.vault.traces if world.vault.run == run else None


def _go_on(world: World, run: str, record: Record, step: Step) -> Iterator[Event]:
    if isinstance(step, Move):
        yield f"{run} {step.record.state}", with_record(world, run, step.record)
    elif isinstance(step, Act):
        after = effect(world, run, record, step.action)
        yield f"{run} {step.action} and dies", doubtful(after, run)
        if step.done:
            yield f"{run} {step.action}", with_record(after, run, step.done)
