"""What Checkov is told of a resource: its ARM body, and where in it nobody knows the value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource

Steps = tuple[str | int, ...]


def request(resource: Resource) -> dict[str, Any]:
    """The resource as JSON. Secrets stay here: to a check they are as unknown as any output."""
    unknown: list[Steps] = []
    body = _plain(resource.properties, (), unknown)
    if resource.api_version is not None:
        body["apiVersion"] = resource.api_version
    return {"type": resource.type, "body": body, "unknown": unknown}


def _plain(value: Any, path: Steps, unknown: list[Steps]) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item, (*path, key), unknown) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, (*path, index), unknown) for index, item in enumerate(value)]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    unknown.append(path)
    return None
