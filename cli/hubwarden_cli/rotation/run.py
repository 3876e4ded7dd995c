"""A run: one hub or DPS, all its credentials that are due, until nothing is left to do.

Look, ask the machine, write down, act: in this order, again and again. Nothing is remembered that
the next look could not find out, so that it does not matter where a run dies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from hubwarden_cli.azure.clock import Clock, utc
from hubwarden_cli.azure.failures import (
    Busy,
    Failure,
    Forbidden,
    Stale,
    Throttled,
    Unanswered,
    Unreachable,
)
from hubwarden_cli.azure.service_time import ServiceTime
from hubwarden_cli.rotation.hands import Hands
from hubwarden_cli.rotation.job import Job
from hubwarden_cli.rotation.journal import Entry, Journal
from hubwarden_cli.rotation.kinds.kind import Reading
from hubwarden_cli.rotation.lock import Lock
from hubwarden_cli.rotation.look import look
from hubwarden_cli.rotation.machine import next_step
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.result import Later, Result
from hubwarden_cli.rotation.step import Act, Action, Ending, Move, Step, Stop, Wait

# Two are a PUT of the whole resource, and proofs take minutes: all whose turn it is go together.
_TOGETHER: Final = frozenset({Action.SET_KEY, Action.RETIRE, Action.PROVE})


Say = Callable[[str, str, Mapping[str, Any]], None]


@dataclass
class Run:
    """`wait` is how many seconds of grace this process sits through; `times` is `Access`'s."""

    jobs: Sequence[Job]
    hands: Hands
    journal: Journal
    lock: Lock
    clock: Clock
    pace: Pace
    times: ServiceTime
    say: Say
    wait: float = 0
    _ended: dict[str, Stop | Later] = field(default_factory=dict)
    _progress: float = 0

    def go(self) -> Result:
        """Until every credential has ended or has to wait for longer than this process does."""
        self._progress = self.clock.now()
        while open_jobs := [job for job in self.jobs if job.name not in self._ended]:
            try:
                self._turn(open_jobs)
            except (Stale, Busy, Throttled, Unanswered, Unreachable) as failure:
                self._stumble(open_jobs, failure)
            if any(
                isinstance(end, Stop) and end.ending is Ending.CONFLICT
                for end in self._ended.values()
            ):
                # Somebody else is at work on this resource: hands off all of it.
                break
        return Result(dict(self._ended))

    def _turn(self, jobs: Sequence[Job]) -> None:
        reading = self.hands.source.read()
        steps = {
            job.name: next_step(
                job.run,
                job.record,
                look(job, reading, self.clock, self.pace, self.times),
                job.terms,
            )
            for job in jobs
        }
        moved = [self._settle(job, steps[job.name]) for job in jobs]
        if any(moved):
            self._progress = self.clock.now()
            return
        acts = [(job, step) for job in jobs if isinstance(step := steps[job.name], Act)]
        alone = [(job, step) for job, step in acts if step.action not in _TOGETHER]
        proofs = [job for job, step in acts if step.action is Action.PROVE]
        if proofs:
            self._prove(proofs, reading)
        elif alone:
            for job, step in alone:
                self._act(job, step, reading)
                # What is done again and again and changes nothing has to end some time.
                self._stalled([job], step.fruitless)
        elif acts and not self._soon(acts, steps.values()):
            self._write(acts, reading)
        else:
            self._wait(jobs, steps)

    def _settle(self, job: Job, step: Step) -> bool:
        """Whether the step was one that only has to be written down."""
        if isinstance(step, Move):
            self._note(job, step)
            return True
        if isinstance(step, Stop):
            clock = self.times.amiss() if step.ending is Ending.UNVERIFIED else ""
            self._ended[job.name] = replace(step, sentence=f"{step.sentence} {clock}".rstrip())
            self.say(job.name, "stopped", {"ending": step.ending.value})
            return True
        return False

    def _note(self, job: Job, move: Move) -> None:
        if move.record.state is not job.record.state:
            # What was sent or proved belongs to the state that is left.
            job.memory.sent = None
            job.memory.looks = 0
        self.journal.write(Entry(utc(self.clock), job.name, move.record))
        job.record = move.record
        self.say(job.name, move.record.state.value, {})

    def _act(self, job: Job, step: Act, reading: Reading) -> None:
        self.lock.check()
        self.say(job.name, step.action.value, {"subject": step.subject} if step.subject else {})
        self.hands.act(step.action, step.subject, job, reading)
        if step.done not in (None, job.record) or step.subject in job.memory.acked:
            self._progress = self.clock.now()
        if step.done:
            self._note(job, Move(step.done))

    def _prove(self, jobs: Sequence[Job], reading: Reading) -> None:
        self.lock.check()
        for job in jobs:
            self.say(job.name, Action.PROVE.value, {})
        self.hands.prove(jobs, reading, lambda how: self.say("", "proving", how))
        self._stalled(jobs, "the proof of the new keys brings nothing")

    def _soon(self, acts: Sequence[tuple[Job, Act]], steps: Iterable[Step]) -> bool:
        """Whether an old key that may go waits for another's grace, to go in the same PUT."""
        latest = self.times.now(self.clock) + timedelta(seconds=min(self.pace.grace, self.wait))
        waits = [step for step in steps if isinstance(step, Wait) and step.until]
        return all(act.action is Action.RETIRE for _, act in acts) and any(
            wait.until and wait.until <= latest for wait in waits
        )

    def _write(self, acts: Sequence[tuple[Job, Act]], reading: Reading) -> None:
        self.lock.check()
        self._stalled([job for job, _ in acts], "what is written does not come to be")
        changes = {job.declared.policy: self.hands.new_keys(job, step.action) for job, step in acts}
        for job, step in acts:
            self.say(job.name, step.action.value, {})
            job.memory.sent = self.clock.now()
        try:
            self.hands.source.write(changes, reading)
        except (Stale, Busy, Throttled, Forbidden):
            # It said no, so that nothing of it is on its way.
            for job, _ in acts:
                job.memory.sent = None
            raise

    def _wait(self, jobs: Sequence[Job], steps: Mapping[str, Step]) -> None:
        """Sleep until the next look can bring something, or end what takes longer than that."""
        now = self.times.now(self.clock)
        pauses = []
        for job in jobs:
            step = steps[job.name]
            if not isinstance(step, Wait):
                continue
            if step.until is None:
                self._stalled([job], step.why)
                pauses.append(self.pace.poll)
            elif (left := (step.until - now).total_seconds()) > self.wait:
                self._ended[job.name] = Later(step.why, step.until)
            else:
                # To wait for the grace is progress, however long it takes.
                self._progress = self.clock.now()
                pauses.append(min(max(left, 0.1), self.pace.grace))
        if pauses:
            for job in jobs:
                # Whoever deploys meanwhile may write a copy.
                job.memory.put.clear()
            self.clock.sleep(min(pauses))

    def _stumble(self, jobs: Sequence[Job], failure: Failure) -> None:
        pause = failure.retry_after if isinstance(failure, Throttled) else None
        self.say("", "again", {"why": str(failure)})
        self._stalled(jobs, str(failure))
        self.clock.sleep(max(pause or 0, self.pace.poll))

    def _stalled(self, jobs: Sequence[Job], why: str) -> None:
        if self.clock.now() - self._progress > self.pace.stall:
            for job in jobs:
                # A clock that went wrong meanwhile signs tokens that nobody takes.
                self._ended.setdefault(job.name, Later(self.times.amiss() or why))
