"""What time it is where the keys are, by what the answers say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from hubwarden_cli.azure.failures import Unanswered
from hubwarden_cli.azure.service_time import SKEW, ServiceTime
from hubwarden_cli.local_azure.clock import VirtualClock

THERE = datetime(2026, 11, 29, 12, tzinfo=UTC)


def told(ahead: timedelta) -> tuple[ServiceTime, VirtualClock]:
    clock = VirtualClock((THERE + ahead).timestamp())
    times = ServiceTime()
    times.heard(format_datetime(THERE, usegmt=True), clock.now())
    return times, clock


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(minutes=4), timedelta(days=1)])
def test_who_is_ahead_goes_by_the_service(ahead: timedelta) -> None:
    times, clock = told(ahead)
    clock.sleep(60)
    assert times.now(clock) == THERE + timedelta(seconds=60)


def test_who_is_late_stays_so() -> None:
    times, clock = told(-timedelta(minutes=4))
    assert times.now(clock) == THERE - timedelta(minutes=4)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 2026 12:00:00 GMT"])
def test_where_nobody_says_the_time_it_is_as_early_as_it_may_be(date: str) -> None:
    times, clock = ServiceTime(), VirtualClock(THERE.timestamp())
    times.heard(date, clock.now())
    assert times.now(clock) == THERE - SKEW
    assert times.amiss() == ""


@pytest.mark.parametrize(
    ("minutes", "words"), [(10, "10 minutes ahead"), (-10, "10 minutes late"), (4, ""), (-4, "")]
)
def test_a_clock_that_is_wrong_is_named(minutes: int, words: str) -> None:
    times, _ = told(timedelta(minutes=minutes))
    said = times.amiss()
    assert words in said
    assert bool(said) is bool(words)


@pytest.mark.parametrize(
    ("call", "unknown"),
    [
        ("GET /subscriptions", False),
        ("POST /listkeys", False),
        ("get secret hub", False),
        ("PUT /subscriptions", True),
        ("set secret hub", True),
        ("tag secret hub", True),
    ],
)
def test_a_read_that_was_cut_off_had_no_effect_to_know_of(call: str, unknown: bool) -> None:
    assert ("took effect" in str(Unanswered(call, "no answer came"))) is unknown
