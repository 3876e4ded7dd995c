"""Gives every resource its names, once all resources are found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.template.declared import Declared
from hubwarden_policies.gates.arm.template.keys import entry, kind_of
from hubwarden_policies.gates.arm.template.known import Known
from hubwarden_policies.gates.arm.template.names import (
    Misnamed,
    opened,
    segments,
    spelled,
    split_extension,
)
from hubwarden_policies.gates.arm.template.standing import is_foreign
from hubwarden_policies.model import DEPLOYMENT_TYPE, UNKNOWN, Hole, Made

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.world import World


def name_all(world: World) -> None:
    """Name the deployments first: others may have a name that one of those puts out."""
    deployments = [one for one in world.declared if one.arm_type == DEPLOYMENT_TYPE]
    for one in deployments:
        _name(one, world)
    world.known = Known(deployments)
    world.forget()
    for one in world.declared:
        if one.arm_type != DEPLOYMENT_TYPE:
            _name(one, world)
    world.known = Known(world.declared)
    world.forget()


def _name(one: Declared, world: World) -> None:
    found = entry(one.body, "name")
    path = one.path if found is None else (*one.path, found[0])
    value = None if found is None else one.scope.value(found[1], path)
    plain = opened(value)
    if isinstance(plain, str | Made) and plain != "":
        names = segments(plain, "name")
    else:
        if plain is not UNKNOWN and not is_foreign(one):
            told = "no `name`" if found is None else f"a `name` that is {_told(plain)}"
            world.problems.say(f"A resource has {told}: give it a text.", path)
        names = (Made((Hole("a name that is not known", ""),)),)
    whole = one.arm_type.count("/")
    if one.parent is not None and len(names) < whole:
        names = (*one.parent.names, *names)
    if len(names) != whole and "/providers/" not in one.arm_type.lower() and _is_open(names):
        # An unknown stretch may hold slashes.
        names = tuple(Made((Hole(f"part {n} of the name", one.address),)) for n in range(whole))
    try:
        one.arm_type, one.names, one.extends = split_extension(one.arm_type, names)
    except Misnamed as error:
        if one.arm_type and not is_foreign(one):
            world.problems.say(f"{error}: mend one of them.", path)
        one.names = names
    one.arm_type = spelled(one.arm_type)
    if one.arm_type == DEPLOYMENT_TYPE and one.extends is not None:
        world.problems.say(
            "hubwarden does not look into a deployment that is written as an extension of a "
            f"resource: give it the type {DEPLOYMENT_TYPE}.",
            path,
        )


def _is_open(names: tuple[Any, ...]) -> bool:
    return any(not isinstance(name, str) for name in names)


def _told(value: Any) -> str:
    return "empty" if value == "" else kind_of(value)
