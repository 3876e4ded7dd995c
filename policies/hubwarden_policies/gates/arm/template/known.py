"""The resources of an input by type and names, and the ids that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

from hubwarden_policies.gates.arm.template.declared import Declared, Target
from hubwarden_policies.gates.arm.template.names import joined, opened, parts_of, shown
from hubwarden_policies.gates.program.graph import targets
from hubwarden_policies.model import Hole, Made

_GROUP: Final = "Microsoft.Resources/resourceGroups"
# A name in another place than its resource's: by its form the rules know it for none of ours.
_ELSEWHERE: Final = "elsewhere:azure-native:resources:Resource::of another group"
SUBSCRIPTION: Final = Hole("subscription()", "subscriptionId")
_OWN: Final = Made((SUBSCRIPTION,))


class Known:
    """What an input declares. What is only read stands behind what is deployed."""

    def __init__(self, declared: Iterable[Declared]) -> None:
        self._by_names: dict[tuple[str, tuple[object, ...]], list[Declared]] = {}
        self._by_address: dict[str, Declared] = {}
        ordered = sorted(declared, key=lambda one: one.existing)
        for one in ordered:
            self._by_address.setdefault(one.address, one)
            self._by_names.setdefault(self._key(one.arm_type, one.names), []).append(one)
        self.targets = targets.Targets(
            targets.Target(one.address, one.arm_type, one.names)
            for one in ordered
            if not one.existing and one.extends is None
        )
        self._ids: dict[int, Made] = {}
        # Of many resources the place is one.
        self.group = cache(self._group)
        self.outside = cache(self._outside)

    def at(self, address: str) -> Declared | None:
        """The resource with this address."""
        return self._by_address.get(address)

    def find(self, arm_type: str, names: Sequence[Any], within: Target) -> Declared | None:
        """The resource of this type with these names that is deployed to this place."""
        found = self._by_names.get(self._key(arm_type, names), ())
        return next((one for one in found if self._meets(one.target, within)), None)

    def spoken_of(self, value: Any) -> tuple[str, ...]:
        """The addresses of the deployed resources that a text names."""
        return self.targets.spoken_of(value)

    def _group(self, target: Target) -> str | None:
        """The address of the group that something is deployed to; made up where none is ours."""
        if target.level != "group":
            return None
        declared = self._by_names.get(self._key(_GROUP, (target.name,)), ())
        own = next((one.address for one in declared if not one.existing), None)
        return own or "resourceGroup:" + "".join(
            part if isinstance(part, str) else f"{{{part.source}.{part.path}}}"
            for part in parts_of(target.name, "resourceGroup()")
        )

    def identity(self, arm_type: str, names: Sequence[Any], within: Target) -> Any:
        """The id of a resource; what cannot be known of it is made up.

        A name that is not known is made up of the resource that has it, where one is ours.
        """
        namespace, *types = arm_type.split("/")
        parts: list[str | Hole] = [*self.outside(within), f"/providers/{namespace}"]
        for depth, (kind, name) in enumerate(zip(types, names, strict=False), 1):
            above = "/".join((namespace, *types[:depth]))
            parts.append(f"/{kind}/")
            parts.extend(self._name(above, names[:depth], name, within))
        made = joined(parts)
        if isinstance(made, Made):
            self._ids[id(made)] = made
        return made

    def has_made(self, value: Made) -> bool:
        """Whether this very value is an id that was made here, of which nothing more is known."""
        return id(value) in self._ids

    def _outside(self, within: Target) -> tuple[str | Hole, ...]:
        """What an id at this place begins with."""
        if within.level == "tenant":
            return ("",)
        if within.level == "managementGroup":
            name = parts_of(within.name, "managementGroup()")
            return ("/providers/Microsoft.Management/managementGroups/", *name)
        subscription = parts_of(within.subscription or _OWN, "subscription()")
        if within.level == "subscription":
            return ("/subscriptions/", *subscription)
        group = self._name(_GROUP, (within.name,), within.name, Target("subscription"))
        return ("/subscriptions/", *subscription, "/resourceGroups/", *group)

    def _name(
        self, arm_type: str, names: Sequence[Any], name: Any, within: Target
    ) -> tuple[str | Hole, ...]:
        own = self.find(arm_type, names, within)
        if own is not None and not own.existing:
            literal = isinstance(opened(name), str)
            return (opened(name),) if literal else (Hole(own.address, "name"),)
        if own is not None:
            return parts_of(name, "name")
        others = self._by_names.get(self._key(arm_type, names), ())
        if any(self._meets(one.target, within) is None for one in others):
            return (Hole(f"{shown(name)}, in a group that may be another", ""),)
        return (Hole(_ELSEWHERE, "name"),) if others else parts_of(name, "name")

    def _key(self, arm_type: str, names: Sequence[Any]) -> tuple[str, tuple[object, ...]]:
        return arm_type.lower(), tuple(map(self._same, names))

    def _same(self, value: Any) -> object:
        """What makes two names equal: the text without its case, or the same unknown."""
        if isinstance(value, str):
            return value.lower()
        value = opened(value)
        if isinstance(value, Made) and len(value.parts) == 1:
            (hole,) = value.parts
            own = self._by_address.get(hole.source) if isinstance(hole, Hole) else None
            if own is not None and isinstance(hole, Hole) and hole.path == "name" and own.names:
                return self._same(own.names[-1])
        if isinstance(value, str):
            return value.lower()
        if isinstance(value, Made) and value.parts:
            return tuple(part.lower() if isinstance(part, str) else part for part in value.parts)
        return value if isinstance(value, int | float) else id(value)

    def _meets(self, one: Target, within: Target) -> bool | None:
        """Whether two places are one; None where nobody knows."""
        if one.level != "group" or within.level != "group":
            return True
        mine, other = self._same(one.name), self._same(within.name)
        if mine == other:
            return True
        return False if isinstance(mine, str) and isinstance(other, str) else None
