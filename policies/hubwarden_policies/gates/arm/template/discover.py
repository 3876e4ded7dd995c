"""Finds the resources of a template: loops done, what is switched off left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.template.declared import Declared, Deployment
from hubwarden_policies.gates.arm.template.expand import count_of
from hubwarden_policies.gates.arm.template.keys import Path, entry, get, kind_of
from hubwarden_policies.gates.arm.template.labels import labelled
from hubwarden_policies.gates.arm.template.left_out import Turn, doubt_of, leave_out
from hubwarden_policies.gates.arm.template.names import opened
from hubwarden_policies.gates.arm.template.nested import inner
from hubwarden_policies.gates.arm.template.typed import check_type, type_of
from hubwarden_policies.model import DEPLOYMENT_TYPE, UNKNOWN

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.scope import TemplateScope
    from hubwarden_policies.gates.arm.template.world import World

# What loops in loops may make; Azure takes 800 resources in a template.
_MOST: Final = 20_000
_DEEPEST: Final = 16


def discover(deployment: Deployment, world: World) -> None:
    """Find what this template deploys, and what the templates inside of it do."""
    listed = entry(deployment.template, "resources")
    path = (*deployment.path, listed[0]) if listed else deployment.path
    version = get(deployment.template, "languageVersion")
    symbolic = isinstance(version, str) and version.split("-")[0].split(".")[0] == "2"
    if listed is None:
        world.problems.say(
            "The template has no `resources`: add them, or an empty array where nothing is meant "
            "to be deployed.",
            path,
        )
    elif isinstance(listed[1], dict):
        if not symbolic:
            world.problems.say(
                '`resources` is an object, which Azure takes with `"languageVersion": "2.0"` only: '
                "add that, or make it an array.",
                path,
            )
        deployment.symbolic = True
        for symbol, body in listed[1].items():
            for one in _resource(deployment, body, (*path, symbol), symbol, None):
                deployment.symbols.setdefault(symbol.lower(), []).append(one)
    elif isinstance(listed[1], list):
        for label, index, body in labelled(listed[1]):
            for _ in _resource(deployment, body, (*path, index), label, None):
                pass
    else:
        world.problems.say(
            f"`resources` is {kind_of(listed[1])}, so what it deploys is not known: write the "
            "resources out as an array or an object.",
            path,
        )


def _resource(
    deployment: Deployment,
    body: Any,
    path: Path,
    label: str,
    parent: Declared | None,
) -> Iterator[Declared]:
    """The resources that one entry makes."""
    world = deployment.scope.world
    if not isinstance(body, dict):
        world.problems.say(
            f"A resource is {kind_of(body)}: make it an object with a type, an apiVersion and a "
            "name.",
            path,
        )
        return
    scope = deployment.scope if parent is None else parent.scope
    address = f"{parent.address}.{label}" if parent else f"{deployment.prefix}{label}"
    for inside, index in _turns(Turn(body, path, address, scope), parent):
        turn = "" if index is None else f"[{index}]"
        own = world.new_address(address + turn)
        one = _declared(deployment, Turn(body, path, own, inside), parent)
        if one is not None:
            yield one


def _turns(entered: Turn, parent: Declared | None) -> Iterator[tuple[TemplateScope, Any]]:
    body, path, _, scope = entered
    loop = entry(body, "copy")
    if loop is None or loop[1] is None:
        yield scope, None
        return
    below = (*path, loop[0])
    name = get(loop[1], "name")
    if not isinstance(loop[1], dict) or not isinstance(name, str):
        scope.world.problems.say(
            "`copy` of a resource is an object with a `name` and a `count`: make it one.", below
        )
        name = ""
    count = count_of(loop[1], below, scope)
    if count is None:
        yield scope.inside(name, UNKNOWN), None
        return
    if count == 0:
        leave_out(entered, parent, "its loop makes none")
    for index in range(count):
        yield scope.inside(name, index), index


def _declared(deployment: Deployment, turn: Turn, parent: Declared | None) -> Declared | None:
    body, path, address, scope = turn
    world = scope.world
    existing = get(body, "existing") is True and deployment.symbolic
    condition = entry(body, "condition")
    if condition is not None and condition[1] is not None:
        holds = opened(scope.value(condition[1], (*path, condition[0])))
        if holds is False or (isinstance(holds, str) and holds.lower() == "false"):
            leave_out(turn, parent, "its condition is false")
            # The condition is not one of what it holds, which then has to be there already.
            if not get(body, "resources"):
                return None
            existing = True
    if scope.loops:
        world.turned += 1
        if world.turned > _MOST:
            world.problems.say(
                f"The loops of the template make more than {_MOST} resources: split it.", ()
            )
            return None
    around = parent or deployment.by
    one = Declared(
        address=address,
        arm_type=type_of(body, path, scope, parent),
        body=body,
        path=path,
        scope=scope,
        target=deployment.target,
        existing=existing,
        doubt=doubt_of(turn) or (around.doubt if around else ""),
        parent=parent,
    )
    world.declared.append(one)
    deployment.resources.append(one)
    check_type(one)
    _children(deployment, one)
    if one.arm_type == DEPLOYMENT_TYPE and not one.existing:
        found = inner(one, deployment, world)
        if found is not None and found.depth > _DEEPEST:
            world.problems.say(
                f"Templates are nested more than {_DEEPEST} deep: Azure takes fewer.", path
            )
        elif found is not None:
            world.deployments[one.address] = found
            discover(found, world)
    return one


def _children(deployment: Deployment, one: Declared) -> None:
    listed = entry(one.body, "resources")
    if listed is None or listed[1] is None or one.arm_type == DEPLOYMENT_TYPE:
        return
    path = (*one.path, listed[0])
    if isinstance(listed[1], dict):
        for symbol, body in listed[1].items():
            for child in _resource(deployment, body, (*path, symbol), symbol, one):
                deployment.symbols.setdefault(symbol.lower(), []).append(child)
    elif isinstance(listed[1], list):
        for label, index, body in labelled(listed[1]):
            for _ in _resource(deployment, body, (*path, index), label, one):
                pass
    else:
        one.scope.world.problems.say(
            f"The `resources` of a resource are {kind_of(listed[1])}: write them out as an array.",
            path,
        )
