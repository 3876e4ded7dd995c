"""Commands that somebody interrupts at a chosen request."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from tests.cli.rotation.drills.points import PointedAccess

from hubwarden_cli.rotation.access import Access


def interrupted_after(pattern: str) -> Callable[[Access], Access]:
    """As if Ctrl-C came with the answer to the first request like it: "PUT path/to"."""

    def strike(name: str) -> None:
        if re.search(f"^after {pattern}", name):
            raise KeyboardInterrupt

    points: Any = strike

    def change(access: Access) -> Access:
        return PointedAccess(
            access.endpoints, access.credential, access.clock, access.pace, points=points
        )

    return change
