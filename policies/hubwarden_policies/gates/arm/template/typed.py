"""The type that a resource of a template says it has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.template.keys import Path, entry, get, where
from hubwarden_policies.gates.arm.template.names import opened, spelled
from hubwarden_policies.gates.arm.template.standing import is_foreign

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared
    from hubwarden_policies.gates.arm.template.scope import TemplateScope


def type_of(body: Any, path: Path, scope: TemplateScope, parent: Declared | None) -> str:
    """The whole type of a resource in its canonical case; "" where nobody knows it."""
    found = entry(body, "type")
    said = None if found is None else opened(scope.value(found[1], (*path, found[0])))
    if not isinstance(said, str) or not said.strip(" /"):
        told = "no `type`" if found is None else "a `type` that is not known before deployment"
        scope.world.problems.say(
            f"A resource has {told}, so no rule can judge it: write its type out.",
            path if found is None else (*path, found[0]),
        )
        return ""
    said = said.strip(" /").partition("@")[0]
    if parent is not None and parent.arm_type:
        whole = said.lower().startswith(parent.arm_type.lower() + "/")
        said = said if whole else f"{parent.arm_type}/{said}"
    return spelled(said)


def check_type(one: Declared) -> None:
    """What Azure would refuse, for nobody knows then what is meant."""
    body = one.body
    problems = one.scope.world.problems
    if is_foreign(one):
        return
    if not isinstance(get(body, "apiVersion"), str) and one.arm_type:
        problems.say(
            f"A resource of the type {one.arm_type} has no apiVersion: give it one.",
            where(body, one.path, "apiVersion"),
        )
    if one.arm_type and "/" not in one.arm_type:
        problems.say(
            f"The type {one.arm_type} has no namespace: write it as NAMESPACE/TYPE.",
            where(body, one.path, "type"),
        )
