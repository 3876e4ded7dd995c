"""The rotation as a process to be killed: begins the run of a plan, or resumes where it stands.

`python -m hubwarden_cli.local_azure.drill.runner FILE`; FILE is an `Orders` in JSON. Says every
step as a line of JSON, and at the end {"endings": {credential: ending}}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from hubwarden_cli.guard import guarded
from hubwarden_cli.local_azure.credential import LocalCredential
from hubwarden_cli.local_azure.endpoints import LocalEndpoints
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.hands import Hands
from hubwarden_cli.rotation.hooks import Hooks
from hubwarden_cli.rotation.job import Job
from hubwarden_cli.rotation.journal import Journal
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.plan import RunPlan
from hubwarden_cli.rotation.prepare import planned_jobs, resumed_jobs
from hubwarden_cli.rotation.run import Run
from hubwarden_cli.rotation.step import Stop

# Nobody waits for gateways here, and a write that is lost is lost at once.
QUICK: Final = Pace(
    poll=0.1,
    reads=2,
    proofs=3,
    proving=10,
    patience=timedelta(seconds=1),
    grace=0.2,
    stall=20,
    spread=0.3,
)
_GRACE: Final = 60


class Orders(BaseModel):
    """Where the double is, and what to do there. Journals go to `folder`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    port: int
    vaults: dict[str, int]
    ca: str
    folder: Path
    run: str
    plan: RunPlan

    @property
    def access(self) -> Access:
        endpoints = LocalEndpoints(port=self.port, vaults=self.vaults, ca=self.ca)
        return Access(endpoints, LocalCredential(), pace=QUICK)


class _Alone:
    """The lock of who is alone: the practice starts one runner at a time."""

    def check(self) -> None:
        return


def _jobs(orders: Orders, access: Access) -> tuple[Journal, list[Job]]:
    journal = Journal(orders.folder / f"{orders.run}.jsonl")
    if journal.path.exists() and b"\n" not in journal.path.read_bytes():
        # Killed before its first line was written: nothing can have been done by it.
        journal.path.unlink()
    if journal.path.exists():
        plan, entries = journal.read()
        run_plan = RunPlan.model_validate(plan)
        return journal, resumed_jobs(access, run_plan, orders.run, entries)
    journal = Journal.begin(orders.folder, orders.run, orders.plan.model_dump(mode="json"))
    return journal, planned_jobs(access, orders.plan, orders.run)


def _say(told: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Runs until it has ended: 0 where every credential was rotated."""
    orders = Orders.model_validate_json(Path(sys.argv[1]).read_bytes())
    access = orders.access
    journal, jobs = _jobs(orders, access)
    hands = Hands(access.source(orders.plan.id), Hooks(orders.folder), access.clock, access.pace)

    def say(who: str, event: str, more: Mapping[str, Any]) -> None:
        _say({"credential": who.rpartition("/")[2], "event": event, **more})

    run = Run(
        jobs, hands, journal, _Alone(), access.clock, access.pace, access.times, say, wait=_GRACE
    )
    endings = {
        name: end.ending.value if isinstance(end, Stop) else end.why
        for name, end in run.go().endings.items()
    }
    _say({"endings": endings})
    return 0 if set(endings.values()) == {"done"} else 1


if __name__ == "__main__":
    sys.exit(guarded(main))
