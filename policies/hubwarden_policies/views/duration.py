"""Durations as ARM writes them: ISO 8601."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from hubwarden_policies.rule import Undecided

_NUMBER: Final = r"(\d+(?:\.\d+)?)"
# Years and months have no fixed length, and no property of Azure's that is read here takes them.
_ISO: Final = re.compile(
    rf"P(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?",
    re.IGNORECASE,
)


def read_duration(value: str, path: str) -> timedelta:
    """How long `PT1H` or `P1DT12H` is; raises `Undecided` for what is no duration."""
    found = _ISO.fullmatch(value.strip())
    if found is None or not any(found.groups()):
        raise Undecided(path, f"a duration such as PT1H at {path}, not {value!r}")
    weeks, days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
