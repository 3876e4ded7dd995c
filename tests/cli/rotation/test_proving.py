"""How keys are proved: in a row, over a time, and all over the same time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from hubwarden_cli.local_azure.clock import VirtualClock
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.proving import proved
from hubwarden_cli.rotation.state import Proof

PACE = replace(Pace(), proofs=5, spread=120, proving=600)


def after(clock: VirtualClock, seconds: float) -> Callable[[], bool]:
    """A key that is accepted so long after now."""
    begun = clock.now()
    return lambda: clock.now() - begun >= seconds


def shown(
    clock: VirtualClock, uses: Mapping[str, Callable[[], bool | None]]
) -> tuple[dict[str, Proof], float, list[str]]:
    told: list[str] = []

    def tell(more: Mapping[str, Any]) -> None:
        told.append(more["how"])

    began = clock.now()
    found = proved(uses, clock, PACE, tell)
    return found, clock.now() - began, told


def test_five_keys_take_as_long_as_one() -> None:
    clock = VirtualClock()
    found, took, told = shown(clock, {f"p{n}": after(clock, 0) for n in range(5)})
    assert set(found.values()) == {Proof.GOOD}
    assert PACE.spread <= took < 1.5 * PACE.spread
    assert told[0] == "5 keys accepted 1 of 5 times, 0 s of 120 s"


def test_a_row_begins_anew_with_each_refusal() -> None:
    clock = VirtualClock()
    found, took, _ = shown(clock, {"now": after(clock, 0), "late": after(clock, 60)})
    assert set(found.values()) == {Proof.GOOD}
    assert took >= 60 + PACE.spread


@pytest.mark.parametrize("uses", [0, 5])
def test_one_that_is_never_accepted_is_bad_and_speaks_for_itself_alone(uses: int) -> None:
    clock = VirtualClock()
    good = {f"p{n}": after(clock, 0) for n in range(uses)}
    found, took, told = shown(clock, {**good, "bad": lambda: False})
    assert found == {**dict.fromkeys(good, Proof.GOOD), "bad": Proof.BAD}
    assert PACE.proving < took < PACE.proving + PACE.spread
    assert "refused (1)" in told[-1]


def test_where_nothing_can_be_asked_time_passes() -> None:
    clock = VirtualClock()
    found, took, _ = shown(clock, {"p": lambda: None})
    assert found == {"p": Proof.GOOD}
    assert took >= PACE.spread
