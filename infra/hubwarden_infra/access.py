"""Who may use what: a role for an identity, where others hand out a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Literal, Self

import pulumi
from pulumi_azure_native import authorization

from hubwarden_infra.component import Component, Transform
from hubwarden_infra.platform import Platform

PrincipalType = Literal["ServicePrincipal", "Group"]


class Role(StrEnum):
    """Azure's built-in roles on data that a stack needs; none of them can read a key.

    Source of names and ids: "Azure built-in roles", learn.microsoft.com.
    """

    id: str

    def __new__(cls, title: str, guid: str) -> Self:
        role = str.__new__(cls, title)
        role._value_ = title
        role.id = guid
        return role

    HUB_DATA_READER = "IoT Hub Data Reader", "b447c946-2db7-41ec-983d-d8bf3b1c77e3"
    HUB_DATA_CONTRIBUTOR = "IoT Hub Data Contributor", "4fc6c259-987e-4a07-842e-c321cc9d413f"
    HUB_REGISTRY_CONTRIBUTOR = (
        "IoT Hub Registry Contributor",
        "4ea46cd5-c1b2-4a8e-910b-273211f9ce47",
    )
    HUB_TWIN_CONTRIBUTOR = "IoT Hub Twin Contributor", "494bdba2-168f-4f31-a0a1-191d2f7c028c"
    DPS_DATA_READER = (
        "Device Provisioning Service Data Reader",
        "10745317-c249-44a1-a5ce-3a4353c0bbd8",
    )
    DPS_DATA_CONTRIBUTOR = (
        "Device Provisioning Service Data Contributor",
        "dfce44e4-17b7-4bd1-a6d1-04996ec95633",
    )
    VAULT_SECRETS_USER = "Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6"
    VAULT_SECRETS_OFFICER = "Key Vault Secrets Officer", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
    BLOB_DATA_CONTRIBUTOR = (
        "Storage Blob Data Contributor",
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    )


@dataclass(frozen=True, kw_only=True)
class AccessArgs:
    """`scope` is the id of the one resource that the principal may use.

    `principal_id` is the object id in Entra of an application's or a managed identity's service
    principal, or of a group; for a single person make a group.
    """

    platform: Platform
    scope: pulumi.Input[str]
    role: Role
    principal_id: pulumi.Input[str]
    principal_type: PrincipalType = "ServicePrincipal"
    transform: Transform = field(default_factory=dict)


class Access(Component):
    """One role for one principal on one resource."""

    parts: ClassVar[tuple[str, ...]] = ("assignment",)

    def __init__(
        self, name: str, args: AccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "hubwarden:index:Access", name, opts, args.transform, protect=args.platform.protect
        )
        self.assignment = authorization.RoleAssignment(
            name,
            self.shape(
                "assignment",
                authorization.RoleAssignmentArgs(
                    scope=args.scope,
                    principal_id=args.principal_id,
                    # Without the type Azure looks the principal up, and fails where it is so new
                    # that Entra has not yet copied it to every region.
                    principal_type=args.principal_type,
                    role_definition_id=(
                        f"/providers/Microsoft.Authorization/roleDefinitions/{args.role.id}"
                    ),
                ),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"assignmentId": self.assignment.id})
