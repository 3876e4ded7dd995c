"""Roles: who may list keys, who may give roles, what a hub's own identity may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, MEDIUM, Undecided, Verdicts, each, holds, rule
from hubwarden_policies.team import Team
from hubwarden_policies.views.builtin_roles import Power
from hubwarden_policies.views.dps import Dps
from hubwarden_policies.views.hub import IotHub
from hubwarden_policies.views.roles import GROUP, RoleAssignment, RoleDefinition
from hubwarden_policies.views.subjects import subject

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource

_KEYED: Final = (*IotHub.arm_types, *Dps.arm_types)
_ROLE: Final = "properties.roleDefinitionId"


@rule(
    "Role can list keys or give roles",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        "Give a role on data instead, such as IoT Hub Data Contributor, on the one resource that "
        "is used. Who deploys may have more: name the principal id in hubwarden.toml, `[allow]` "
        "`deployers`. A new role replaces the assignment, and nothing else."
    ),
    covers=("role-no-listkeys", "role-no-user-access-admin"),
    maps={"MCSB v1": ("PA-7", "IM-3")},
)
def role_too_powerful(assignment: RoleAssignment, team: Team, stack: Stack) -> Verdicts:
    """
    Contributor looks harmless and can list every key of a hub: whoever takes over such a service
    has the whole fleet, without any key in the program. User Access Administrator and its like can
    give themselves whatever they lack.

    Owner, Contributor and roles of this stack that can list keys are judged where they reach a hub
    or a DPS: on one, on a resource group that may have one, on a subscription and above. Owner,
    User Access Administrator, Role Based Access Control Administrator and roles of this stack that
    can assign roles are judged everywhere, unless a condition says which roles they may give.

    Bad::

        authorization.RoleAssignment(  # flagged
            "backend",
            scope=rg.id,
            principal_id="0d4f3a52-6c1b-4d0e-9a55-3f0f6f0e8a01",
            principal_type="ServicePrincipal",
            role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/"
            "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        )

    Good::

        authorization.RoleAssignment(
            "backend",
            scope=rg.id,
            principal_id="0d4f3a52-6c1b-4d0e-9a55-3f0f6f0e8a01",
            principal_type="ServicePrincipal",
            role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/"
            "4fc6c259-987e-4a07-842e-c321cc9d413f",
        )
    """
    if holds(
        lambda: assignment.is_for(stack, team.deployers),
        lambda: not _excess(assignment, stack),
    ):
        return
    yield assignment.violation(_ROLE, _excess(assignment, stack))


def _excess(assignment: RoleAssignment, stack: Stack) -> str:
    """What the assignment gives too much, as a finding says it; "" for nothing."""
    role = assignment.role(stack)
    if role is None:
        return ""
    if Power.GRANTS_ROLES in role.powers and not assignment.is_delegation():
        return f"{role.name} {Power.GRANTS_ROLES.value}"
    if Power.LISTS_KEYS in role.powers and _reaches_keys(assignment, stack):
        return f"{role.name} {Power.LISTS_KEYS.value}"
    return ""


def _reaches_keys(assignment: RoleAssignment, stack: Stack) -> bool:
    """Whether it is on a hub, a DPS or something above one."""
    scope = assignment.on(stack)
    if scope.type == GROUP and scope.address is not None:
        # One whose group is none of the stack's is in another one.
        groups = (each.references.get("group") for each in stack.of_type(*_KEYED))
        return any(found is not None and scope.address in found for found in groups)
    keyed = tuple(arm_type.lower() for arm_type in _KEYED)
    return scope.type in ("", GROUP) or scope.type.startswith(keyed)


@rule(
    "Own role can list keys",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        "Name the operations that are needed instead of `*`, or take the keys out with "
        '`not_actions=["Microsoft.Devices/*/listkeys/action"]`. The role is changed in place, for '
        "everybody who has it."
    ),
    covers=("role-no-listkeys",),
    maps={"MCSB v1": ("PA-7",)},
    reads=RoleDefinition.arm_types,
)
def role_definition_lists_keys(stack: Stack) -> Verdicts:
    """
    A role with `Microsoft.Devices/*` was meant for the configuration of a hub and also gives out
    its keys. Whoever assigns it later sees only its name.

    A role that this stack assigns itself is judged there: what counts is who gets it, on what.

    Bad::

        authorization.RoleDefinition(  # flagged
            "operator",
            scope=rg.id,
            role_name="Fleet operator",
            assignable_scopes=[rg.id],
            permissions=[{"actions": ["Microsoft.Devices/*"]}],
        )

    Good::

        authorization.RoleDefinition(
            "operator",
            scope=rg.id,
            role_name="Fleet operator",
            assignable_scopes=[rg.id],
            permissions=[{"actions": ["Microsoft.Devices/iotHubs/read"]}],
        )
    """
    assigned = {
        definition.address
        for resource in stack.of_type(*RoleAssignment.arm_types)
        if (definition := RoleAssignment.of(resource).definition(stack)) is not None
    }

    def judge(resource: Resource) -> Verdicts:
        definition: RoleDefinition = RoleDefinition.of(resource)
        if resource.address in assigned:
            return
        if Power.LISTS_KEYS in definition.role().powers:
            yield definition.violation(
                "properties.permissions", f"who has it {Power.LISTS_KEYS.value}"
            )

    yield from each(stack.of_type(*RoleDefinition.arm_types), judge, subject)


@rule(
    "Own role is an owner by another name",
    severity=HIGH,
    practices=("O5",),
    fix=(
        "Name the operations that are needed instead of `*`. The role is changed in place, for "
        "everybody who has it."
    ),
    covers=("role-no-custom-owner",),
    maps={"MCSB v1": ("PA-7",)},
)
def role_custom_owner(definition: RoleDefinition) -> Verdicts:
    """
    A role with the action `*` on a whole subscription is Owner, and no access review that looks
    for Owner finds it. What `not_actions` takes away can be had by another way, such as a new
    login on a machine that has it.

    Bad::

        authorization.RoleDefinition(  # flagged
            "admin",
            scope="/subscriptions/7b0a1f4e-3f0e-4d64-9d0c-3c7f5d9b8a12",
            role_name="Platform admin",
            assignable_scopes=["/subscriptions/7b0a1f4e-3f0e-4d64-9d0c-3c7f5d9b8a12"],
            permissions=[{"actions": ["*"]}],
        )

    Good::

        authorization.RoleDefinition(
            "admin",
            scope="/subscriptions/7b0a1f4e-3f0e-4d64-9d0c-3c7f5d9b8a12",
            role_name="Platform admin",
            assignable_scopes=["/subscriptions/7b0a1f4e-3f0e-4d64-9d0c-3c7f5d9b8a12"],
            permissions=[{"actions": ["Microsoft.Resources/*"]}],
        )
    """

    def is_owner() -> bool:
        return any("*" in permission.actions for permission in definition.properties.permissions)

    if holds(lambda: not is_owner(), lambda: not definition.is_broad()):
        return
    yield definition.violation("properties.permissions", "it allows * on a whole subscription")


@rule(
    "Identity of a hub may do more than send",
    severity=MEDIUM,
    practices=("P2",),
    fix=(
        "Give it Azure Event Hubs Data Sender, Azure Service Bus Data Sender or Storage Blob Data "
        "Contributor, each on the one event hub, queue, topic or container that the hub writes to. "
        "A new role or scope replaces the assignment; messages wait until it is there."
    ),
    covers=("role-hub-identity-minimal",),
    maps={"MCSB v1": ("PA-7",)},
    reads=RoleAssignment.arm_types,
)
def hub_identity_too_powerful(stack: Stack) -> Verdicts:
    """
    A hub's identity only routes messages and takes uploads. With more than that, everyone who may
    change a route of the hub can use what the identity has, wherever that is.

    Judged are assignments to the hub's own identity and to user-assigned ones that a hub of this
    stack has, as far as the program gets their principal id from the resource.

    Bad::

        hub = iothub.IotHubResource(
            "telemetry", resource_group_name=rg.name, sku=sku, identity={"type": "SystemAssigned"}
        )
        authorization.RoleAssignment(  # flagged
            "uploads",
            scope=rg.id,
            principal_id=hub.identity.principal_id,
            principal_type="ServicePrincipal",
            role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/"
            "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        )

    Good::

        hub = iothub.IotHubResource(
            "telemetry", resource_group_name=rg.name, sku=sku, identity={"type": "SystemAssigned"}
        )
        container = storage.BlobContainer(
            "uploads", resource_group_name=rg.name, account_name="uploads"
        )
        authorization.RoleAssignment(
            "uploads",
            scope=container.id,
            principal_id=hub.identity.principal_id,
            principal_type="ServicePrincipal",
            role_definition_id="/providers/Microsoft.Authorization/roleDefinitions/"
            "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        )
    """
    hubs = stack.of_type(*IotHub.arm_types)
    identities = {hub.address for hub in hubs}.union(
        *(hub.references.get("identity.userAssignedIdentities", ()) for hub in hubs)
    )

    def judge(resource: Resource) -> Verdicts:
        assignment: RoleAssignment = RoleAssignment.of(resource)
        principal = assignment.properties.principal_id
        found = assignment.principals()
        unknown = principal is not None and principal.shape is None and not found
        if not identities.intersection(found) and not (unknown and identities):
            return
        yield from _minimal(assignment, stack, principal.path if unknown and principal else None)

    yield from each(stack.of_type(*RoleAssignment.arm_types), judge, subject)


def _minimal(assignment: RoleAssignment, stack: Stack, unknown: str | None) -> Verdicts:
    """What is too much for a hub; `unknown` is the principal's path where it may be none."""
    role = assignment.role(stack)
    scope = assignment.on(stack)
    wide = scope.type in ("", GROUP)
    if role is not None and Power.WRITES_DATA in role.powers and not wide:
        return
    if unknown is not None:
        raise Undecided(unknown, "whether a hub's identity is given the role")
    if role is None or Power.WRITES_DATA not in role.powers:
        named = "a role" if role is None else role.name
        yield assignment.violation(_ROLE, f"the hub is given {named}, which is no role to send")
    else:
        on = "a resource group" if scope.type == GROUP else "a whole subscription"
        yield assignment.violation("scope", f"the hub is given {role.name} on {on}")
