"""The same resources as an ARM template, which is what Checkov reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hubwarden_policies.model import UNKNOWN, Made, Secret, Stack

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def write_template(stack: Stack, path: Path) -> None:
    """Writes what the stack declares as a template; what is not known yet becomes a name."""
    resources = [
        {
            "type": resource.type,
            "apiVersion": resource.api_version or "2023-01-01",
            "name": resource.name,
            **_plain(resource.properties),
        }
        for resource in stack.resources
    ]
    template = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": resources}
    path.write_text(json.dumps(template, indent=2), encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return _plain(value.value)
    if isinstance(value, Made):
        return "".join(part if isinstance(part, str) else "known-later" for part in value.parts)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return "known-later" if value is UNKNOWN else str(value)
