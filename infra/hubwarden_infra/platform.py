"""Where a stack lives: its resource group, its tags, and what keeps it from being deleted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import pulumi
from pulumi_azure_native import authorization, resources

from hubwarden_infra.component import Component, Transform


@dataclass(frozen=True, kw_only=True)
class PlatformArgs:
    """`location` is the Azure region of everything in the stack.

    With `protect` Pulumi refuses to delete anything of it, with `lock` Azure refuses to delete
    what cannot be made again: hub, DPS, vault, storage account and log workspace.
    """

    location: pulumi.Input[str]
    protect: bool = True
    lock: bool = True
    tags: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    transform: Transform = field(default_factory=dict)


class Platform(Component):
    """A resource group, and the decisions that hold for everything in it."""

    parts: ClassVar[tuple[str, ...]] = ("group",)

    def __init__(
        self, name: str, args: PlatformArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "hubwarden:index:Platform", name, opts, args.transform, protect=args.protect
        )
        self.protect = args.protect
        self.location = args.location
        self.tags = {
            "project": pulumi.get_project(),
            "stack": pulumi.get_stack(),
            **args.tags,
        }
        self._lock = args.lock
        self.group = resources.ResourceGroup(
            name,
            self.shape(
                "group", resources.ResourceGroupArgs(location=self.location, tags=self.tags)
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"group": self.group.name})

    def lock(self, owner: Component, scope: pulumi.Input[str]) -> None:
        """Lock the resource `scope` of `owner` (part `lock`), if the stack locks anything.

        One lock a resource and none on the group: a lock on the group would also keep Azure from
        removing DNS records and role assignments that a later `pulumi up` replaces.
        """
        if not self._lock:
            return
        authorization.ManagementLockByScope(
            f"{owner.pulumi_resource_name}-lock",
            owner.shape(
                "lock",
                authorization.ManagementLockByScopeArgs(
                    scope=scope, level=authorization.LockLevel.CAN_NOT_DELETE
                ),
            ),
            pulumi.ResourceOptions(parent=owner),
        )
