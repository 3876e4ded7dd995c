"""A hub, a DPS that is linked to it and two vaults, and the commands over them; all doubles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.creds.place import SERVICE, Place
from tests.cli.furnished import furnish

from hubwarden_cli.local_azure.clock import VirtualClock
from hubwarden_cli.local_azure.local import LocalAzure


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Time is virtual, so that days cost nothing. The policy "service" is declared."""
    with LocalAzure(clock=VirtualClock()) as azure:
        furnish(azure)
        made = Place(azure, tmp_path)
        made.declare(SERVICE)
        yield made
