"""A double of the service that lends leases, for runners that are forks of one process.

It keeps holder, end and epoch of one lease for all of them, in the virtual time of the drill. Not
imitated: HTTP, blobs, a lease for each resource (there is one for all), and answers that are lost.
Against a real blob service leases are tested in tests/cli/azure/test_lease.py.
"""

from __future__ import annotations

import mmap
import os
import struct
from dataclasses import dataclass, field
from typing import Final

from tests.cli.rotation.drills.points import SharedClock

from hubwarden_cli.azure.lease import DURATION, LeaseTaken
from hubwarden_cli.azure.resource_id import ResourceId

# Who holds it, until when, and which epoch that is.
_FORM: Final = "qdq"


@dataclass(frozen=True)
class OneLease:
    """Lent to one process at a time, for `DURATION`."""

    clock: SharedClock
    memory: mmap.mmap = field(
        default_factory=lambda: mmap.mmap(-1, struct.calcsize(_FORM)), repr=False
    )

    def acquire(self, resource: ResourceId) -> Held:
        holder, until, epoch = self.read()
        if holder and until > self.clock.now():
            raise LeaseTaken(f"Another runner works on {resource}.")
        self.write(os.getpid(), self.clock.now() + DURATION, epoch + 1)
        return Held(self, epoch + 1)

    def read(self) -> tuple[int, float, int]:
        holder, until, epoch = struct.unpack(_FORM, self.memory[:])
        return holder, until, epoch

    def write(self, holder: int, until: float, epoch: int) -> None:
        self.memory[:] = struct.pack(_FORM, holder, until, epoch)


@dataclass(frozen=True)
class Held:
    """A lease that ran out is renewed all the same where nobody came between, as Azure does it."""

    service: OneLease
    epoch: int

    def renew(self) -> None:
        _, _, epoch = self.service.read()
        if epoch != self.epoch:
            raise LeaseTaken("Another runner came between.")
        self.service.write(os.getpid(), self.service.clock.now() + DURATION, epoch)

    def release(self) -> None:
        _, _, epoch = self.service.read()
        if epoch == self.epoch:
            self.service.write(0, 0, epoch)
