"""The body of a resource with ARM's own case in every name: ARM takes any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwarden_policies.model import Secret

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.graph.arm_tree import Node


def cased(node: Node | None, value: Any) -> Any:
    """The value with the names that the type's tree has; others stay as they are written."""
    if node is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, Secret):
        return Secret(cased(node, value.value))
    if isinstance(value, dict):
        found = {}
        for name, item in value.items():
            own, child = name, node.children.get(name)
            if child is None:
                own, child = node.child(name, exact=False) or (name, node.every)
            found[own] = item if isinstance(item, (str, bool)) else cased(child, item)
        return found
    if isinstance(value, list) and node.items is not None:
        return [cased(node.items, item) for item in value]
    return value
