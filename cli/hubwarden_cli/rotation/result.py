"""How a run ended, for each of its credentials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hubwarden_cli.rotation.step import Stop


@dataclass(frozen=True)
class Later:
    """Nothing went wrong; the run has to be resumed, not before `at` where that is known."""

    why: str
    at: datetime | None = None


@dataclass(frozen=True)
class Result:
    """How it ended for each credential."""

    endings: Mapping[str, Stop | Later]
