"""Microsoft.Authorization: who is given which role on what, and what a role may do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, Final

from hubwarden_policies.record import record
from hubwarden_policies.rule import Undecided
from hubwarden_policies.views import ResourceView, View
from hubwarden_policies.views.builtin_roles import BUILT_IN, OPERATIONS, Role
from hubwarden_policies.views.targets import read_target
from hubwarden_policies.views.text import GAP, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hubwarden_policies.model import Stack

GROUP: Final = "microsoft.resources/resourcegroups"
_NAMED: Final = re.compile(r"(?:^|/)([^/]+)/?\Z")
_GROUP: Final = re.compile(r".*/resourceGroups/[^/]+/?", re.IGNORECASE)
_BROAD: Final = re.compile(
    r"/|(?:/subscriptions|/providers/Microsoft\.Management/managementGroups)/[^/]+/?",
    re.IGNORECASE,
)
# The words with which a condition says which roles may be given: "Delegate Azure access management
# with conditions", learn.microsoft.com.
_DELEGATED: Final = "roleassignments:roledefinitionid"


class Permission(View):
    """What a role may do. The `not` of it takes away, and forbids nothing."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()

    def allows(self, operation: str) -> bool:
        """Whether it allows an operation (in lower case)."""
        return _matches(self.actions, operation) and not _matches(self.not_actions, operation)


def _matches(patterns: Iterable[str], operation: str) -> bool:
    return any(
        re.fullmatch(re.escape(pattern.lower()).replace(r"\*", ".*"), operation)
        for pattern in patterns
    )


class RoleDefinitionProperties(View):
    """What rules read of a role that a program defines."""

    role_name: Text | None = None
    permissions: tuple[Permission, ...] = ()
    assignable_scopes: tuple[Text, ...] | None = None


class RoleDefinition(ResourceView):
    """A role that a program defines."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Authorization/roleDefinitions",)

    scope: Text | None = None
    properties: RoleDefinitionProperties = RoleDefinitionProperties({})

    def role(self) -> Role:
        """What of importance it may do."""
        permissions = self.properties.permissions
        powers = frozenset(
            power
            for power, operations in OPERATIONS.items()
            if any(p.allows(operation) for p in permissions for operation in operations)
        )
        return Role(self.resource.name, powers)

    def is_broad(self) -> bool:
        """Whether it can be assigned on a whole subscription, or above.

        One that does not say where is for the scope that it is defined at.
        """
        said = self.properties.assignable_scopes
        scopes = (self.scope,) if said is None else said
        return any(bool(_BROAD.fullmatch(scope.known())) for scope in scopes if scope is not None)


@record
class Scope:
    """What a role is given on: an ARM type in lower case, "" for a subscription and above.

    `address` is that of a resource of the stack.
    """

    type: str
    address: str | None = None


class RoleAssignmentProperties(View):
    """What rules read of an assignment."""

    role_definition_id: Text | None = None
    principal_id: Text | None = None
    condition: Text | None = None


class RoleAssignment(ResourceView):
    """A role for somebody on something."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Authorization/roleAssignments",)

    scope: Text | None = None
    properties: RoleAssignmentProperties = RoleAssignmentProperties({})

    def definition(self, stack: Stack) -> RoleDefinition | None:
        """The role, where this stack defines it."""
        said = self.properties.role_definition_id
        found = () if said is None else read_target(stack, self.resource, said).addresses
        # An id of which nothing is known may come from a group's name as well: that is no role.
        defined = [
            role
            for address in found
            if (role := stack.at(address)) and role.type in RoleDefinition.arm_types
        ]
        return RoleDefinition.of(defined[0]) if defined else None

    def role(self, stack: Stack) -> Role | None:
        """The role; None for one that may do nothing of importance."""
        said = self.properties.role_definition_id
        name = None if said is None else _NAMED.search(said.shape or "")
        if name is not None and GAP not in name[1] and name[1].lower() in BUILT_IN:
            return BUILT_IN[name[1].lower()]
        if (defined := self.definition(stack)) is not None:
            return defined.role()
        if said is not None and (name is None or GAP in name[1]):
            raise Undecided(said.path, "which role is given")
        return None

    def on(self, stack: Stack) -> Scope:
        """What the role is given on; raises `Undecided` where that is not known."""
        if self.scope is None:
            raise Undecided("scope", "what the role is given on")
        shape = self.scope.shape or ""
        if _BROAD.fullmatch(shape):
            return Scope("")
        target = read_target(stack, self.resource, self.scope)
        for address in target.addresses if target.child is not None else ():
            if (resource := stack.at(address)) is not None:
                return Scope(resource.type.lower(), address)
        _, found, rest = shape.lower().rpartition("/providers/")
        if found and GAP not in (arm_type := _type_of(rest)):
            return Scope(arm_type)
        if _GROUP.fullmatch(shape):
            return Scope(GROUP)
        raise Undecided(self.scope.path, "what the role is given on")

    def is_delegation(self) -> bool:
        """Whether a condition says which roles may be given on."""
        said = self.properties.condition
        return said is not None and _DELEGATED in said.known().lower()

    def is_for(self, stack: Stack, principals: Iterable[str]) -> bool:
        """Whether it is for one of these principal ids. Who is made in this stack is none."""
        listed = {principal.lower() for principal in principals}
        said = self.properties.principal_id
        if not listed or said is None:
            return False
        if said.holes and all(stack.at(source) for source in said.sources):
            return False
        if said.holes:
            raise Undecided(said.path, "who is given the role")
        return said.known().lower() in listed

    def principals(self) -> tuple[str, ...]:
        """The resources of the stack whose identity is given the role, by address."""
        said = self.properties.principal_id
        if said is None:
            return ()
        return (*said.sources, *self.resource.references.get(said.path, ()))


def _type_of(rest: str) -> str:
    namespace, *pairs = rest.strip("/").split("/")
    return "/".join((namespace, *pairs[::2]))
