"""A Bicep file as a template, with its modules inside."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.template import bodies, declared, modules, names
from hubwarden_policies.gates.bicep.template.functions import NAMESPACE
from hubwarden_policies.gates.bicep.template.places import Place
from hubwarden_policies.gates.bicep.template.scope import Scope, Unit
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwarden_policies.gates.bicep.files import File, Files
    from hubwarden_policies.gates.bicep.template.symbols import Deployed, Symbols

_SCHEMAS: Final = {
    "resourceGroup": "2019-04-01/deploymentTemplate.json#",
    "subscription": "2018-05-01/subscriptionDeploymentTemplate.json#",
    "managementGroup": "2019-08-01/managementGroupDeploymentTemplate.json#",
    "tenant": "2019-08-01/tenantDeploymentTemplate.json#",
}
# What Azure takes in one template.
_MOST: Final = 800
_DEEPEST: Final = 20


@record
class Built:
    """A template, its places, and how many templates are in it, itself included."""

    template: dict[str, Any]
    places: Place
    templates: int = 1


@dataclass
class Build:
    """Builds the templates of files, each once. `refused` is what was not translated, by file."""

    files: Files
    refused: list[tuple[File, Refused]] = field(default_factory=list)
    _built: dict[File, Built] = field(default_factory=dict)
    _open: list[File] = field(default_factory=list)
    _symbols: dict[File, Symbols] = field(default_factory=dict)

    def build(self, file: File) -> Built:
        """The template of a file."""
        if file not in self._built:
            self._open.append(file)
            self._built[file] = self._template(file)
            self._open.pop()
        return self._built[file]

    def _template(self, file: File) -> Built:
        unit = Unit(self.files, self._symbols)
        scope, place = Scope(unit, file), Place(file, 0)
        symbols = scope.symbols
        for refused in (*file.read.refused, *symbols.refused):
            scope.refuse(refused)
        for variable in symbols.variables.values():
            try:
                names.hold(scope, variable, place.child("variables"))
            except Refused as refused:
                scope.refuse(refused)
                unit.known[file, variable.name] = unit.nobody_knows(variable.name)
        parameters = declared.parameters(scope, place.child("parameters"))
        resources: dict[str, Any] = {}
        templates = 1
        for deployed in _all(symbols.deployed):
            below = place.child("resources").child(deployed.key, deployed.declared.at)
            try:
                if deployed.is_module:
                    inner = self._module(scope, deployed)
                    templates += inner.templates
                    _enough(deployed, templates)
                    found = modules.module(scope, deployed, inner.template, below)
                    below.child("properties").below["template"] = inner.places
                else:
                    found = bodies.resource(scope, deployed, below)
            except Refused as refused:
                scope.refuse(refused)
            else:
                resources[deployed.key] = found
        outputs = declared.outputs(scope, place.child("outputs"))
        self.refused += unit.refused
        template = {
            "$schema": f"https://schema.management.azure.com/schemas/{_SCHEMAS[symbols.target]}",
            "languageVersion": "2.0",
            "contentVersion": "1.0.0.0",
            "definitions": {"any": {}},
            "parameters": unit.unknown | parameters,
            "functions": [{"namespace": NAMESPACE, "members": unit.functions}],
            "variables": unit.variables,
            "resources": resources,
            "outputs": outputs,
        }
        return Built(template, place, templates)

    def _module(self, scope: Scope, deployed: Deployed) -> Built:
        at = deployed.declared.kind.at
        written = modules.template_of(scope, deployed)
        if written is not None:
            return Built(written, Place(scope.file, at))
        file = modules.file_of(scope, deployed)
        if file in self._open:
            raise Refused(f"{file.shown} is a module of itself: break the cycle.", at)
        if len(self._open) > _DEEPEST:
            raise Refused(f"Modules are nested deeper than {_DEEPEST}: split them.", at)
        return self.build(file)


def _enough(deployed: Deployed, templates: int) -> None:
    if templates > _MOST:
        raise Refused(
            f"This file has more than {_MOST} modules, all counted: split it.",
            deployed.declared.at,
        )


def _all(among: dict[str, Deployed]) -> Iterator[Deployed]:
    for deployed in among.values():
        yield deployed
        yield from _all(deployed.children)
