"""What time it is where the keys are: a clock that is off here must cost no consumer its grace.

A grace begins by the vault's time, so that it has to end by it too. Every answer says in its
`Date` how late it is there, to the second.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from hubwarden_cli.azure.clock import Clock, utc

# SAS tokens live for 5 minutes, and so the clocks may differ by that much and no more.
SKEW: Final = timedelta(minutes=5)


@dataclass
class ServiceTime:
    """How far this machine is ahead of each host, by its newest answer. No process inherits it."""

    _ahead: dict[str, timedelta] = field(default_factory=dict)

    def heard(self, url: str, date: str, now: float) -> None:
        """An answer of `url` had this `Date` when it was `now` here, in epoch seconds."""
        if there := moment_of(date):
            self._ahead[urlsplit(url).netloc] = datetime.fromtimestamp(now, UTC) - there

    def now(self, clock: Clock) -> datetime:
        """Not later than it is at any host; and where none has said, as early as it may be.

        A clock that is late stays so: that makes a grace longer, which harms nobody.
        """
        ahead = max(self._ahead.values(), default=SKEW)
        return utc(clock) - max(ahead, timedelta())

    def amiss(self) -> str:
        """The sentence about this machine's clock; "" where it is not off by more than SKEW."""
        off = max(self._ahead.values(), key=abs, default=timedelta())
        return sentence(off) if abs(off) > SKEW else ""


def sentence(off: timedelta) -> str:
    """What to do about a clock that is ahead by `off`."""
    minutes = round(abs(off).total_seconds() / 60)
    return (
        f"this machine's clock is {minutes} minutes {'ahead' if off > timedelta() else 'late'}:"
        " set it (NTP), then run the command again."
    )


def moment_of(date: str) -> datetime | None:
    """The time of a `Date` header; None where it is none."""
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        return None
