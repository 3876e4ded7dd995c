"""At which level of Azure a template deploys."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.template.keys import get

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Level

_SCHEMA: Final = re.compile(
    r"/(tenant|managementGroup|subscription|)deploymentTemplate\.json", re.IGNORECASE
)
_LEVELS: Final[dict[str, Level]] = {
    "tenant": "tenant",
    "managementgroup": "managementGroup",
    "subscription": "subscription",
    "": "group",
}


def level_of(template: Mapping[str, Any], otherwise: Level) -> Level:
    """The level that a template's schema names."""
    schema = get(template, "$schema")
    found = _SCHEMA.search(schema) if isinstance(schema, str) else None
    return otherwise if found is None else _LEVELS[found[1].lower()]
