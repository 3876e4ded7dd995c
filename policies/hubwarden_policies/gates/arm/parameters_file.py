"""A parameters file: the values that a deployment gives to its template."""

from __future__ import annotations

from typing import Any

from hubwarden_policies.gates.arm.template.declaration import declaration
from hubwarden_policies.gates.arm.template.keys import entry, get, kind_of
from hubwarden_policies.gates.arm.text import NotJson, read
from hubwarden_policies.gates.arm.text.decoding import decoded
from hubwarden_policies.gates.collected import InputError
from hubwarden_policies.model import UNKNOWN, ConfigValue, Location, Secret

Read = tuple[dict[str, Any], dict[str, ConfigValue], dict[str, str], tuple[InputError, ...]]


def read_parameters(raw: bytes, file: str, template: Any) -> Read:
    """Values by name, the same as they are written, the file's text, and what is wrong."""
    try:
        document = read(raw)
    except NotJson as error:
        place = Location(file, error.line, error.column)
        return {}, {}, {}, (InputError("not-json", error.message, place),)
    errors: list[InputError] = []

    def locate(*path: str) -> Location | None:
        found = document.place(path)
        return None if found is None else Location(file, *found)

    def say(message: str, *path: str) -> None:
        errors.append(InputError("arm-parameters", message, locate(*path)))

    sources = {file: decoded(raw)}
    listed = entry(document.value, "parameters")
    if listed is None or not isinstance(listed[1], dict):
        told = (
            kind_of(document.value) if listed is None else f"`parameters` is {kind_of(listed[1])}"
        )
        say(f"This is no parameters file ({told}): give it an object `parameters`.")
        return {}, {}, sources, tuple(errors)
    values: dict[str, Any] = {}
    given: dict[str, ConfigValue] = {}
    whole = template if isinstance(template, dict) else {}
    for name, body in listed[1].items():
        path = (listed[0], name)
        if declaration(whole, (), "parameters", name) is None:
            say(
                f"The template has no parameter {name}, and Azure refuses the file for it: mend "
                "the name, or take it out.",
                *path,
            )
            continue
        value = entry(body, "value")
        if get(body, "reference") is not None:
            values[name] = Secret(UNKNOWN)
        elif value is None:
            say(f"The parameter {name} has no `value` and no `reference`: give it one.", *path)
            values[name] = UNKNOWN
        else:
            values[name] = value[1]
            shown = f"parameters.{name}.value"
            given[shown] = ConfigValue(value[1], locate(*path, value[0]), shown)
    return values, given, sources, tuple(errors)
