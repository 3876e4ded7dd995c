"""The practice itself: rotate for those who use the keys, be killed, resume, and count."""

from __future__ import annotations

import json
import random
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hubwarden_cli.azure.clock import RealClock, utc
from hubwarden_cli.local_azure.credential import LocalCredential
from hubwarden_cli.local_azure.endpoints import LocalEndpoints
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.adopt import Adoption
from hubwarden_cli.rotation.plan import RunPlan
from hubwarden_cli.rotation.prepare import marks, run_name
from hubwarden_cli.rotation.state import Slot
from hubwarden_cli.rotation.survey import Asked, survey
from hubwarden_cli.rotation.value import value_of

from .devices import enrolled
from .processes import Broken, crowd, double, start
from .runner import QUICK, Orders
from .setting import consumers, credentials, scenario

# Somewhere in so many steps of a life it ends, at some time within the step.
_MOST_STEPS, _STEP_SECONDS = 8, 0.15
_LONGEST_LIFE = 60.0


@dataclass(frozen=True)
class Summary:
    """`served` and `refused` are calls of all consumers, `versions` those of all secrets."""

    served: int
    refused: int
    kills: int
    resumes: int
    versions: int
    seconds: float


Tell = Callable[[str, Mapping[str, Any]], None]


class Play:
    """Use it once. `tell` hears what happens, as it happens; all files are in `folder`."""

    def __init__(self, kills: int, seed: int, tell: Tell, folder: Path) -> None:
        self._wanted, self._seed, self._tell, self._folder = kills, seed, tell, folder
        self._random = random.Random(seed)  # noqa: S311
        self._kills = self._resumes = 0

    def run(self) -> Summary:
        """Rotations until so many kills were survived, one at least."""
        began = time.monotonic()
        folder = self._folder
        with double(scenario(self._seed), folder) as where:
            access = Access(where, LocalCredential(), pace=QUICK)
            self._publish(access)
            crew = list(consumers(where, enrolled(access, self._random)))
            with crowd(crew, folder) as users:
                users.ready()
                self._tell("consumers are served", {"consumers": len(crew)})
                self._adopt(access)
                self._rotate(where, access, folder)
                while self._kills < self._wanted:
                    self._rotate(where, access, folder)
                counts = users.end()
            versions = sum(
                len(access.vault(vault).versions(secret)) for vault, secret in self._secrets()
            )
        return Summary(
            served=sum(one["served"] for one in counts),
            refused=sum(one["refused"] for one in counts),
            kills=self._kills,
            resumes=self._resumes,
            versions=versions,
            seconds=round(time.monotonic() - began, 1),
        )

    def _publish(self, access: Access) -> None:
        """The secrets as somebody once put them there."""
        for one in credentials():
            source = access.source(one.id)
            key = source.read().policies[one.policy].key(Slot.PRIMARY)
            value = value_of(one.value, source.host, one.policy, key)
            for vault in (one.vault, *(copy.vault for copy in one.copies)):
                access.vault(vault).set(one.secret, value, {})

    def _secrets(self) -> set[tuple[str, str]]:
        found = {(one.vault, one.secret) for one in credentials()}
        return found | {(copy.vault, copy.secret) for one in credentials() for copy in one.copies}

    def _adopt(self, access: Access) -> None:
        for one in credentials():
            vault = access.vault(one.vault)
            known = marks(vault, make=True)
            if known is None:
                raise Broken("the vault does not keep what is put there")
            Adoption(access.source(one.id), vault, known, RealClock()).adopt(one)
        self._tell("secrets are adopted", {})

    def _rotate(self, where: LocalEndpoints, access: Access, folder: Path) -> None:
        surveyed = survey(access, credentials(), Asked(all=True))
        plan = surveyed[0].plan
        if plan is None or len(plan.credentials) < len(credentials()):
            why = [one.blocked for one in surveyed[0].standings if one.blocked]
            raise Broken(f"nothing could be planned: {' '.join(why) or surveyed[0].failure}")
        self._tell("a rotation is planned", {"credentials": len(plan.credentials)})
        orders = self._orders(where, folder, plan)
        first = True
        while True:
            if not first:
                self._resumes += 1
                self._tell("resumed", {})
            first = False
            endings = self._life(orders)
            if endings is None:
                continue
            if set(endings.values()) != {"done"}:
                raise Broken(f"the rotation did not finish: {' '.join(endings.values())}")
            return

    def _orders(self, where: LocalEndpoints, folder: Path, plan: RunPlan) -> Path:
        run = run_name(utc(RealClock()))
        orders = Orders(
            port=where.port,
            vaults=dict(where.vaults),
            ca=where.ca,
            folder=folder / "rotations",
            run=run,
            plan=plan,
        )
        file = folder / f"{run}.json"
        file.write_text(orders.model_dump_json(), encoding="utf-8")
        return file

    def _life(self, orders: Path) -> dict[str, str] | None:
        """One process of the rotation: how it ended, or None where it was killed."""
        left = self._wanted - self._kills
        steps = self._random.randint(1, _MOST_STEPS) if left > 0 else None
        pause = self._random.uniform(0, _STEP_SECONDS)
        process = start(
            ".drill.runner", str(orders), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )
        end = threading.Timer(_LONGEST_LIFE, process.kill)
        end.start()
        try:
            endings = None
            for number, line in enumerate(process.stdout or (), 1):
                told = json.loads(line)
                if "endings" in told:
                    endings = told["endings"]
                    break
                self._tell(told.pop("event"), told)
                if number == steps:
                    # The middle of whatever it does next, not the edge between two steps.
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(pause)
                    process.kill()
                    break
            killed = process.wait() < 0
        finally:
            end.cancel()
            process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
        if killed and steps is not None:
            self._kills += 1
            self._tell("killed", {"kills": self._kills})
            return None
        if endings is None:
            raise Broken("the rotation's process ended without a word")
        return dict(endings)
