"""Hub, DPS and vault: nothing is logged of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, Undecided, Verdicts, each, rule
from hubwarden_policies.rules.unlogged import MISSING, PATH, unlogged, without_logs
from hubwarden_policies.views.categories import BY_TYPE
from hubwarden_policies.views.dps import Dps
from hubwarden_policies.views.hub import IotHub
from hubwarden_policies.views.key_vault import Vault
from hubwarden_policies.views.logs import Logs
from hubwarden_policies.views.subjects import subject

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource

_FIX = (
    "Add a `monitor.DiagnosticSetting` with `resource_uri` set to the id of this resource, a "
    "`workspace_id`, and {logs}. Nothing else changes."
)
_ALL = '`logs=[{"category_group": "allLogs", "enabled": True}]`'
_AUDIT = '`logs=[{"category_group": "audit", "enabled": True}]`'


@rule(
    "IoT Hub writes no logs",
    severity=HIGH,
    practices=("O3",),
    fix=_FIX.format(logs=_ALL),
    covers=("hub-resource-logs", "diag-one-per-resource"),
    reads=IotHub.arm_types,
    maps={"MCSB v1": ("LT-3",)},
    no_unknown=MISSING,
)
def hub_without_logs(stack: Stack) -> Verdicts:
    """
    Who connected, who read the registry, which command went to which device: a hub tells only
    where a diagnostic setting asks for it, and never afterwards. A setting that enables no log
    counts as none, and metrics are no logs.

    This rule owns the hub without any log; `diag-missing-category` one that logs too little.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

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
    yield from _unlogged(stack, IotHub.arm_types[0], "the hub logs nothing")


@rule(
    "DPS writes no logs",
    severity=HIGH,
    practices=("O3", "B1"),
    fix=_FIX.format(logs=_ALL),
    covers=("dps-resource-logs", "diag-one-per-resource"),
    reads=Dps.arm_types,
    maps={"MCSB v1": ("LT-3",)},
    no_unknown=MISSING,
)
def dps_without_logs(stack: Stack) -> Verdicts:
    """
    A device that was enrolled by a thief shows in the log of the Device Provisioning Service and
    nowhere else. It tells only where a diagnostic setting asks for it. A DPS has the group
    `allLogs` and no group `audit`: a setting with `audit` enables nothing.

    This rule owns the DPS without any log; `diag-missing-category` one that logs too little.

    Bad::

        service = dps.IotDpsResource(  # flagged
            "enrolment", resource_group_name=rg.name, sku=sku, properties={}
        )
        workspace = operationalinsights.Workspace("logs", resource_group_name=rg.name)
        monitor.DiagnosticSetting(
            "enrolment-logs",
            resource_uri=service.id,
            workspace_id=workspace.id,
            logs=[{"category_group": "audit", "enabled": True}],
        )

    Good::

        service = dps.IotDpsResource(
            "enrolment", resource_group_name=rg.name, sku=sku, properties={}
        )
        workspace = operationalinsights.Workspace("logs", resource_group_name=rg.name)
        monitor.DiagnosticSetting(
            "enrolment-logs",
            resource_uri=service.id,
            workspace_id=workspace.id,
            logs=[{"category_group": "allLogs", "enabled": True}],
        )
    """
    yield from _unlogged(stack, Dps.arm_types[0], "the DPS logs nothing")


@rule(
    "Key vault does not log who reads its secrets",
    severity=HIGH,
    practices=("O3",),
    fix=_FIX.format(logs=_AUDIT),
    covers=("kv-audit-logs", "diag-one-per-resource", "diag-required-categories"),
    reads=Vault.arm_types,
    maps={"MCSB v1": ("LT-3",)},
    no_unknown=MISSING,
)
def kv_without_audit_logs(stack: Stack) -> Verdicts:
    """
    The log `AuditEvent` is the only record of who read which secret. It is in the groups `audit`
    and `allLogs`; `AzurePolicyEvaluationDetails` alone says nothing about readers.

    This rule owns all that is missing in the logs of a vault.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
            },
        )

    Good::

        vault = keyvault.Vault(
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
            },
        )
        workspace = operationalinsights.Workspace("logs", resource_group_name=rg.name)
        monitor.DiagnosticSetting(
            "keys-logs",
            resource_uri=vault.id,
            workspace_id=workspace.id,
            logs=[{"category_group": "audit", "enabled": True}],
        )
    """
    logs, categories = stack.once(Logs), BY_TYPE[Vault.arm_types[0]]

    def judge(vault: Resource) -> Verdicts:
        logged = logs.of(vault, categories)
        if logged.missing(categories.required):
            yield unlogged(vault, logged, "nobody logs who reads the secrets (AuditEvent)")
        elif doubt := logged.doubt(categories.required):
            raise Undecided(PATH, doubt)

    yield from each(stack.of_type(*Vault.arm_types), judge, subject)


def _unlogged(stack: Stack, arm_type: str, message: str) -> Verdicts:
    logs, categories = stack.once(Logs), BY_TYPE[arm_type]

    def judge(resource: Resource) -> Verdicts:
        yield from without_logs(resource, logs.of(resource, categories), message)

    yield from each(stack.of_type(arm_type), judge, subject)
