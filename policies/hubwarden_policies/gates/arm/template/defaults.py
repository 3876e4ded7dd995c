"""Parameters: what is written out for them, and whether Azure takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.template.given import check
from hubwarden_policies.gates.arm.template.keys import entry, kind_of
from hubwarden_policies.model import ConfigValue

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.scope import TemplateScope


def check_given(scope: TemplateScope, parameters: Mapping[str, Any]) -> None:
    """Report the parameters that cannot be what is given, and those that are none."""
    problems = scope.world.problems
    for section in ("parameters", "variables"):
        listed = entry(scope.template, section)
        if listed is not None and listed[1] is not None and not isinstance(listed[1], dict):
            problems.say(
                f"`{section}` is {kind_of(listed[1])}: make it an object of names.", (listed[0],)
            )
    listed = entry(scope.template, "parameters")
    for name, body in listed[1].items() if listed and isinstance(listed[1], dict) else ():
        if not isinstance(body, dict) or (
            entry(body, "type") is None and entry(body, "$ref") is None
        ):
            problems.say(
                f"The parameter {name} does not say its type: give it an object with a `type`.",
                (listed[0], name),  # type: ignore[index]
            )
    for name, value in parameters.items():
        said = scope.declaration(name)
        if said is not None:
            check(said, value, said.path, problems)


def config_of(scope: TemplateScope) -> dict[str, ConfigValue]:
    """The defaults that are written out, for what may be a key."""
    listed = entry(scope.template, "parameters")
    found: dict[str, ConfigValue] = {}
    for name in listed[1] if listed and isinstance(listed[1], dict) else ():
        said = scope.declaration(name)
        if said is not None and said.default is not None:
            place = scope.world.problems.locate((*said.path, said.default[0]))
            path = f"parameters.{said.name}.defaultValue"
            found[path] = ConfigValue(said.default[1], place, path)
    return found
