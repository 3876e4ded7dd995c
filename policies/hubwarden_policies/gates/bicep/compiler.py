"""Bicep's own compiler, where somebody has it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.bicep.template.scope import escaped
from hubwarden_policies.gates.collected import InputError
from hubwarden_policies.model import Location
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.files import File, Files
    from hubwarden_policies.gates.bicep.template.build import Built

SECONDS: Final = 120
# What it needs to find itself and the modules that somebody restored.
_SEEN: Final = ("PATH", "HOME", "LANG", "USERPROFILE", "SYSTEMROOT", "TMPDIR", "TEMP")
_SAID: Final = re.compile(
    r"^(?P<file>.+?)\((?P<line>\d+),(?P<column>\d+)\) : Error (?P<said>.+?)(?: \[http\S+\])?$",
    re.MULTILINE,
)
# Bicep quotes the values of a text as "'value'", and a value may be a key.
_VALUE: Final = re.compile(r"\"'[^\"]*'\"")


@record
class Compiled:
    """The template, or None, and what the compiler had to say against the file."""

    template: dict[str, Any] | None
    errors: tuple[InputError, ...] = ()


def found(environ: Mapping[str, str]) -> str | None:
    """The compiler on the PATH of this environment, or the one that `az bicep install` put away.

    `az bicep build` would fetch it where it is missing, so `az` itself is never called.
    """
    config = environ.get("AZURE_CONFIG_DIR") or str(Path(environ.get("HOME", "")) / ".azure")
    places = (environ.get("PATH", ""), str(Path(config) / "bin"))
    return next((tool for place in places if (tool := shutil.which("bicep", path=place))), None)


def compile_file(executable: str, file: File, files: Files, environ: Mapping[str, str]) -> Compiled:
    """Build a file; nothing is restored, so nothing is fetched."""
    verb = "build-params" if file.path.suffix == ".bicepparam" else "build"
    try:
        run = subprocess.run(
            [executable, verb, str(file.path), "--stdout", "--no-restore"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=file.path.parent,
            env={name: environ[name] for name in _SEEN if name in environ},
        )
    except subprocess.TimeoutExpired:
        return _failed(file, f"`bicep build` was not done after {SECONDS} seconds")
    except OSError as error:
        return _failed(file, f"`bicep build` could not be started: {error.strerror}")
    if run.returncode:
        errors = tuple(_errors(run.stderr.decode("utf-8", "replace"), files))
        return Compiled(None, errors) if errors else _failed(file, "`bicep build` failed")
    try:
        template = json.loads(run.stdout)
        if "templateJson" in template:
            values = json.loads(template.get("parametersJson") or "{}").get("parameters", {})
            template = _with_values(json.loads(template["templateJson"]), values)
    except (ValueError, TypeError, AttributeError, RecursionError):
        template = None
    if not isinstance(template, dict):
        return _failed(file, "`bicep build` wrote no template")
    return Compiled(template)


def _with_values(template: dict[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The template with the values of a parameters file as its defaults.

    What that file takes from a vault or the environment has no value here.
    """
    parameters = dict(template.get("parameters", {}))
    for name, given in values.items():
        said = {k: v for k, v in parameters.get(name, {}).items() if k != "defaultValue"}
        parameters[name] = said | (
            {"defaultValue": _plain(given["value"])} if "value" in given else {}
        )
    return template | {"parameters": parameters}


def _plain(value: Any) -> Any:
    """A value that holds no expressions, as a template writes it."""
    if isinstance(value, str):
        return escaped(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {k: _plain(v) for k, v in value.items()} if isinstance(value, dict) else value


def _failed(file: File, why: str) -> Compiled:
    message = f"{why}: run it by hand to see more, or take it from the PATH."
    return Compiled(None, (InputError("bicep", message, Location(file.shown, 1)),))


def _errors(said: str, files: Files) -> Iterator[InputError]:
    for each in _SAID.finditer(said):
        place = Location(
            files.shown(Path(each["file"]).resolve()), int(each["line"]), int(each["column"])
        )
        yield InputError("bicep", _VALUE.sub("\"'…'\"", each["said"]), place)


def with_symbols(template: dict[str, Any], built: Built) -> dict[str, Any]:
    """The template with the names of the Bicep file for its resources, which it may lack."""
    return _symbolic(template, built.template)


def _symbolic(template: dict[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
    listed = template.get("resources")
    keyed = listed if isinstance(listed, dict) else _keyed(listed, ours)
    known = ours.get("resources", {})
    named: dict[str, Any] = {}
    for key, body in keyed.items():
        inner = _template(body)
        if inner is None:
            named[key] = body
            continue
        within = _symbolic(inner, _template(known.get(key)) or {})
        named[key] = body | {"properties": body["properties"] | {"template": within}}
    return template | {"languageVersion": "2.0", "resources": named}


def _template(body: Any) -> dict[str, Any] | None:
    properties = body.get("properties") if isinstance(body, dict) else None
    inner = properties.get("template") if isinstance(properties, dict) else None
    return inner if isinstance(inner, dict) else None


def _keyed(listed: Any, ours: Mapping[str, Any]) -> dict[str, Any]:
    """Resources of one type stand in the order of the file."""
    symbols: dict[str, list[str]] = defaultdict(list)
    for key, body in ours.get("resources", {}).items():
        if not body.get("existing"):
            symbols[body["type"].lower()].append(key)
    found: dict[str, Any] = {}
    for index, body in enumerate(listed if isinstance(listed, list) else ()):
        waiting = symbols[str(body.get("type") if isinstance(body, dict) else "").lower()]
        found[waiting.pop(0) if waiting else f"resources[{index}]"] = body
    return found
