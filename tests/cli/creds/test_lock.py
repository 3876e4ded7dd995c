"""Leases as a run holds them, against a double of the lease service that only counts."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.cli.furnished import DPS, HUB

from hubwarden_cli.azure.failures import Unanswered
from hubwarden_cli.azure.lease import LeaseTaken
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.rotation.lock import Taken, locked

BOTH = [ResourceId.parse(HUB), ResourceId.parse(DPS)]


@dataclass
class Service:
    """Not imitated: time, which is the test's; blobs."""

    held: list[str] = field(default_factory=list)
    renewed: int = 0
    trouble: Exception | None = None
    taken: str = ""

    def acquire(self, resource: ResourceId) -> Any:
        if resource.path == self.taken:
            raise LeaseTaken("Another runner works on it.")
        self.held.append(resource.path)
        return One(self, resource.path)


@dataclass
class One:
    service: Service
    path: str
    epoch: int = 7

    def renew(self) -> None:
        self.service.renewed += 1
        if self.service.trouble:
            raise self.service.trouble

    def release(self) -> None:
        self.service.held.remove(self.path)


def test_hub_and_dps_are_held_and_let_go(tmp_path: Path) -> None:
    service: Any = Service()
    with locked(BOTH, tmp_path, service) as lock:
        assert set(service.held) == {HUB, DPS}
        assert list(lock.epochs) == [7, 7]
        lock.check()
        assert service.renewed == 0, "a fresh lease is not renewed"
    assert service.held == []


def test_what_is_held_is_let_go_where_the_other_is_taken(tmp_path: Path) -> None:
    service: Any = Service(taken=DPS)
    with pytest.raises(Taken), locked(BOTH, tmp_path, service):
        pytest.fail("it was not ours")
    assert service.held == []
    with locked(BOTH, tmp_path, None):
        pass


def test_who_was_asleep_renews_before_it_acts(tmp_path: Path) -> None:
    service: Any = Service()
    now = [0.0]
    with locked(BOTH[:1], tmp_path, service, lambda: now[0]) as lock:
        now[0] = 61
        lock.check()
        assert service.renewed == 1
        service.trouble = Unanswered("renew lease", "cut")
        now[0] = 122
        with pytest.raises(Unanswered):
            lock.check()
        service.trouble = LeaseTaken("Another runner works on it.")
        with pytest.raises(Taken):
            lock.check()
        service.trouble = None
        with pytest.raises(Taken):
            lock.check()


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="Linux has this clock.")
def test_the_time_of_a_suspended_machine_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service: Any = Service()
    suspended = {time.CLOCK_BOOTTIME: 0.0}
    monkeypatch.setattr(time, "clock_gettime", lambda clock: suspended.get(clock, 0.0))
    with locked(BOTH[:1], tmp_path, service) as lock:
        suspended[time.CLOCK_BOOTTIME] = 3600
        lock.check()
    assert service.renewed == 1


def test_one_process_of_a_machine(tmp_path: Path) -> None:
    with locked(BOTH, tmp_path, None), pytest.raises(Taken), locked(BOTH[1:], tmp_path, None):
        pytest.fail("it was not ours")
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("*.lock")} == {0o600}
