"""Doubles of every kind, which end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.clock import VirtualClock
from hubwarden_cli.local_azure.faults import Faults
from hubwarden_cli.local_azure.local import LocalAzure

Double = Callable[..., LocalAzure]


@pytest.fixture
def double() -> Iterator[Double]:
    """`double(seed=…, faults=…, name=value)`: names of `Behaviour`'s; time is virtual."""
    with ExitStack() as stack:

        def make(seed: int = 0, faults: Faults | None = None, **behaviour: Any) -> LocalAzure:
            azure = LocalAzure(seed, Behaviour(**behaviour), VirtualClock(), faults)
            return stack.enter_context(azure)

        yield make
