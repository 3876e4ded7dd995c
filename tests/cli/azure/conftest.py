"""Scripted services, and a wire that does not wait."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.azure.service import Service, served

from hubwarden_cli.azure.wire import Wire


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with served(tmp_path) as service:
        yield service


@pytest.fixture
def other_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with served(tmp_path_factory.mktemp("other")) as service:
        yield service


@pytest.fixture
def pauses() -> list[float]:
    """The seconds that `wire` was to wait."""
    return []


@pytest.fixture
def wire(pauses: list[float]) -> Wire:
    return Wire(connect=5, read=5, sleep=pauses.append)
