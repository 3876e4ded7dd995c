"""Credentials that a template puts where Azure shows them.

Azure keeps the parameters and outputs of every deployment, and whoever may read a deployment
reads them: only those that are declared as secure are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.template.declaration import declaration
from hubwarden_policies.gates.arm.template.keys import Path, entry, get
from hubwarden_policies.gates.arm.template.names import opened
from hubwarden_policies.gates.arm.template.origins import secure_origin
from hubwarden_policies.gates.arm.template.outputs import evaluated
from hubwarden_policies.model import DEPLOYMENT_TYPE, Flow, Hole, Made, walk

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared, Deployment
    from hubwarden_policies.gates.arm.template.world import World
    from hubwarden_policies.model import Location

# No secret is one of these, though it may have been asked for one.
_HARMLESS: Final = frozenset({"bool", "int"})
# What `reference` of a resource may hand out that is a key.
_KEYS: Final = re.compile(
    r"(?:^|[.\]])(?:primary|secondary)(?:Master|Readonly)?(?:Key|ConnectionString)$", re.IGNORECASE
)


def flows_of(world: World, root: Deployment) -> Iterator[Flow]:
    """What leaves by outputs and by the parameters of templates that are deployed."""
    yield from _outputs(root, None)
    for address, deployment in world.deployments.items():
        yield from _outputs(deployment, address)
    for one in world.declared:
        if (
            one.arm_type == DEPLOYMENT_TYPE
            and not one.existing
            and one.address in world.deployments
        ):
            yield from _parameters(world.deployments[one.address], one)


def _outputs(deployment: Deployment, address: str | None) -> Iterator[Flow]:
    scope = deployment.scope
    for said, value, at in evaluated(deployment):
        if said.secure or said.kind in _HARMLESS:
            continue
        raw = get(said.body, "value")
        for path, leaf, secret in walk(value, f"outputs.{said.name}"):
            if leaves(leaf, secret):
                place = scope.world.problems.locate((*at, *steps(path)[2:]))
                sink = "output" if address is None else "resource-output"
                yield flow(scope.world, leaf, raw, scope, sink, address, path, place)


def _parameters(deployment: Deployment, one: Declared) -> Iterator[Flow]:
    """Values that are secret here, given to parameters that are not declared as that."""
    listed, properties = entry(deployment.template, "parameters"), entry(one.body, "properties")
    given = entry(properties[1] if properties else None, "parameters")
    if listed is None or given is None or properties is None:
        return
    values = given[1]
    if not isinstance(values, dict):
        values = {name: {"value": values} for name in listed[1] or ()}
    for name in values:
        said = declaration(deployment.template, deployment.path, "parameters", name)
        raw = get(values[name], "value")
        if said is None or said.secure or said.kind in _HARMLESS or raw is None:
            continue
        at = (*one.path, properties[0], given[0], name, "value")
        around = deployment.scope.is_around()
        value = one.scope.value(raw, at) if around else deployment.scope.parameter(name)
        whole = f"properties.parameters.{name}.value"
        for path, leaf, secret in walk(value, whole):
            if leaves(leaf, secret):
                place = one.scope.world.problems.locate(at)
                yield flow(one.scope.world, leaf, raw, one.scope, "input", one.address, path, place)


def leaves(leaf: Any, secret: bool) -> bool:
    """Whether a part of a value that goes where Azure shows it is a credential."""
    if secret:
        return not isinstance(leaf, bool | int | float) and leaf not in (None, "")
    holes = leaf.parts if isinstance(leaf, Made) else ()
    return any(isinstance(h, Hole) and _KEYS.search(h.path) is not None for h in holes)


def flow(  # noqa: PLR0917 (a value, where it comes from and where it goes)
    world: World,
    leaf: Any,
    raw: Any,
    scope: Any,
    sink: Any,
    address: str | None,
    path: str,
    place: Location | None,
) -> Flow:
    """What leaves, with the names of where it comes from."""
    value = opened(leaf)
    holes = [h for h in value.parts if isinstance(h, Hole)] if isinstance(value, Made) else []
    called = next((h for h in holes if h.source in world.calls), None)
    fetched: tuple[Location, ...] = ()
    if called is not None:
        call, addresses = world.calls[called.source]
        of = f" of {addresses[0]}" if addresses else ""
        origin = f"{called.path or 'a result'} of {call.token.rpartition(':')[2]}{of}"
        fetched = call.locations
    else:
        key = next((h for h in holes if _KEYS.search(h.path)), None)
        origin = f"{key.path} of {key.source}" if key else secure_origin(raw, scope)
    return Flow(
        origin=origin,
        kind="config" if origin.startswith("the secure parameter") else "key",
        sink=sink,
        address=address,
        path=path,
        encoding="plain",
        digest=False,
        locations=(place,) if place else (),
        fetched=fetched,
    )


def steps(path: str) -> Path:
    """The steps of an ARM path as those of a JSON path."""
    return tuple(
        int(step[1:-1]) if step.startswith("[") else step
        for step in re.findall(r"[^.\[\]]+|\[\d+\]", path)
    )
