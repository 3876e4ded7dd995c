"""What a bare word of a Bicep file stands for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import Loop, Name
from hubwarden_policies.gates.bicep.template import resources, text, values
from hubwarden_policies.gates.bicep.template.places import Place
from hubwarden_policies.gates.bicep.template.scope import Scope, quoted

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.files import File
    from hubwarden_policies.gates.bicep.syntax.tree import Expression, Import, Variable


def named(scope: Scope, said: Name) -> str:
    """The expression for a name; raises `Refused` where it is no symbol."""
    name, symbols = said.name, scope.symbols
    if name in scope.local:
        return scope.local[name]
    deployed = scope.deployed(name)
    if deployed is not None:
        return resources.whole(scope, deployed, said)
    if name in symbols.variables:
        return variable(scope, symbols.variables[name])
    if name in symbols.parameters and not scope.alone:
        return f"parameters({quoted(name)})"
    if name in symbols.imports:
        return imported(scope, symbols.imports[name])
    if name in scope.file.read.broken:
        return scope.unit.nobody_knows(name)
    raise Refused(
        f"{name} is no symbol of this file: write '{name}' for the text, or declare it.", said.at
    )


def variable(scope: Scope, declared: Variable) -> str:
    """The expression for a variable: itself, or what it says where a template cannot hold that."""
    unit, key = scope.unit, (scope.file, declared.name)
    if key in unit.open:
        raise Refused(f"{declared.name} is made of itself: break the cycle.", declared.at)
    if key in unit.known and not scope.alone:
        unit.reads += unit.known[key] is not None
        return unit.known[key] or f"variables({quoted(declared.name)})"
    unit.open.add(key)
    try:
        before = unit.reads
        written = text.text(scope.outside(), declared.value)
        reads = unit.reads > before
        if scope.alone:
            return written
        unit.known[key] = written if reads else None
    except Refused as refused:
        scope.refuse(refused)
        unit.known[key] = unit.nobody_knows(declared.name)
    finally:
        unit.open.discard(key)
    if unit.known[key] is not None:
        unit.reads += 1
    return unit.known[key] or f"variables({quoted(declared.name)})"


def hold(scope: Scope, declared: Variable, place: Place) -> None:
    """Write a variable into the template, unless it is written out wherever it is used."""
    variable(scope, declared)
    if scope.unit.known[scope.file, declared.name] is not None:
        return
    if isinstance(declared.value, Loop):
        loops = scope.unit.variables.setdefault("copy", [])
        below = place.child("copy").child(len(loops), declared.at)
        loops.append({"name": declared.name,
                      **values.copied(scope, declared.value, declared.name, below)})  # fmt: skip
    else:
        below = place.child(declared.name, declared.at)
        scope.unit.variables[declared.name] = values.value(scope, declared.value, below)


def imported(scope: Scope, said: Import, member: str | None = None) -> str:
    """The expression for what another file exports: a variable, written out."""
    file = source(scope, said)
    name = member or said.original
    declared = scope.unit.symbols_of(file).variables.get(name)
    if declared is None:
        raise Refused(
            f"{name} is no variable of {file.shown} that hubwarden can read: declare it there, or "
            "write its value here.",
            said.at,
        )
    try:
        return variable(replace(scope, file=file, local={}, alone=True), declared)
    except Refused as refused:
        scope.unit.refused.append((file, refused))
        return scope.unit.nobody_knows(name)


def whole_file(scope: Scope, said: Expression) -> Import | None:
    """The import that this names, of all that a file exports; None for anything else."""
    if not isinstance(said, Name) or said.name in scope.local:
        return None
    found = scope.symbols.imports.get(said.name)
    return found if found is not None and found.original == "*" else None


def source(scope: Scope, said: Import) -> File:
    """The file that an import is from; raises `Refused`."""
    path = said.path.plain
    if path is None or ":" in path:
        raise Refused(
            "hubwarden cannot see what is imported from a registry: build the file with "
            "`bicep build` and check the template.",
            said.path.at,
        )
    return scope.unit.files.open(scope.file.path.parent / Path(path), said.path.at)
