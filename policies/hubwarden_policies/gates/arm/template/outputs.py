"""The outputs of a template that is deployed by another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.expressions.knowledge import has_secret, secretly
from hubwarden_policies.gates.arm.template.declaration import Declaration, declaration
from hubwarden_policies.gates.arm.template.expand import count_of, expand
from hubwarden_policies.gates.arm.template.keys import Path, entry, get, kind_of
from hubwarden_policies.gates.arm.template.names import opened
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Deployment
    from hubwarden_policies.gates.arm.template.world import World


def outputs_of(world: World, address: str) -> dict[str, Any] | None:
    """The outputs of what the deployment with this address deploys, as `reference` has them.

    None where nobody knows them, or they lead back to themselves.
    """
    if address not in world.deployments:
        return None
    if address not in world.outputs:
        world.outputs[address] = None
        world.outputs[address] = {
            said.name: {"type": said.kind, "value": value}
            for said, value, _ in evaluated(world.deployments[address])
        }
    return world.outputs[address]


def evaluated(deployment: Deployment) -> Iterator[tuple[Declaration, Any, Path]]:
    """Every output that a template has: what is said of it, its value and the value's path."""
    scope = deployment.scope
    listed = entry(deployment.template, "outputs")
    if listed is None or listed[1] is None:
        return
    if not isinstance(listed[1], dict):
        scope.world.problems.say(
            f"`outputs` is {kind_of(listed[1])}: make it an object of names and outputs.",
            (*deployment.path, listed[0]),
        )
        return
    for name in listed[1]:
        said = declaration(deployment.template, deployment.path, "outputs", name)
        if said is None:
            continue
        condition = entry(said.body, "condition")
        if condition and opened(expand(condition[1], said.path, scope)) is False:
            continue
        value, path = _value(deployment, said)
        if said.secure and not isinstance(value, Secret):
            value = Secret(value)
        yield said, value, path


def _value(deployment: Deployment, said: Declaration) -> tuple[Any, Path]:
    scope = deployment.scope
    given, loop = entry(said.body, "value"), entry(said.body, "copy")
    if loop is not None:
        path = (*said.path, loop[0])
        count, item = count_of(loop[1], path, scope), entry(loop[1], "input")
        if item is None:
            return UNKNOWN, path
        below = (*path, item[0])
        if count is None:
            one = expand(item[1], below, scope.inside("", UNKNOWN))
            return secretly(Made((Hole("copy", ""),)), has_secret(one)), below
        return [expand(item[1], below, scope.inside("", n)) for n in range(count)], below
    if given is None:
        scope.world.problems.say(
            f"The output {said.name} has no value: give it one, or take it out.", said.path
        )
        return UNKNOWN, said.path
    return expand(given[1], (*said.path, given[0]), scope), (*said.path, given[0])


def is_plain(said: Declaration) -> bool:
    """Whether Azure shows a value of this declaration to whoever may read the deployment."""
    return not said.secure and get(said.body, "type") is not None
