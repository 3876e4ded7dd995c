"""What a provider answers in a preview: what it was given, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..values import UNKNOWN, Secret

if TYPE_CHECKING:
    from .shapes import Shape


def unknown(properties: dict[str, Shape], given: Any) -> Any:
    """An object of these properties: the given values, and all else unknown at every depth."""
    if isinstance(given, Secret):
        return Secret(unknown(properties, given.value))
    return {name: _unknown(shape, given.get(name)) for name, shape in properties.items()}


def _unknown(shape: Shape, given: Any) -> Any:
    if given is None:
        return UNKNOWN
    if isinstance(given, Secret):
        return Secret(_unknown(shape, given.value))
    if shape.kind == "object" and isinstance(given, dict):
        return unknown(shape.properties, given)
    if shape.kind in ("list", "map") and shape.item is not None:
        if shape.kind == "list" and isinstance(given, list):
            return [_unknown(shape.item, item) for item in given]
        if shape.kind == "map" and isinstance(given, dict):
            return {key: _unknown(shape.item, item) for key, item in given.items()}
    # A set of ids that comes back as a map is computed, as any other change of shape.
    return UNKNOWN if shape.kind in ("object", "list", "map") else given
