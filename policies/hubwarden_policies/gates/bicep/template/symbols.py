"""The names that a Bicep file declares, and what they stand for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import (
    Declaration,
    Expression,
    Function,
    Import,
    Module,
    Object,
    Output,
    Parameter,
    Resource,
    Setting,
    Text,
    TypeName,
    Variable,
)
from hubwarden_policies.model import DEPLOYMENT_TYPE

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.files import File

DEPLOYMENT_VERSION: Final = "2022-09-01"
_D = TypeVar("_D", bound=Declaration)


@dataclass(eq=False, slots=True)
class Deployed:
    """A resource or module. `key` is its name in the template, `inside` what it is nested in."""

    key: str
    declared: Resource
    arm_type: str
    version: str
    inside: Deployed | None
    children: dict[str, Deployed] = field(default_factory=dict)

    @property
    def is_module(self) -> bool:
        """Whether it deploys a file of its own."""
        return isinstance(self.declared, Module)

    @property
    def name(self) -> Expression | None:
        """What is said of its name."""
        return self.said("name")

    @property
    def parent(self) -> Expression | None:
        """What is said of its parent."""
        return self.said("parent")

    def said(self, key: str) -> Expression | None:
        """The value of a property of its body."""
        found = self.declared.body.get(key)
        return found.value if found else None


class Symbols:
    """The declarations of one file, by kind and name. `refused` are those that clash."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.refused: list[Refused] = []
        self.target = "resourceGroup"
        self.parameters = self._of(Parameter)
        self.variables = self._of(Variable)
        self.outputs = self._of(Output)
        self.types = self._of(TypeName)
        self.functions = self._of(Function)
        self.imports = self._of(Import)
        self.deployed: dict[str, Deployed] = {}
        for declared in self._of(Resource).values():
            self._deploy(declared, None, self.deployed)
        self._distinct()
        for setting in file.read.declarations:
            if isinstance(setting, Setting) and setting.name == "targetScope":
                self._set_target(setting)

    def _of(self, kind: type[_D]) -> dict[str, _D]:
        found: dict[str, _D] = {}
        for each in self.file.read.declarations:
            if isinstance(each, kind):
                found.setdefault(each.name, each)
        return found

    def _distinct(self) -> None:
        """Values share one space of names; outputs and types have one each."""
        seen: set[tuple[str, str]] = set()
        for each in self.file.read.declarations:
            space = type(each).__name__ if isinstance(each, Output | TypeName) else ""
            if isinstance(each, Setting):
                space = "setting"
            if (space, each.name) in seen:
                self.refused.append(_twice(each))
            seen.add((space, each.name))

    def _set_target(self, setting: Setting) -> None:
        said = setting.value.plain if isinstance(setting.value, Text) else None
        if said not in {"resourceGroup", "subscription", "managementGroup", "tenant"}:
            self.refused.append(
                Refused(
                    "targetScope is one of 'resourceGroup', 'subscription', 'managementGroup' and "
                    "'tenant': write one of them.",
                    setting.at,
                )
            )
        else:
            self.target = said

    def _deploy(
        self, declared: Resource, inside: Deployed | None, among: dict[str, Deployed]
    ) -> None:
        try:
            arm_type, version = _kind(declared, inside)
        except Refused as refused:
            self.refused.append(refused)
            return
        key = f"{inside.key}::{declared.name}" if inside else declared.name
        deployed = Deployed(key, declared, arm_type, version, inside)
        if declared.name in among:
            self.refused.append(_twice(declared))
        among.setdefault(declared.name, deployed)
        for child in _nested(declared.body):
            self._deploy(child, deployed, deployed.children)


def _twice(declared: Declaration) -> Refused:
    return Refused(f"{declared.name} is declared twice: give one another name.", declared.at)


def _nested(body: Object) -> tuple[Resource, ...]:
    return body.resources


def _kind(declared: Resource, inside: Deployed | None) -> tuple[str, str]:
    """The type and version of a resource."""
    if isinstance(declared, Module):
        return DEPLOYMENT_TYPE, DEPLOYMENT_VERSION
    said = declared.kind.plain
    if not said:
        raise Refused("The type of a resource is a plain text: write it out.", declared.kind.at)
    arm_type, _, version = said.partition("@")
    if inside is not None and "." not in arm_type.partition("/")[0]:
        arm_type = f"{inside.arm_type}/{arm_type}"
    version = version or (inside.version if inside else "")
    if "/" not in arm_type or not version:
        raise Refused(
            "A resource's type is written 'NAMESPACE/TYPE@VERSION': write it so.", declared.kind.at
        )
    return arm_type, version
