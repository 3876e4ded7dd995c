"""A hub, a DPS linked to it and two vaults, with the oracle, and runs that can be struck."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.cli.furnished import DPS, HUB, furnish
from tests.cli.rotation.drills.oracle import Oracle
from tests.cli.rotation.drills.points import (
    Ahead,
    PointedAccess,
    PointedJournal,
    Points,
    SharedClock,
)
from tests.cli.rotation.site import Alone

from hubwarden_cli.azure.key import Key
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.adopt import Adoption
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.hands import Hands
from hubwarden_cli.rotation.hooks import Hooks
from hubwarden_cli.rotation.job import Job
from hubwarden_cli.rotation.journal import Journal
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.plan import RunPlan
from hubwarden_cli.rotation.prepare import (
    marks,
    planned_jobs,
    rebuilt_jobs,
    resumed_jobs,
    unfinished,
)
from hubwarden_cli.rotation.result import Later, Result
from hubwarden_cli.rotation.run import Run
from hubwarden_cli.rotation.step import Stop
from hubwarden_cli.rotation.survey import Asked, survey
from hubwarden_cli.rotation.value import connection_string

CACHE = timedelta(hours=2)
PACE = Pace(
    poll=1,
    reads=2,
    proofs=2,
    spread=1,
    proving=60,
    patience=timedelta(seconds=10),
    grace=3600,
    stall=6 * 3600,
)
LINKED: dict[str, Any] = {"links": (DPS,), "copies": ({"vault": "copies", "secret": "hub-link"},)}


def declared(policy: str = "service", resource: str = HUB, **more: Any) -> Credential:
    """A credential with one consumer, whose secret has the policy's name."""
    kind = "hub" if "/IotHubs/" in resource else "dps"
    given: dict[str, Any] = {
        "resource": resource,
        "policy": policy,
        "vault": "keys",
        "secret": f"{kind}-{policy}",
        "consumers": [{"name": "app", "cache": CACHE}],
        **more,
    }
    return Credential(**given)


@dataclass
class Stage:
    """`declared` are adopted at the beginning, with secrets that somebody put there before."""

    azure: LocalAzure
    folder: Path
    clock: SharedClock
    declared: tuple[Credential, ...]
    pace: Pace = PACE
    said: list[tuple[str, str]] = field(default_factory=list)
    lock: Any = field(default_factory=Alone)
    credential: Any = None
    # The runners' clock.
    time: Ahead = field(init=False)

    def __post_init__(self) -> None:
        self.oracle = Oracle(self.azure)
        self.time = Ahead(self.clock)

    @property
    def journals(self) -> Path:
        return self.folder / "rotations"

    def access(self, points: Points | None = None) -> Access:
        return PointedAccess(
            self.azure.endpoints(),
            self.credential or self.azure.credential,
            self.time,
            self.pace,
            fence=self.lock.check,
            points=points or Points(),
        )

    def fill(self) -> Stage:
        """The doubles' content, and what people did before the first rotation."""
        world = self.azure.world
        furnish(self.azure)
        access = self.access()
        for one in self.declared:
            self.put(one, world.policy(_kind(one), one.id.name, one.policy).primary)
        for one in self.declared:
            known = marks(access.vault(one.vault), make=True)
            assert known
            Adoption(access.source(one.id), access.vault(one.vault), known, self.azure.clock).adopt(
                one
            )
        self.clock.sleep(100 * 86400)
        self.oracle.watch(*self.declared)
        return self

    def moment(self) -> Callable[[], None]:
        """What brings all of it back to how it is now, journals apart: they go."""
        world = self.azure.world
        with world.lock:
            kept = copy.deepcopy((world.resources, world.operations, self._secrets()))
        chance, now = world.random.getstate(), self.azure.clock.now()

        def back() -> None:
            with world.lock:
                resources, operations, secrets = copy.deepcopy(kept)
                world.resources.clear()
                world.resources.update(resources)
                world.operations = operations
                for name, vault in world.vaults.items():
                    vault.store.secrets = secrets[name]
                world.random.setstate(chance)
                self.clock.set(now)
            shutil.rmtree(self.journals, ignore_errors=True)
            self.said.clear()
            self.oracle.forget()
            self.azure.log.clear()

        return back

    def _secrets(self) -> dict[str, Any]:
        return {name: vault.store.secrets for name, vault in self.azure.world.vaults.items()}

    def put(self, one: Credential, key: str) -> None:
        """As a person does: without tags, in the secret and in its copies."""
        access = self.access()
        value = connection_string(access.source(one.id).host, one.policy, Key(key))
        for vault, secret in self.secrets(one):
            access.vault(vault).set(secret, value, {})

    @staticmethod
    def secrets(one: Credential) -> tuple[tuple[str, str], ...]:
        return ((one.vault, one.secret), *((more.vault, more.secret) for more in one.copies))

    def plan(self, **asked: bool) -> RunPlan:
        """What is due on the resource of the first credential."""
        # A DPS shows stars for its links; the double takes them back, as it is told to.
        wanted = Asked(**{"accept_masked": True, **asked})
        found = survey(self.access(), self.declared, wanted)
        assert found[0].plan, [one.blocked for one in found[0].standings] or found[0].failure
        return found[0].plan

    def begin(
        self, plan: RunPlan | None = None, name: str = "r1", points: Points | None = None
    ) -> Result:
        """A run from its beginning."""
        chosen = plan or self.plan()
        marked = points or Points()
        access = self.access(marked)
        begun = Journal.begin(self.journals, name, chosen.model_dump(mode="json"))
        journal = PointedJournal(begun.path, marked)
        return self.go(planned_jobs(access, chosen, name), journal, access)

    def resume(self, name: str = "r1", points: Points | None = None) -> Result:
        """As `creds resume` does it: by the journal, without one by the vault's tags, else anew."""
        marked = points or Points()
        access = self.access(marked)
        journal = PointedJournal(self.journals / f"{name}.jsonl", marked)
        if journal.path.exists() and b"\n" in journal.path.read_bytes():
            plan, entries = journal.read()
            jobs = resumed_jobs(access, RunPlan.model_validate(plan), name, entries)
            return self.go(jobs, journal, access)
        journal.path.unlink(missing_ok=True)
        runs = unfinished(access, self.declared)
        if name not in runs:
            if all(self.settled(one) for one in self.declared):
                return Result({})
            return self.begin(name=name, points=points)
        Journal.begin(self.journals, name, {"rebuilt": True})
        return self.go(rebuilt_jobs(access, runs[name], name, self.time), journal, access)

    def settled(self, one: Credential) -> bool:
        newest = self.access().vault(one.vault).current(one.secret)
        return bool(newest and newest.tags.get("state") == "settled" and "active" in newest.tags)

    def go(
        self,
        jobs: list[Job],
        journal: Journal,
        access: Access,
        wait: float = 1e9,
        hands: Callable[..., Hands] = Hands,
    ) -> Result:
        """The run itself, which sits through any grace."""
        source = access.source(jobs[0].declared.id)
        made = hands(source, Hooks(self.folder), self.time, self.pace)
        return Run(
            jobs,
            made,
            journal,
            self.lock,
            self.time,
            self.pace,
            access.times,
            lambda who, what, _: self.said.append((who.rpartition("/")[2], what)),
            wait,
        ).go()

    def versions(self) -> dict[str, int]:
        """How many versions each secret has, the disabled ones too."""
        return {
            f"{vault}/{secret}": len(self.azure.world.vaults[vault].store.secrets[secret].versions)
            for one in self.declared
            for vault, secret in self.secrets(one)
        }

    def enabled(self, vault: str, secret: str, run: str = "r1") -> int:
        """Versions of a run that consumers could read."""
        versions = self.azure.world.vaults[vault].store.secrets[secret].versions
        return sum(one.enabled and one.tags.get("run") == run for one in versions)

    def writes(self) -> int:
        """PUTs of the hub or DPS that is rotated which took effect."""
        path = self.declared[0].id.path
        return sum(
            one.status in (200, 201, 202)
            for one in self.azure.log.entries("PUT")
            if one.path == path
        )

    def finished(self) -> list[str]:
        """What is not as it is after a run that nothing struck; empty where all is well."""
        return [*self.oracle.harm, *(wrong for one in self.declared for wrong in self._unlike(one))]

    def _unlike(self, one: Credential) -> list[str]:
        world = self.azure.world
        policy = world.policy(_kind(one), one.id.name, one.policy)
        newest = [
            world.vaults[vault].store.secrets[secret].versions[-1]
            for vault, secret in self.secrets(one)
        ]
        wrong = [] if newest[0].tags.get("state") == "settled" else ["the secret is not settled"]
        if any(policy.primary not in version.value for version in newest):
            wrong.append("a secret does not hold the primary key")
        if any(
            name.startswith(f"{one.secret}--pending-") and secret.deleted is None
            for name, secret in world.vaults[one.vault].store.secrets.items()
        ):
            wrong.append("a staged key is left")
        if one.links:
            dps = world.named("dps", "enrol")
            assert dps
            if policy.primary not in dps.stored["properties"]["iotHubs"][0]["connectionString"]:
                wrong.append("the link does not hold the primary key")
        return [f"{one.policy}: {text}" for text in wrong]


def endings(result: Result) -> set[str]:
    """How it ended for all; "later" where it has to be resumed."""
    return {
        one.ending.value if isinstance(one, Stop) else "later" for one in result.endings.values()
    }


def whys(result: Result) -> str:
    return " ".join(
        one.why if isinstance(one, Later) else one.sentence for one in result.endings.values()
    )


def _kind(one: Credential) -> Any:
    return "hub" if "/IotHubs/" in one.resource else "dps"
