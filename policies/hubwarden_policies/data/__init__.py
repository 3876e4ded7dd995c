"""The tables that come with the package, each with its own legend."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any


@cache
def load(name: str) -> Any:
    """A table by its file name. It is read once and shared: nobody may change it."""
    return json.loads((Path(__file__).parent / name).read_bytes())
