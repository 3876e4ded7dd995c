"""A template as a stack: what is found, named, evaluated and put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.template.build import build
from hubwarden_policies.gates.arm.template.declared import Deployment, Target
from hubwarden_policies.gates.arm.template.defaults import check_given, config_of
from hubwarden_policies.gates.arm.template.discover import discover
from hubwarden_policies.gates.arm.template.labels import called
from hubwarden_policies.gates.arm.template.leaks import flows_of
from hubwarden_policies.gates.arm.template.levels import level_of
from hubwarden_policies.gates.arm.template.naming import name_all
from hubwarden_policies.gates.arm.template.outputs import evaluated
from hubwarden_policies.gates.arm.template.places import place
from hubwarden_policies.gates.arm.template.scope import TemplateScope
from hubwarden_policies.gates.arm.template.shown import shown_by
from hubwarden_policies.gates.arm.template.standing import standing, unseen
from hubwarden_policies.gates.arm.template.world import World
from hubwarden_policies.gates.collected import Collected
from hubwarden_policies.model import (
    DEPLOYMENT_TYPE,
    ConfigValue,
    Flow,
    Hole,
    Made,
    Resource,
    Stack,
    Unseen,
)
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.problems import Problems
    from hubwarden_policies.model import Location


def collected(
    template: Mapping[str, Any],
    file: str,
    problems: Problems,
    given: Given,
) -> Collected:
    """What the template of this file declares, with these values for its parameters."""
    parameters = given.values
    world = World(problems)
    level = level_of(template, "group")
    names: Mapping[str, Hole] = {
        "group": Hole("resourceGroup()", "name"),
        "managementGroup": Hole("managementGroup()", "name"),
    }
    target = Target(level, Made((names[level],)) if level in names else None)
    values = {name.lower(): (lambda value=value: value) for name, value in parameters.items()}
    scope = TemplateScope(template, (), values, world, target, complete=False)
    world.scopes.append(scope)
    root = Deployment(template, (), "", scope, target)
    scope.deployment = root
    check_given(scope, parameters)
    discover(root, world)
    name_all(world)
    found = _Found(world)
    for one in world.declared:
        if not one.existing:
            found.add(one)
    outputs = list(evaluated(root))
    flows = (*found.flows, *flows_of(world, root))
    stack = Stack(
        project="",
        name=file,
        kind=DEPLOYMENT_TYPE,
        resources=tuple(found.resources),
        exports={said.name: value for said, value, _ in outputs},
        export_locations={said.name: _one(problems.locate(path)) for said, _, path in outputs},
        config={**config_of(scope), **given.config},
        sources=given.sources,
        calls=tuple(call for call, _ in world.calls.values()),
        flows=flows,
        unseen=(*found.unseen, *world.left_out),
        unmapped=tuple(found.unmapped),
        other=dict(found.other),
    )
    starts = {one.address: one.path for one in world.declared}

    def locate(address: str, path: str) -> Location | None:
        start = starts.get(address)
        if start is None or (address in world.deployments and path.startswith("outputs.")):
            # Outputs stand in the template, and the finding knows where.
            return None
        return problems.locate(place(template, start, path))

    return Collected(stack, problems.errors, (), locate)


@record
class Given:
    """What comes with a template.

    `values` are those of its parameters by name, `config` the same as a file wrote them;
    `sources` are the texts that are searched for credentials.
    """

    values: Mapping[str, Any]
    config: Mapping[str, ConfigValue] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)


class _Found:
    """Sorts what is declared by what it is to us."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.resources: list[Resource] = []
        self.unseen: list[Unseen] = []
        self.unmapped: list[Unseen] = []
        self.other: Counter[str] = Counter()
        self.flows: list[Flow] = []

    def add(self, one: Any) -> None:
        """Take in a resource."""
        kind = standing(one)
        if why := unseen(one, self.world):
            what = called(one.arm_type, one.address)
            self.unseen.append(Unseen(what, why, one.address, self._place(one)))
        if kind == "unmapped":
            reason = "a type of this namespace that hubwarden does not know"
            self.unmapped.append(Unseen(one.arm_type, reason, one.address, self._place(one)))
        if kind == "foreign":
            self.other[one.arm_type or "?"] += 1
            return
        resource = build(one, self.world)
        self.flows.extend(shown_by(resource, one))
        if kind == "ours":
            self.resources.append(resource)
        elif kind == "other":
            self.other[one.arm_type] += 1
            if one.arm_type == DEPLOYMENT_TYPE:
                self.resources.append(resource)

    def _place(self, one: Any) -> tuple[Location, ...]:
        return _one(self.world.problems.locate(one.path))


def _one(location: Location | None) -> tuple[Location, ...]:
    return () if location is None else (location,)
