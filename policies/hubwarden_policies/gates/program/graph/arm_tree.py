"""The shape of an ARM type's body, as a tree that names are looked up in.

Made from the property paths of data/arm-types.json, of all versions there together: where a name
belongs does not change between versions, only whether it exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from hubwarden_policies.data import load

_TOP: Final = (
    *("location", "tags", "sku", "kind", "identity", "zones", "plan", "managedBy"),
    *("extendedLocation", "etag", "properties", "id", "type"),
)
_STEP: Final = re.compile(r"\.?(?P<key>\*|[^.\[<]+)|(?P<item>\[\])|<[^>]*>")


@dataclass(slots=True)
class Node:
    """An object of the body: its `children` by ARM name; `items` is what an array holds, `every`
    what a map holds under any key. The variants of a union are one node.
    Where a body is not `listed`, only its top level is known.
    """

    children: dict[str, Node] = field(default_factory=dict)
    items: Node | None = None
    every: Node | None = None
    read_only: bool = False
    listed: bool = True

    def child(self, name: str, *, exact: bool) -> tuple[str, Node] | None:
        """The entry with this name, or not `exact`, the one that differs from it in case only."""
        if exact:
            node = self.children.get(name)
            return (name, node) if node else None
        lower = name.lower()
        return next(((k, n) for k, n in self.children.items() if k.lower() == lower), None)


@cache
def tree(arm_type: str) -> Node:
    """The body of an ARM type; one that is not `listed` where the table lacks its properties."""
    entry = load("arm-types.json")["types"].get(arm_type, {})
    if "properties" not in entry:
        return Node({name: Node() for name in _TOP}, listed=False)
    root = Node()
    for paths in (entry["properties"], *entry.get("only_in", {}).values()):
        for path, kind in paths.items():
            _plant(root, path, read_only=kind.endswith(" <"))
    return root


def _plant(root: Node, path: str, *, read_only: bool) -> None:
    node = root
    for step in _STEP.finditer(path):
        if step["item"]:
            node.items = node.items or Node()
            node = node.items
        elif step["key"] == "*":
            node.every = node.every or Node()
            node = node.every
        elif step["key"]:
            node = node.children.setdefault(step["key"], Node())
    node.read_only = read_only
