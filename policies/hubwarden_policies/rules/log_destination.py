"""Diagnostic settings that keep nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from hubwarden_policies.rule import MEDIUM, Undecided, Verdicts, holds, rule
from hubwarden_policies.views.diagnostics import DiagnosticSetting

if TYPE_CHECKING:
    from hubwarden_policies.views.text import Text

_DESTINATIONS = (
    "workspace_id",
    "storage_account_id",
    "event_hub_authorization_rule_id",
    "marketplace_partner_id",
    "service_bus_rule_id",
)


@rule(
    "Diagnostic setting sends its logs nowhere",
    severity=MEDIUM,
    practices=("O3",),
    fix=(
        "Set `workspace_id` (or `storage_account_id`, or `event_hub_authorization_rule_id`) of the "
        "diagnostic setting. Nothing is replaced."
    ),
    covers=("diag-has-destination",),
    maps={"MCSB v1": ("LT-5",)},
)
def diag_without_destination(setting: DiagnosticSetting) -> Verdicts:
    """
    A setting without a destination looks like logging in the program and keeps nothing. A Log
    Analytics workspace, a storage account, an event hub or a partner's service will do.

    Bad::

        hub = iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)
        monitor.DiagnosticSetting(  # flagged
            "telemetry-logs",
            resource_uri=hub.id,
            logs=[{"category_group": "allLogs", "enabled": True}],
        )

    Good::

        hub = iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)
        workspace = operationalinsights.Workspace("logs", resource_group_name=rg.name)
        monitor.DiagnosticSetting(
            "telemetry-logs",
            resource_uri=hub.id,
            workspace_id=workspace.id,
            logs=[{"category_group": "allLogs", "enabled": True}],
        )
    """
    given = (partial(_given, setting, name) for name in _DESTINATIONS)
    if not holds(*given):
        yield setting.violation("properties.workspaceId", "the logs have no destination")


def _given(setting: DiagnosticSetting, name: str) -> bool:
    destination: Text | None = getattr(setting.properties, name)
    if destination is None:
        return False
    if destination.shape is None and not destination.holes:
        if setting.resource.references.get(destination.path):
            return True
        raise Undecided(destination.path, f"whether {destination.path} is set")
    return destination.shape != ""
