"""Functions that read files when the template is built."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.text import NotJson, read
from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.syntax.tree import Text
from hubwarden_policies.gates.bicep.template.scope import escaped, quoted

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.syntax.tree import Call
    from hubwarden_policies.gates.bicep.template.scope import Scope

_READ = ("loadTextContent", "loadJsonContent", "loadFileAsBase64")


def loaded(scope: Scope, name: str, said: Call) -> str:
    """The expression for what a file holds; raises `Refused`.

    What hubwarden does not read as Bicep would (YAML, another encoding, part of a JSON file) is
    a value that nobody knows.
    """
    path = said.arguments[0] if said.arguments else None
    if not isinstance(path, Text) or path.plain is None:
        raise Refused(f"{name}() takes the path of a file as a plain text: write it out.", said.at)
    file = scope.file.path.parent / Path(path.plain)
    if name not in _READ or len(said.arguments) > 1:
        if name != "loadDirectoryFileInfo":
            scope.unit.files.bytes(file, path.at)
        return scope.unit.nobody_knows(f"{name}({quoted(path.plain)})")
    if scope.alone:
        # There are no variables to keep it in.
        return f"json({quoted(json.dumps(_content(scope, name, file, path)))})"
    held = f"$file {name} {scope.unit.files.shown(scope.unit.files.inside(file, path.at))}"
    if held not in scope.unit.variables:
        scope.unit.variables[held] = _content(scope, name, file, path)
    return f"variables({quoted(held)})"


def _content(scope: Scope, name: str, file: Path, path: Text) -> Any:
    if name == "loadFileAsBase64":
        return base64.b64encode(scope.unit.files.bytes(file, path.at)).decode()
    said = scope.unit.files.load(file, path.at)
    if name == "loadTextContent":
        return escaped(said)
    try:
        return _escaped(read(said.encode()).value)
    except (NotJson, RecursionError):
        raise Refused(
            f"{path.plain} is not JSON that hubwarden can read: mend it.", path.at
        ) from None


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    if isinstance(value, dict):
        return {escaped(key): _escaped(item) for key, item in value.items()}
    return value
