"""Stages that end with their test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.cli.rotation.drills.points import SharedClock
from tests.cli.rotation.drills.stage import LINKED, Stage, declared

from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.rotation.consumers import Credential

Staged = Callable[..., Stage]


@pytest.fixture
def staged(tmp_path: Path) -> Iterator[Staged]:
    """`staged(*declared, seed=…, name=value)`: names of `Behaviour`'s; the link's policy alone."""
    with ExitStack() as stack:
        number = 0

        def make(*given: Credential, seed: int = 0, **behaviour: Any) -> Stage:
            nonlocal number
            number += 1
            clock = SharedClock()
            azure = LocalAzure(seed, Behaviour(**behaviour), clock)
            stack.enter_context(azure)
            chosen = given or (declared("link", **LINKED),)
            return Stage(azure, tmp_path / str(number), clock, chosen).fill()

        yield make
