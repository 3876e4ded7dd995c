"""Log workspace: how long it keeps what happened, and when it stops listening."""

from __future__ import annotations

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import MEDIUM, Verdicts, holds, rule
from hubwarden_policies.team import Team
from hubwarden_policies.views.targets import read_target
from hubwarden_policies.views.workspace import OVER_QUOTA, QueryAlert, Workspace


@rule(
    "Log workspace forgets too soon",
    severity=MEDIUM,
    practices=("O3",),
    fix=(
        "Set `retention_in_days=90` or more (Azure takes up to 730). The workspace is changed in "
        "place; what it has already deleted does not come back."
    ),
    covers=("law-retention-days",),
    maps={"MCSB v1": ("LT-6",)},
)
def law_short_retention(workspace: Workspace, team: Team) -> Verdicts:
    """
    A stolen key is often found out after months, and then the log is all that tells what was done
    with it. Azure keeps logs for 30 days unless it is told otherwise. How long is long enough is
    the team's word: `[limits]` `log_days` in hubwarden.toml, 90 without one.

    Bad::

        operationalinsights.Workspace("logs", resource_group_name=rg.name)  # flagged

    Good::

        operationalinsights.Workspace(
            "logs", resource_group_name=rg.name, retention_in_days=90
        )
    """
    days = workspace.properties.retention_in_days
    if days < team.limits.log_days:
        yield workspace.violation(
            "properties.retentionInDays",
            f"logs are kept for {days} days, less than {team.limits.log_days}",
        )


@rule(
    "Log workspace stops listening at a cap, and nobody is told",
    severity=MEDIUM,
    practices=("O3",),
    fix=(
        "Leave `workspace_capping` out (or set `daily_quota_gb=-1`), or add a `ScheduledQueryRule` "
        "on the workspace whose query looks for `OverQuota` in `_LogOperation`. The workspace is "
        "changed in place."
    ),
    covers=("law-no-silent-cap",),
    maps={"MCSB v1": ("LT-5",)},
)
def law_silent_cap(workspace: Workspace, stack: Stack) -> Verdicts:
    """
    At its daily cap a workspace drops everything until the next day. Whoever wants to do something
    unseen only has to make enough noise first. A cap with an alert of this stack that looks for
    `OverQuota` passes: then somebody hears of it.

    Bad::

        operationalinsights.Workspace(  # flagged
            "logs", resource_group_name=rg.name, workspace_capping={"daily_quota_gb": 5}
        )

    Good::

        operationalinsights.Workspace("logs", resource_group_name=rg.name)
    """
    capping = workspace.properties.workspace_capping
    if holds(lambda: capping.daily_quota_gb == -1, lambda: _alerted(stack, workspace)):
        return
    yield workspace.violation(
        capping.at("dailyQuotaGb"),
        f"after {capping.daily_quota_gb:g} GB a day nothing is logged, and no alert says so",
    )


def _alerted(stack: Stack, workspace: Workspace) -> bool:
    alerts = (QueryAlert.of(resource) for resource in stack.of_type(*QueryAlert.arm_types))
    return holds(*(lambda alert=alert: _hears(stack, workspace, alert) for alert in alerts))


def _hears(stack: Stack, workspace: Workspace, alert: QueryAlert) -> bool:
    said = alert.properties
    on_it = any(
        workspace.address in read_target(stack, alert.resource, scope).addresses
        for scope in said.scopes
    )
    return (
        on_it
        and said.enabled
        and any(OVER_QUOTA in condition.query.lower() for condition in said.criteria.all_of)
    )
