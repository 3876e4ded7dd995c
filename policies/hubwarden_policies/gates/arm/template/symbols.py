"""Resources by the names that a template itself has for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared, Deployment
    from hubwarden_policies.gates.arm.template.scope import TemplateScope

_TURN: Final = re.compile(r"(.+)\[(\d+)\]")


def of_name(scope: TemplateScope, name: Any) -> list[Declared]:
    """The resources of a symbol, or of the only name that several may not share."""
    deployment = scope.deployment
    if not isinstance(name, str):
        return []
    while deployment is not None:
        if found := _in(deployment, name.lower()):
            return found
        by = deployment.by
        outer = by is not None and deployment.scope.template is by.scope.template
        deployment = by.scope.deployment if by is not None and outer else None
    return []


def _in(deployment: Deployment, name: str) -> list[Declared]:
    if name in deployment.symbols:
        return deployment.symbols[name]
    turn = _TURN.fullmatch(name)
    if turn and (all_turns := deployment.symbols.get(turn[1])):
        index = int(turn[2])
        return all_turns[index : index + 1]
    named = [
        one
        for one in deployment.resources
        if one.names and isinstance(one.names[-1], str) and one.names[-1].lower() == name
    ]
    return named if len(named) == 1 else []
