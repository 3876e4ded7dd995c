"""A `.bicepparam` file: the template that it uses, with its values as the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import Call, Expression, Member, Name, Setting, Text
from hubwarden_policies.gates.bicep.template import values
from hubwarden_policies.gates.bicep.template.build import Build, Built
from hubwarden_policies.gates.bicep.template.calls import FROM_OUTSIDE
from hubwarden_policies.gates.bicep.template.places import Place
from hubwarden_policies.gates.bicep.template.scope import Scope, Unit

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.files import File


def build(whole: Build, file: File) -> Built:
    """The template of the file that this one names; raises `Refused` where it names none."""
    used = whole.build(_used(whole, file))
    unit = Unit(whole.files, {})
    scope = Scope(unit, file, alone=True)
    for refused in (*file.read.refused, *scope.symbols.refused):
        scope.refuse(refused)
    parameters: dict[str, Any] = dict(used.template["parameters"])
    place = Place(used.places.file, used.places.at, dict(used.places.below))
    below = place.below["parameters"] = Place(file, 0, dict(place.child("parameters").below))
    for name, said in scope.symbols.parameters.items():
        if name not in parameters:
            scope.refuse(
                Refused(
                    f"{used.places.file.shown} has no parameter {name}: mend the name, or take it "
                    "out.",
                    said.at,
                )
            )
            continue
        given = {key: entry for key, entry in parameters[name].items() if key != "defaultValue"}
        below.below[name] = Place(file, said.at)
        try:
            if said.default is not None and not _from_outside(said.default):
                inside = below.below[name].child("defaultValue", said.default.at)
                given["defaultValue"] = values.value(scope, said.default, inside)
        except Refused as refused:
            scope.refuse(refused)
        parameters[name] = given
    for name in unit.symbols_of(used.places.file).parameters:
        entry = parameters[name]
        required = "defaultValue" not in entry and not entry.get("nullable")
        if required and name not in scope.symbols.parameters:
            scope.refuse(Refused(f"The parameter {name} is given no value here: give it one.", 0))
    if unit.functions:
        scope.refuse(Refused("hubwarden reads no functions here: write the values out.", 0))
    whole.refused += unit.refused
    return Built(used.template | {"parameters": unit.unknown | parameters}, place, used.templates)


def _used(whole: Build, file: File) -> File:
    said = next(
        (d for d in file.read.declarations if isinstance(d, Setting) and d.name == "using"), None
    )
    path = said.value.plain if said is not None and isinstance(said.value, Text) else None
    if said is None or path is None or not path.endswith(".bicep") or ":" in path:
        raise Refused(
            "This parameters file names no Bicep file that hubwarden can read: begin it with "
            "`using './main.bicep'`.",
            said.at if said else 0,
        )
    return whole.files.open(file.path.parent / Path(path), said.at)


def _from_outside(said: Expression) -> bool:
    """Whether the value is asked for where the file is used: then nobody knows it here."""
    if not isinstance(said, Call):
        return False
    function = said.function
    name = function.name if isinstance(function, Name | Member) else ""
    return name in FROM_OUTSIDE
