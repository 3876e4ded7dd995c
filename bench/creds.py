"""A dry plan over many hubs against the double, and what a transition costs to write down."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from hubwarden_cli.local_azure.clock import VirtualClock
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.world import GROUP, SUBSCRIPTION
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.adopt import Adoption
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.journal import Entry, Journal
from hubwarden_cli.rotation.prepare import marks
from hubwarden_cli.rotation.state import Record, Slot, State
from hubwarden_cli.rotation.survey import Asked, survey

_HUBS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Devices/IotHubs"


def plan_seconds(hubs: int) -> float:
    """Seconds for the plan of so many hubs, one policy each, all in one vault."""
    with LocalAzure(clock=VirtualClock()) as azure:
        for number in range(hubs):
            azure.world.add_hub(f"hub-{number}", {"service": "RegistryRead, ServiceConnect"})
        azure.add_vault("keys")
        access = Access(azure.endpoints(), azure.credential, azure.clock)
        declared = [
            Credential(
                resource=f"{_HUBS}/hub-{number}",
                policy="service",
                vault="keys",
                secret=f"hub-{number}",
            )
            for number in range(hubs)
        ]
        vault = access.vault("keys")
        known = marks(vault, make=True)
        if known is None:
            raise RuntimeError("the vault keeps nothing")
        for one in declared:
            Adoption(access.source(one.id), vault, known, access.clock).adopt(one)
        azure.clock.sleep(86400)
        began = time.perf_counter()
        surveyed = survey(access, declared, Asked(all=True))
        taken = time.perf_counter() - began
    if not all(one.plan for one in surveyed):
        raise RuntimeError(f"not planned: {next(one for one in surveyed if not one.plan)}")
    return taken


def transition_seconds(transitions: int) -> float:
    """Seconds for one line of a journal, on disk."""
    record = Record(State.SETTING, Slot.SECONDARY, "a" * 32, "b" * 32, "c" * 32, "d" * 32)
    with tempfile.TemporaryDirectory() as name:
        journal = Journal.begin(Path(name) / "rotations", "bench", {})
        entry = Entry(datetime.now(UTC), f"{_HUBS}/hub/service", record)
        began = time.perf_counter()
        for _ in range(transitions):
            journal.write(entry)
        return (time.perf_counter() - began) / transitions
