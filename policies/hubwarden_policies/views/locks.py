"""Microsoft.Authorization/locks: what Azure refuses to delete."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, ClassVar, Final

from hubwarden_policies.record import record
from hubwarden_policies.rule import Undecided, holds
from hubwarden_policies.views import ResourceView, View, same
from hubwarden_policies.views.targets import Target, read_target
from hubwarden_policies.views.text import Text

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource, Stack

_GROUPS: Final = "Microsoft.Resources/resourceGroups"
_HOLDING: Final = ("CanNotDelete", "ReadOnly")
_SUBSCRIPTION: Final = re.compile(r"/subscriptions/[^/]+/?", re.IGNORECASE)
_GROUP: Final = re.compile(r"/subscriptions/[^/]+/resourceGroups/[^/]+/?", re.IGNORECASE)


class LockProperties(View):
    """What rules read of a lock."""

    level: str = "NotSpecified"


class Lock(ResourceView):
    """A lock; what it is on is its scope, or where it says none, part of its address."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Authorization/locks",)

    scope: Text | None = None
    properties: LockProperties = LockProperties({})

    def holds(self) -> bool:
        """Whether nothing that it is on can be deleted."""
        return any(same(self.properties.level, level) for level in _HOLDING)


@record
class _Doubt:
    """A lock that may be on a resource: what it may name, and whether that is a whole group."""

    lock: Lock
    target: Target
    group: bool

    def may_hold(self, resource: Resource) -> bool:
        """Whether it may be on this resource, whose group may be none of the stack's."""
        group = resource.references.get("group", ())
        if self.target.addresses:
            return not {resource.address, *group}.isdisjoint(self.target.addresses)
        if self.group:
            return not group
        return self.target.may_be(resource.type) or self.target.may_be(_GROUPS)


class Locks:
    """The locks of a stack by what they are on."""

    def __init__(self, stack: Stack) -> None:
        self._on: dict[str, list[Lock]] = defaultdict(list)
        self._everywhere: list[Lock] = []
        self._doubts: list[_Doubt] = []
        for resource in stack.of_type(*Lock.arm_types):
            self._place(stack, Lock.of(resource))

    def hold(self, resource: Resource) -> bool:
        """Whether a lock keeps this resource or its group from being deleted.

        Raises `Undecided` where none does for certain, but one may.
        """
        above = (resource.address, *resource.references.get("group", ()))
        locks = [*self._everywhere, *(lock for address in above for lock in self._on[address])]
        return holds(
            *(lock.holds for lock in locks),
            *(lambda doubt=doubt: self._may(doubt, resource) for doubt in self._doubts),
        )

    def _may(self, doubt: _Doubt, resource: Resource) -> bool:
        if doubt.may_hold(resource) and doubt.lock.holds():
            raise Undecided("", f"what the lock {doubt.lock.resource.name} is on")
        return False

    def _place(self, stack: Stack, lock: Lock) -> None:
        scope = lock.scope
        if scope is None:
            addresses = lock.resource.references.get("scope", ())
            target = Target(addresses, decided=bool(addresses))
        else:
            target = read_target(stack, lock.resource, scope)
        shape = "" if scope is None else scope.shape or ""
        if _SUBSCRIPTION.fullmatch(shape):
            self._everywhere.append(lock)
        elif target.addresses and target.child == "":
            for address in target.addresses:
                self._on[address].append(lock)
        elif _GROUP.fullmatch(shape) or not target.decided or target.child is None:
            self._doubts.append(_Doubt(lock, target, _GROUP.fullmatch(shape) is not None))
