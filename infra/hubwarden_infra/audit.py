"""Who did what: one log workspace, and a diagnostic setting for everything that must be logged."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar

import pulumi
from pulumi_azure_native import monitor, operationalinsights

from hubwarden_infra.component import Component, Transform
from hubwarden_infra.platform import Platform


@dataclass(frozen=True)
class AuditArgs:
    """`retention_days` is how long the workspace keeps its logs (days; Azure allows up to 730)."""

    platform: Platform
    _: KW_ONLY
    retention_days: pulumi.Input[int] = 90
    transform: Transform = field(default_factory=dict)


class Audit(Component):
    """A log workspace that takes no key, keeps its logs, and logs the queries on itself.

    Every component with something to log takes an `Audit` and calls `record`, so that no stack
    can have the component and not its log.
    """

    parts: ClassVar[tuple[str, ...]] = ("workspace", "setting", "lock")

    def __init__(
        self, name: str, args: AuditArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        platform = args.platform
        super().__init__(
            "hubwarden:index:Audit", name, opts, args.transform, protect=platform.protect
        )
        self.workspace = operationalinsights.Workspace(
            name,
            self.shape("workspace", _workspace(args)),
            pulumi.ResourceOptions(parent=self),
        )
        platform.lock(self, self.workspace.id)
        self.record(self, self.workspace.id, "Audit")
        self.register_outputs({"workspace": self.workspace.name})

    def record(self, owner: Component, scope: pulumi.Input[str], *categories: str) -> None:
        """Log the resource `scope` of `owner` (part `setting`): these categories, or all."""
        kind = monitor.DiagnosticsLogSettingsArgs
        logs = [kind(category=category, enabled=True) for category in categories]
        monitor.DiagnosticSetting(
            f"{owner.pulumi_resource_name}-setting",
            owner.shape(
                "setting",
                monitor.DiagnosticSettingArgs(
                    resource_uri=scope,
                    workspace_id=self.workspace.id,
                    logs=logs or [kind(category_group="allLogs", enabled=True)],
                ),
            ),
            pulumi.ResourceOptions(parent=owner),
        )


def _workspace(args: AuditArgs) -> operationalinsights.WorkspaceArgs:
    """Private to write, since diagnostic settings do not come in over the public endpoint.

    Queries stay public (with Entra and a role): without an Azure Monitor private link scope nobody
    could read the logs. Source of both: "Use Azure Private Link to connect networks to Azure
    Monitor" and its exception for diagnostic logs, learn.microsoft.com.
    """
    return operationalinsights.WorkspaceArgs(
        resource_group_name=args.platform.group.name,
        location=args.platform.location,
        tags=args.platform.tags,
        sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
        retention_in_days=args.retention_days,
        workspace_capping=operationalinsights.WorkspaceCappingArgs(daily_quota_gb=-1),
        public_network_access_for_ingestion="Disabled",
        public_network_access_for_query="Enabled",
        features=operationalinsights.WorkspaceFeaturesArgs(
            disable_local_auth=True,
            enable_log_access_using_only_resource_permissions=True,
            immediate_purge_data_on30_days=False,
        ),
    )
