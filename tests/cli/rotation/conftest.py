"""A hub, a DPS that is linked to it, a vault, and what was declared about them; all doubles."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.cli.furnished import furnish
from tests.cli.rotation.site import Site

from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.clock import VirtualClock
from hubwarden_cli.local_azure.local import LocalAzure


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """`site(name=value)`: names of `Behaviour`'s; time is virtual, so that days cost nothing."""
    with ExitStack() as stack:

        def make(seed: int = 0, grace: timedelta = timedelta(hours=26), **behaviour: Any) -> Site:
            azure = stack.enter_context(LocalAzure(seed, Behaviour(**behaviour), VirtualClock()))
            furnish(azure)
            return Site(azure, tmp_path, grace)

        yield make
