"""What time it is where the keys are: a clock that is off here must cost no consumer its grace.

A grace begins by the vault's time, so that it has to end by it too. Every answer says in its
`Date` how late it is there, to the second.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from hubwarden_cli.azure.clock import Clock

# SAS tokens live for 5 minutes, and so the clocks may differ by that much and no more.
SKEW: Final = timedelta(minutes=5)


@dataclass
class ServiceTime:
    """How far this machine is ahead, by the newest answer of all. No process inherits it."""

    _ahead: timedelta | None = None

    def heard(self, date: str, now: float) -> None:
        """An answer had this `Date` when it was `now` here, in epoch seconds."""
        if there := moment_of(date):
            self._ahead = datetime.fromtimestamp(now, UTC) - there

    def now(self, clock: Clock) -> datetime:
        """Not later than it is there; and where nobody has said, as early as it may be.

        A clock that is late stays so: that makes a grace longer, which harms nobody.
        """
        ahead = SKEW if self._ahead is None else max(self._ahead, timedelta())
        return datetime.fromtimestamp(clock.now(), UTC) - ahead

    def amiss(self) -> str:
        """The sentence about this machine's clock; "" where it is not off by more than SKEW."""
        off = self._ahead or timedelta()
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
