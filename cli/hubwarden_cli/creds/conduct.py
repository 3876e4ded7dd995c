"""One run from its beginning, or from where it died, to its end or to the next pause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from hubwarden_cli.azure.failures import Failure
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import Exit, refused
from hubwarden_cli.creds.failing import judged
from hubwarden_cli.creds.outcome import Outcome, outcome, worsened
from hubwarden_cli.creds.ready import ready
from hubwarden_cli.creds.runs import Known
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.consumers import DPS, Credential
from hubwarden_cli.rotation.hands import Hands
from hubwarden_cli.rotation.hooks import Hooks
from hubwarden_cli.rotation.job import Job
from hubwarden_cli.rotation.journal import Entry, Journal, has_begun
from hubwarden_cli.rotation.lock import FileLock, LeaseLock, locked
from hubwarden_cli.rotation.plan import RunPlan
from hubwarden_cli.rotation.prepare import planned_jobs, run_name
from hubwarden_cli.rotation.result import Result
from hubwarden_cli.rotation.run import Run
from hubwarden_cli.rotation.state import State
from hubwarden_cli.rotation.step import Ending, Stop
from hubwarden_cli.rotation.survey import Asked
from hubwarden_cli.rotation.undo import undo


@dataclass(frozen=True)
class Conduct:
    """`wait` is the longest grace that this process sits through."""

    desk: Desk
    wait: timedelta
    single_runner: bool

    def begin(self, plan: RunPlan) -> Outcome:
        """A fresh run of a plan."""
        run = run_name(self.desk.now)

        def work() -> Outcome:
            with self._held(plan, begins=True) as lock:
                jobs = planned_jobs(self._behind(lock), plan, run)
                told = plan.model_dump(mode="json")
                health = self.desk.access.source(plan.id).health()
                journal = Journal.begin(self.desk.rotations, run, told, health)
                return self._go(plan, jobs, journal, lock)

        told = self._told(run, plan.id, work)
        return replace(told, begun=has_begun(self.desk.rotations, run))

    def go_on(self, known: Known) -> Outcome:
        """A run that was begun."""

        def work() -> Outcome:
            with self._held(known.plan, begins=False) as lock:
                jobs = known.jobs(self._behind(lock))
                return self._go(known.plan, jobs, known.journal(), lock)

        return self._told(known.run, known.plan.id, work)

    def go_back(self, known: Known) -> Outcome:
        """The way back for every credential of a run that still has one."""

        def work() -> Outcome:
            with self._held(known.plan, begins=False) as lock:
                jobs, journal = known.jobs(self._behind(lock)), known.journal()
                stopped: dict[str, Stop] = {}
                for job in jobs:
                    record = undo(job.record)
                    if isinstance(record, Stop):
                        stopped[job.name] = record
                        continue
                    journal.write(Entry(self.desk.now, job.name, record))
                    job.record = record
                left = [job for job in jobs if job.name not in stopped]
                return self._go(known.plan, left, journal, lock, stopped)

        return self._told(known.run, known.plan.id, work)

    @contextmanager
    def _held(self, plan: RunPlan, *, begins: bool) -> Iterator[FileLock | LeaseLock]:
        declared = [one.declared for one in plan.credentials]
        asked = Asked(all=True, emergency=plan.emergency, accept_masked=plan.accept_masked)
        lease = self.desk.lease
        resources = _written(declared)
        if lease is None and not self.single_runner:
            for one in resources:
                if one.provider_type == DPS:
                    raise refused(
                        f"nothing keeps a second runner from the DPS {one.name}: name a container"
                        " as `leases` in consumers.toml, or say --single-runner."
                    )
        ready(self.desk, declared, asked, begins=begins)
        with locked(resources, self.desk.rotations, lease) as lock:
            yield lock

    def _behind(self, lock: FileLock | LeaseLock) -> Access:
        return self.desk.access.fenced(lock.check)

    def _go(
        self,
        plan: RunPlan,
        jobs: Sequence[Job],
        journal: Journal,
        lock: FileLock | LeaseLock,
        stopped: Mapping[str, Stop] | None = None,
    ) -> Outcome:
        desk, access, run = self.desk, self._behind(lock), journal.run
        desk.events.tell(run, "", "locked", {"epochs": list(lock.epochs)})
        source = access.source(plan.id)
        hands = Hands(
            source, Hooks(desk.folder), access.clock, access.pace, grace=not plan.emergency
        )
        # From before the first write, in whichever process that was.
        known = journal.health()
        before = source.health() if known is None else known
        ended = Run(
            jobs,
            hands,
            journal,
            lock,
            access.clock,
            access.pace,
            access.times,
            lambda name, what, more: desk.events.tell(run, name, what, more),
            self.wait.total_seconds(),
        ).go()
        self._close(jobs, ended, journal)
        worse = worsened(before, source.health())
        result = Result({**(stopped or {}), **ended.endings})
        return outcome(run, plan.id, result, worse)

    def _close(self, jobs: Iterable[Job], result: Result, journal: Journal) -> None:
        """What was refused before anything was done is over: nobody has to resume it."""
        for job in jobs:
            end = result.endings.get(job.name)
            stopped = isinstance(end, Stop) and end.ending in {Ending.REFUSED, Ending.CONFLICT}
            if stopped and job.record.state in {State.PLANNED, State.LOCKED}:
                record = replace(job.record, state=State.ROLLED_BACK)
                journal.write(Entry(self.desk.now, job.name, record))

    def _told(self, run: str, resource: ResourceId, work: Callable[[], Outcome]) -> Outcome:
        try:
            return work()
        except KeyboardInterrupt:
            why = "interrupted; what was done is written down."
            return Outcome(run, resource, Exit.INTERRUPTED, why)
        except (Failure, Refusal) as error:
            code, why = judged(error, usage=Exit.REFUSED)
            self.desk.events.tell(run, "", "stopped", {"why": why})
            return Outcome(run, resource, code, why)


def every(works: Iterable[Callable[[], Outcome]]) -> list[Outcome]:
    """One run after the other, whatever becomes of one; an interruption ends all."""
    outcomes: list[Outcome] = []
    for work in works:
        outcomes.append(work())
        if outcomes[-1].code is Exit.INTERRUPTED:
            break
    return outcomes


def _written(declared: Iterable[Credential]) -> list[ResourceId]:
    """Every resource that the rotation of these credentials writes."""
    texts = [text for one in declared for text in (one.resource, *one.links)]
    return list(dict.fromkeys(ResourceId.parse(text) for text in texts))
