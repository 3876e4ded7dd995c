"""The production machine with everything that may happen to it, and orders known to do harm."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from tests.cli.rotation.broken import fixed_order, in_place
from tests.cli.rotation.explore import (
    Machine,
    Runners,
    deployed_beside,
    explore,
    harmful_in_the_end,
    late_beside,
)
from tests.cli.rotation.model import World

from hubwarden_cli.rotation.state import State, Terms

TERMS = Terms(copies=("link",), hooks=("hook",), acks=("c0", "c1"))
ALONE = World()
TWO = World(records=(("a", None), ("b", None)))
FORGETFUL = Machine(TERMS, forgetful=True)
LATE = frozenset({State.GRACE, State.RETIRING})
LINKED = replace(ALONE, copy=1)


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
        pytest.param(LINKED, deployed_beside(Machine(TERMS)), id="deployments"),
        pytest.param(LINKED, deployed_beside(FORGETFUL), id="deployments, journal may vanish"),
        pytest.param(
            LINKED,
            deployed_beside(replace(FORGETFUL, undoes=True)),
            id="deployments, may go back and forget",
        ),
        pytest.param(
            replace(LINKED, slots=(2, 1), copy=2),
            deployed_beside(FORGETFUL),
            id="deployments, vault on the secondary",
        ),
        pytest.param(
            replace(TWO, copy=1), deployed_beside(Machine(TERMS)), id="deployments, two runners"
        ),
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


@pytest.mark.parametrize("machine", [Machine(TERMS), FORGETFUL], ids=["kept", "forgetful"])
def test_a_late_deployment_is_mended_before_the_end(machine: Machine) -> None:
    """It harms the link meanwhile, which the first assertion shows, and consumers never."""
    assert explore(LINKED, late_beside(machine)).harmed
    found = explore(LINKED, late_beside(machine), bad=harmful_in_the_end)
    assert found.harmed == ()
    assert found.finished
    assert found.stuck == 0


def test_who_does_not_mend_leaves_a_link_that_is_refused() -> None:
    careless = replace(Machine(TERMS), careless=True)
    assert explore(LINKED, late_beside(careless), bad=harmful_in_the_end).harmed


@pytest.mark.parametrize(
    "runners",
    [
        Machine(TERMS),
        FORGETFUL,
        replace(FORGETFUL, undoes=True),
        deployed_beside(replace(FORGETFUL, undoes=True)),
    ],
)
def test_from_everywhere_a_run_can_come_to_its_end(runners: Runners) -> None:
    assert explore(LINKED, runners).stuck == 0


@pytest.mark.parametrize(
    ("world", "runners"),
    [
        pytest.param(ALONE, Machine(replace(TERMS, gated=False)), id="no grace"),
        pytest.param(
            ALONE, Machine(TERMS, forgetful=True, blind=True), id="only the journal knows"
        ),
        pytest.param(ALONE, in_place, id="in place"),
        pytest.param(ALONE, fixed_order, id="fixed order"),
        pytest.param(
            LINKED, deployed_beside(Machine(TERMS, trusting=LATE)), id="a copy is pushed once"
        ),
        pytest.param(
            replace(LINKED, slots=(2, 1)),
            deployed_beside(Machine(TERMS, trusting=frozenset({State.SETTING}))),
            id="a copy is aligned once",
        ),
    ],
)
def test_the_oracle_catches_a_broken_order(
    world: World, runners: Runners, request: pytest.FixtureRequest
) -> None:
    found = explore(world, runners)
    sys.stdout.write(
        f"{request.node.callspec.id}: {len(found.harmed)} of {found.states} states harm\n"
    )
    assert found.harmed
