"""The production machine with everything that may happen to it, and orders known to do harm."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from tests.cli.rotation.broken import fixed_order, in_place
from tests.cli.rotation.explore import Machine, Runners, explore
from tests.cli.rotation.model import World

from hubwarden_cli.rotation.state import Terms

TERMS = Terms(copies=("link",), hooks=("hook",), acks=("c0", "c1"))
ALONE = World()
TWO = World(records=(("a", None), ("b", None)))
FORGETFUL = Machine(TERMS, forgetful=True)


@pytest.mark.parametrize(
    ("world", "runners"),
    [
        pytest.param(ALONE, Machine(TERMS), id="journal kept"),
        pytest.param(ALONE, FORGETFUL, id="journal may vanish"),
        pytest.param(ALONE, Machine(TERMS, undoes=True), id="may go back"),
        pytest.param(ALONE, replace(FORGETFUL, undoes=True), id="may go back and forget"),
        pytest.param(replace(ALONE, slots=(2, 1)), FORGETFUL, id="vault on the secondary"),
        pytest.param(ALONE, Machine(Terms(), forgetful=True), id="grace without acks"),
        pytest.param(TWO, Machine(TERMS), id="two runners, no lock"),
        pytest.param(TWO, FORGETFUL, id="two runners, no lock, journals may vanish"),
        pytest.param(TWO, Machine(TERMS, undoes=True), id="two runners, no lock, may go back"),
    ],
)
def test_no_key_that_is_held_is_ever_refused(
    world: World, runners: Runners, request: pytest.FixtureRequest
) -> None:
    found = explore(world, runners)
    sys.stdout.write(
        f"{request.node.callspec.id}: {found.states} states, {found.finished} of them ends\n"
    )
    assert found.harmed == ()
    assert found.finished


@pytest.mark.parametrize("runners", [Machine(TERMS), FORGETFUL, replace(FORGETFUL, undoes=True)])
def test_from_everywhere_a_run_can_come_to_its_end(runners: Runners) -> None:
    assert explore(ALONE, runners).stuck == 0


@pytest.mark.parametrize(
    "runners",
    [
        pytest.param(Machine(replace(TERMS, gated=False)), id="no grace"),
        pytest.param(Machine(TERMS, forgetful=True, blind=True), id="only the journal knows"),
        pytest.param(in_place, id="in place"),
        pytest.param(fixed_order, id="fixed order"),
    ],
)
def test_the_oracle_catches_a_broken_order(
    runners: Runners, request: pytest.FixtureRequest
) -> None:
    found = explore(ALONE, runners)
    sys.stdout.write(
        f"{request.node.callspec.id}: {len(found.harmed)} of {found.states} states harm\n"
    )
    assert found.harmed
