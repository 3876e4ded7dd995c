"""A hub, a DPS that is linked to it and two vaults, and the commands over them; all doubles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.creds.place import SERVICE, Place

from hubwarden_cli.local_azure.clock import VirtualClock
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.world import Link


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Time is virtual, so that days cost nothing. The policy "service" is declared."""
    with LocalAzure(clock=VirtualClock()) as azure:
        azure.world.add_hub(
            "contoso",
            {
                "service": "RegistryRead, ServiceConnect",
                "link": "RegistryWrite, ServiceConnect",
                "device": "DeviceConnect",
            },
        )
        azure.world.add_dps("enrol", [Link("contoso", "link")])
        azure.add_vault("keys")
        azure.add_vault("copies")
        made = Place(azure, tmp_path)
        made.declare(SERVICE)
        yield made
