"""Microsoft.OperationalInsights/workspaces, and the alerts on what they refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hubwarden_policies.views import ResourceView, View
from hubwarden_policies.views.text import Text

if TYPE_CHECKING:
    pass

# What the log says when the cap is reached: "Set daily cap on Log Analytics workspace",
# learn.microsoft.com.
OVER_QUOTA = "overquota"


class WorkspaceCapping(View):
    """How much a workspace takes in a day; -1 is all that comes."""

    daily_quota_gb: float = -1


class WorkspaceProperties(View):
    """What rules read of a workspace.

    One that does not say keeps logs for 30 days. Source: "Manage data retention in a Log Analytics
    workspace", learn.microsoft.com.
    """

    retention_in_days: int = 30
    workspace_capping: WorkspaceCapping = WorkspaceCapping({})


class Workspace(ResourceView):
    """A Log Analytics workspace."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.OperationalInsights/workspaces",)

    properties: WorkspaceProperties = WorkspaceProperties({})


class Condition(View):
    """One query of an alert."""

    query: str = ""


class Criteria(View):
    """What an alert looks for."""

    all_of: tuple[Condition, ...] = ()


class QueryAlertProperties(View):
    """What rules read of an alert on a query; an alert that does not say is on."""

    enabled: bool = True
    scopes: tuple[Text, ...] = ()
    criteria: Criteria = Criteria({})


class QueryAlert(ResourceView):
    """An alert on a query."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Insights/scheduledQueryRules",)

    properties: QueryAlertProperties = QueryAlertProperties({})
