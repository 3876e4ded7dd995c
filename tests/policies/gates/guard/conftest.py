"""A day that is soon, whenever the tests run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest


@pytest.fixture
def soon() -> str:
    """In a week, as TOML writes it."""
    return (datetime.now(UTC).date() + timedelta(days=7)).isoformat()
