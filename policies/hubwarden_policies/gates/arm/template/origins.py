"""What a secret value was, as a person reads it: by the names in its expression."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.template.keys import get

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.scope import TemplateScope

_ASKED: Final = re.compile(r"\b(parameters|variables)\(\s*'([^']+)'\s*\)", re.IGNORECASE)
_LISTED: Final = re.compile(r"\b(list\w*)\(", re.IGNORECASE)
_DEEPEST: Final = 20


def secure_origin(raw: Any, scope: TemplateScope) -> str:
    """The secure parameter or the call that an expression leads to."""
    seen: set[str] = set()
    left = [raw]
    for _ in range(_DEEPEST * 10):
        if not left:
            break
        value = left.pop(0)
        if isinstance(value, dict):
            left.extend(value.values())
        elif isinstance(value, list):
            left.extend(value)
        elif isinstance(value, str) and value.startswith("["):
            if found := _LISTED.search(value):
                return f"a result of {found[1]}"
            asked = _ASKED.findall(value)
            said = [scope.declaration(name) for kind, name in asked if kind.lower() != "variables"]
            if secure := next((one for one in said if one and one.secure), None):
                return f"the secure parameter {secure.name}"
            names = {name.lower() for kind, name in asked if kind.lower() == "variables"} - seen
            seen |= names
            left.extend(get(get(scope.template, "variables"), name) for name in sorted(names))
    return "a secure value"
