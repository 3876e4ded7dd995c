"""A place to rotate in: the doubles, the declarations, and runs over them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.cli.furnished import HUB

from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.adopt import Adopted, Adoption
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.hands import Hands
from hubwarden_cli.rotation.hooks import Hooks
from hubwarden_cli.rotation.job import Job
from hubwarden_cli.rotation.journal import Journal
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.prepare import marks, planned_jobs, resumed_jobs
from hubwarden_cli.rotation.result import Result
from hubwarden_cli.rotation.run import Run
from hubwarden_cli.rotation.survey import survey


class Alone:
    """A lock that is always held."""

    def check(self) -> None:
        return


@dataclass
class Site:
    azure: LocalAzure
    folder: Path
    grace: timedelta
    said: list[tuple[str, str]] = field(default_factory=list)

    @property
    def access(self) -> Access:
        return Access(
            self.azure.endpoints(),
            self.azure.credential,
            self.azure.clock,
            Pace(poll=1, reads=2, proofs=3, grace=8 * 3600),
        )

    def declared(self, policy: str = "service", **more: Any) -> Credential:
        consumers = [{"name": "app", "cache": self.grace}]
        given: dict[str, Any] = {"resource": HUB, "vault": "keys", "consumers": consumers}
        return Credential(**{**given, "policy": policy, "secret": f"hub-{policy}", **more})

    def adopt(self, *declared: Credential) -> list[Adopted]:
        made = []
        for one in declared:
            vault = self.access.vault(one.vault)
            known = marks(vault, make=True)
            assert known
            source = self.access.source(one.id)
            made.append(Adoption(source, vault, known, self.azure.clock).adopt(one))
        return made

    def run(self, *declared: Credential, name: str = "r1", wait: float = 1e9) -> Result:
        plan = survey(self.access, declared)[0].plan
        assert plan
        journal = Journal.begin(self.folder / "rotations", name, plan.model_dump(mode="json"))
        return self._go(planned_jobs(self.access, plan, name), journal, wait)

    def _go(self, jobs: list[Job], journal: Journal, wait: float) -> Result:
        access = self.access
        source = access.source(jobs[0].declared.id)
        hands = Hands(source, Hooks(self.folder), self.azure.clock, self.access.pace)
        return Run(
            jobs,
            hands,
            journal,
            Alone(),
            self.azure.clock,
            self.access.pace,
            access.times,
            lambda who, what, _: self.said.append((who.rpartition("/")[2], what)),
            wait,
        ).go()


__all__ = ["Site", "resumed_jobs"]
