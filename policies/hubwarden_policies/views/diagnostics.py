"""Microsoft.Insights/diagnosticSettings."""

from __future__ import annotations

from typing import ClassVar

from hubwarden_policies.views import ResourceView, View
from hubwarden_policies.views.text import Text


class LogSetting(View):
    """One category of logs, or a group of them."""

    category: str | None = None
    category_group: str | None = None
    enabled: bool = False


class SettingProperties(View):
    """What rules read of a diagnostic setting."""

    logs: tuple[LogSetting, ...] = ()
    workspace_id: Text | None = None
    storage_account_id: Text | None = None
    event_hub_authorization_rule_id: Text | None = None
    marketplace_partner_id: Text | None = None
    service_bus_rule_id: Text | None = None


class DiagnosticSetting(ResourceView):
    """What a resource logs, and where to. `scope` is the id of that resource."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Insights/diagnosticSettings",)

    properties: SettingProperties = SettingProperties({})

    def scope_id(self) -> Text:
        """The id of the resource that it is set on, whatever is known of it."""
        return self.text("scope") or Text("scope", secret=False, shape=None)
