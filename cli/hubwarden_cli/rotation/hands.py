"""What a run does to the world for one credential. Each thing may be done twice."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from hubwarden_cli.azure.clock import Clock, utc
from hubwarden_cli.azure.failures import Unanswered
from hubwarden_cli.azure.identifiable import identifiable_key
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.vault import Version
from hubwarden_cli.rotation import tags
from hubwarden_cli.rotation.consumers import Consumer
from hubwarden_cli.rotation.hooks import Hooks
from hubwarden_cli.rotation.job import Job
from hubwarden_cli.rotation.kinds.kind import Reading, Source
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.proving import Tell, proved
from hubwarden_cli.rotation.state import Mark, Slot
from hubwarden_cli.rotation.step import Action
from hubwarden_cli.rotation.value import key_in, value_of

# A key that nobody came back for is worth nothing after this.
_PENDING_LIFE = timedelta(hours=24)


class Unproved(Unanswered):
    """A copy was written, and what is there does not work (yet): the run goes no further."""


@dataclass(frozen=True)
class Hands:
    """Acts for the credentials of one resource; keys are set by the run, several in one PUT."""

    source: Source
    hooks: Hooks
    clock: Clock
    pace: Pace
    grace: bool = True

    def act(self, action: Action, subject: str, job: Job, reading: Reading) -> None:
        """Do it; a failure of a client says that nobody knows, and a new look will."""
        match action:
            case Action.STAGE:
                self._stage(job)
            case Action.PUBLISH | Action.REPUBLISH:
                self._publish(job, action)
            case Action.ALIGN | Action.PUSH:
                self._push(job, subject)
            case Action.NOTIFY:
                consumer = _consumer(job, subject)
                self.hooks.notify(consumer.hook or (), self._told(job, consumer, "notify"))
            case Action.ASK:
                self._ask(job, _consumer(job, subject))
            case Action.TIDY:
                self._tidy(job, reading)
            case Action.DISCARD:
                self._discard(job)
            case Action.SET_KEY | Action.RETIRE | Action.PROVE:
                raise ValueError(f"{action} is done for the whole resource")

    def prove(self, jobs: Sequence[Job], reading: Reading, tell: Tell) -> None:
        """Use the staged keys of all these, over the same time."""
        asked = {
            job.name: partial(
                self.source.prove, reading.policies[job.declared.policy], self._pending(job)
            )
            for job in jobs
        }
        shown = proved(asked, self.clock, self.pace, tell)
        for job in jobs:
            job.memory.proof = shown[job.name]

    def new_keys(self, job: Job, action: Action) -> Mapping[Slot, Key]:
        """The keys to set. On retirement the published one goes to the primary slot, which is what
        programs read, and the other slot gets one that nobody keeps."""
        if action is Action.SET_KEY:
            return {job.record.standby: self._pending(job)}
        return {
            Slot.PRIMARY: self._published(job),
            Slot.SECONDARY: identifiable_key(self.source.key_kind, secrets.token_bytes),
        }

    def _stage(self, job: Job) -> None:
        key = identifiable_key(self.source.key_kind, secrets.token_bytes)
        expires = utc(self.clock) + _PENDING_LIFE
        told = tags.staged(job.run, job.record, emergency=not job.terms.gated)
        job.vault.set(job.pending_name, key, told, expires)

    def _pending(self, job: Job) -> Key:
        version = job.vault.current(job.pending_name)
        if version is None or version.value is None:
            raise Unanswered("the staged key", "the vault does not show it now")
        return version.value

    def _published(self, job: Job) -> Key:
        key = _key_in(job, job.vault.current(job.declared.secret), "the published key")
        if job.mark(key) != job.record.new:
            raise Unanswered("the published key", "the vault does not show it now")
        return key

    def _previous(self, job: Job) -> Key:
        version = job.vault.get(job.declared.secret, job.record.previous)
        return _key_in(job, version, "the previous key")

    def _publish(self, job: Job, action: Action) -> None:
        back = action is Action.REPUBLISH
        key = self._previous(job) if back else self._pending(job)
        mark = Mark.ROLLED_BACK if back else Mark.CURRENT
        declared = job.declared
        before = job.vault.current(declared.secret)
        grace = declared.grace if self.grace else timedelta()
        urgent = not job.terms.gated
        publication = tags.Publication(job.run, mark, utc(self.clock), grace, urgent)
        job.vault.set(
            declared.secret,
            value_of(declared.value, self.source.host, declared.policy, key),
            tags.published(job.record, job.mark(key), publication, before.tags if before else {}),
        )

    def _push(self, job: Job, name: str) -> None:
        key = _key_in(job, job.vault.current(job.declared.secret), f"the key for {name}")
        copy = job.copies[name]
        copy.push(key)
        at = self.clock.now()
        if not copy.prove():
            raise Unproved(f"proof of {name}", "what is there is not accepted")
        job.memory.put[name] = at

    def _ask(self, job: Job, consumer: Consumer) -> None:
        if self.hooks.acknowledged(consumer.ack or (), self._told(job, consumer, "ask")):
            job.memory.acked.add(consumer.name)
        else:
            self.clock.sleep(self.pace.poll)

    def _tidy(self, job: Job, reading: Reading) -> None:
        """The old key is gone: say so, switch off surplus versions of this run, drop the rest."""
        declared = job.declared
        version = job.vault.current(declared.secret)
        if version is None:
            raise Unanswered("the published version", "the vault does not show it now")
        for other in job.vault.versions(declared.secret):
            ours = other.tags.get("run") == job.run
            if ours and other.id != version.id and other.enabled:
                job.vault.tag(declared.secret, other.id, other.tags, enabled=False)
        spare = job.mark(reading.policies[declared.policy].secondary)
        job.vault.tag(declared.secret, version.id, tags.settled(version.tags, spare))
        self._discard(job)

    def _discard(self, job: Job) -> None:
        job.vault.delete(job.pending_name)
        job.vault.purge(job.pending_name)

    def _told(self, job: Job, consumer: Consumer, step: str) -> dict[str, str]:
        version = job.vault.current(job.declared.secret)
        return {
            "HUBWARDEN_RUN": job.run,
            "HUBWARDEN_STEP": step,
            "HUBWARDEN_CONSUMER": consumer.name,
            "HUBWARDEN_VAULT": job.declared.vault,
            "HUBWARDEN_SECRET": job.declared.secret,
            "HUBWARDEN_VERSION": version.id if version else "",
        }


def _consumer(job: Job, name: str) -> Consumer:
    return next(one for one in job.declared.consumers if one.name == name)


def _key_in(job: Job, version: Version | None, what: str) -> Key:
    key = key_in(job.declared.value, version.value) if version and version.value else None
    if key is None:
        raise Unanswered(what, "the vault does not show it now")
    return key
