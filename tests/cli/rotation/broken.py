"""Orders of rotation that people use and that harm consumers: the oracle must catch each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.cli.rotation.explore import Event
from tests.cli.rotation.model import Published, World


def in_place(world: World) -> Iterator[Event]:
    """Renew the primary key, then publish it: what a renewal with a script behind it does."""
    if world.vault.key == world.slots[0] and world.vault.number == 1:
        yield "renew primary", replace(world, slots=(world.newest + 1, world.slots[1]))
    elif world.vault.key not in world.slots:
        yield "publish primary", _publish(world, world.slots[0])


def fixed_order(world: World) -> Iterator[Event]:
    """Renew the secondary, publish it, renew the primary; after a crash from the start again."""
    renewed = replace(world, slots=(world.slots[0], world.newest + 1))
    yield "renew secondary", renewed
    if world.vault.key != world.slots[1]:
        yield "publish secondary", _publish(world, world.slots[1])
    elif all(world.fresh):
        yield "renew primary", replace(world, slots=(world.newest + 1, world.slots[1]))


def _publish(world: World, key: int) -> World:
    return replace(
        world,
        vault=Published(world.vault.number + 1, key),
        fresh=(False,) * len(world.fresh),
    )
