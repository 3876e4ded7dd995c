"""How a careful team without settings judges, as the pack does."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.team import Team


@pytest.fixture
def careful() -> dict[str, Any]:
    """Every rule and no settings; the pack takes today from the clock, so this does."""
    return {"rules": RULES, "team": Team(datetime.now(UTC).date())}
