"""The plain data that every gate collects and every rule reads.

A gate turns what it has (a recorded Pulumi program, a template, a plan, live Azure) into one
`Stack` of ARM-shaped `Resource`s. Nothing here knows where it came from.

Property values are JSON's (`None`, `bool`, `int`, `float`, `str`, `list`, `dict` with `str` keys)
and five kinds more, at any depth: `Secret`, `UNKNOWN`, `INEXPRESSIBLE`, `Made` and `Certificate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, Literal, TypeVar

from hubwarden_policies.record import record
from hubwarden_policies.values import (
    INEXPRESSIBLE,
    UNKNOWN,
    Certificate,
    Hole,
    Inexpressible,
    Made,
    Secret,
    Unknown,
    walk,
)  # fmt: skip

__all__ = [
    "CONFIGURATION_TYPE", "DEPLOYMENT_TYPE", "INEXPRESSIBLE", "PROGRAM_TYPE", "STACK_TYPE",
    "UNKNOWN", "Call", "Certificate", "ConfigValue",
    "Flow", "Hole", "Inexpressible", "Location", "Made", "Options", "Removal", "Resource", "Secret",
    "Stack", "Unknown", "Unseen", "walk",
]  # fmt: skip

T = TypeVar("T")
STACK_TYPE: Final = "pulumi:pulumi:Stack"
DEPLOYMENT_TYPE: Final = "Microsoft.Resources/deployments"
CONFIGURATION_TYPE: Final = "terraform:configuration"
PROGRAM_TYPE: Final = "program"


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file: path relative to the project's root (POSIX), line and column from 1.

    Line 0 is the file as a whole, where nothing better is known.
    """

    file: str
    line: int
    column: int | None = None


@record
class Options:
    """Pulumi's resource options as the engine would apply them (inherited ones included).

    `ignore_changes` are ARM paths, `additional_secret_outputs` names of the SDK's outputs. `shown`
    is false where an input does not show what protects and hides a resource: a Terraform plan has
    no word of `prevent_destroy`.
    """

    protect: bool = False
    retain_on_delete: bool = False
    ignore_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    provider: str | None = None
    parent: str | None = None
    shown: bool = True


@record
class Resource:
    """One resource in ARM's shape.

    `type` is the ARM type in its canonical case (`Microsoft.Devices/IotHubs`); a resource that
    is not ARM's keeps its own token. `properties` is the ARM body with ARM's names and nesting
    (`name`, `location`, `sku`, `identity`, `properties`, …), so a path reads
    `properties.disableLocalAuth`. `address` is the URN, the template's path or the like.
    `references` maps a path of the body, and `parent`, `scope` and `group` (its resource group),
    to the addresses of the resources of this stack that the value there speaks of. `locations`
    has the outermost line of the user's own code first.
    """

    type: str
    name: str
    address: str
    properties: Mapping[str, Any]
    api_version: str | None = None
    options: Options = Options()
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    locations: tuple[Location, ...] = ()


@record
class ConfigValue:
    """A value of the stack's configuration. `value` is a `Secret` where the file encrypts it.

    `path` is where it stands, if that is not `config.NAME`.
    """

    value: Any
    location: Location | None = None
    path: str | None = None


@record
class Call:
    """A function that the program called and that returns credentials (`list…Keys`)."""

    token: str
    locations: tuple[Location, ...]


@record
class Flow:
    """A credential that the canary run saw where it must not be, proved by its mark.

    `origin` says what it was, as a person reads it (`primaryKey of listIotHubResourceKeys…`,
    `config secret app:db`); `kind` what sort. `sink` is where it came out; `address` the resource
    there, if it is one, and `path` the ARM path, `outputs.NAME`, or for a sink that is no resource
    `log`, `stdout`, `stderr`, `file:NAME`, `process`, `environment`, `name`, `option`.
    `encoding` reads from the outside in (`base64 of json`); `digest` is true where only a hash of
    the whole value came out. `locations` is where it leaves, `fetched` where it was read.
    """

    origin: str
    kind: Literal["key", "config", "plain-config", "token"]
    sink: Literal[
        "input", "output", "component-output", "resource-output", "name", "option", "log", "stdout",
        "stderr", "file", "process", "environment", "unsecret",
    ]  # fmt: skip
    address: str | None
    path: str
    encoding: str
    digest: bool
    locations: tuple[Location, ...]
    fetched: tuple[Location, ...]


@record
class Unseen:
    """Something in the stack that was not looked into, and why."""

    what: str
    reason: str
    address: str | None
    locations: tuple[Location, ...] = ()


@record
class Removal:
    """A resource that a planned update deletes; `replaced` says that another takes its place.

    `type` is the ARM type, `because` names the properties whose change asks for the replacement,
    as the plan has them.
    """

    type: str
    name: str
    address: str
    replaced: bool
    because: tuple[str, ...] = ()
    locations: tuple[Location, ...] = ()


@dataclass(frozen=True)
class Stack:
    """Everything that one stack of one project declares, as one gate saw it.

    `exports` are the stack's outputs. `config` is keyed `namespace:key`. `sources` are the texts
    of the user's files by their path relative to the project's root. `flows` is None where no
    canary ran, and then the rules on leaks are undecided. `unmapped` are resources of a namespace
    of ours whose type nobody here knows; `uncovered` are known equivalents of our types in other
    packages; `other` counts the types that no rule reads. `kind` is what the outputs and the
    config are of: a stack, or the deployment of a template. `unchanged` are the addresses of
    resources that stand already and that the input leaves alone: rules see them, and no finding is
    about them. `removals` are what a planned update takes away, as far as the input tells.
    `unread` are the addresses of resources that stand for all those that Azure did not show; `live`
    says that the stack is what exists, so that no deployment will tell more of it.
    """

    project: str
    name: str
    resources: tuple[Resource, ...]
    exports: Mapping[str, Any] = field(default_factory=dict)
    export_locations: Mapping[str, tuple[Location, ...]] = field(default_factory=dict)
    config: Mapping[str, ConfigValue] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    flows: tuple[Flow, ...] | None = None
    unseen: tuple[Unseen, ...] = ()
    unmapped: tuple[Unseen, ...] = ()
    uncovered: tuple[Resource, ...] = ()
    other: Mapping[str, int] = field(default_factory=dict)
    kind: str = STACK_TYPE
    unchanged: frozenset[str] = frozenset()
    removals: tuple[Removal, ...] = ()
    unread: frozenset[str] = frozenset()
    live: bool = False

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[Resource, ...]]:
        found: dict[str, list[Resource]] = {}
        for resource in self.resources:
            found.setdefault(resource.type, []).append(resource)
        return {arm_type: tuple(resources) for arm_type, resources in found.items()}

    @cached_property
    def _by_address(self) -> Mapping[str, Resource]:
        return {resource.address: resource for resource in reversed(self.resources)}

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], Resource]:
        return {
            (resource.type.lower(), name.lower()): resource
            for resource in reversed(self.resources)
            if isinstance(name := resource.properties.get("name"), str)
        }

    @cached_property
    def _made(self) -> dict[Callable[[Stack], Any], Any]:
        return {}

    def once(self, make: Callable[[Stack], T]) -> T:
        """What this makes of the stack; it is made once, and whoever asks shares it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: T = self._made[make]
        return made

    def of_type(self, *types: str) -> tuple[Resource, ...]:
        """The resources of these ARM types, by type and then in the order of the program."""
        return tuple(resource for name in types for resource in self._by_type.get(name, ()))

    def at(self, address: str) -> Resource | None:
        """The resource with this address, or None."""
        return self._by_address.get(address)

    def named(self, arm_type: str, name: str) -> Resource | None:
        """The resource of this ARM type with this literal name of its own, or None."""
        return self._by_name.get((arm_type.lower(), name.lower()))
