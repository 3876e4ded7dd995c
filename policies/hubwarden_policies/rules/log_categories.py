"""Diagnostic settings that log too little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, Undecided, Verdicts, Violation, each, rule
from hubwarden_policies.rules.unlogged import PATH
from hubwarden_policies.views.categories import BY_TYPE
from hubwarden_policies.views.diagnostics import DiagnosticSetting
from hubwarden_policies.views.dps import Dps
from hubwarden_policies.views.hub import IotHub
from hubwarden_policies.views.logs import Logs
from hubwarden_policies.views.storage import BLOB_SERVICE, BlobService, blob_services
from hubwarden_policies.views.subjects import subject

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource
    from hubwarden_policies.views.logs import Logged


@rule(
    "Logs leave out what an investigation needs",
    severity=HIGH,
    practices=("O3",),
    fix=(
        'Enable `{"category_group": "allLogs", "enabled": True}` in `logs`, or add the missing '
        "categories one by one. Nothing is replaced."
    ),
    covers=("diag-required-categories", "st-blob-logging"),
    reads=(*DiagnosticSetting.arm_types, *IotHub.arm_types, *Dps.arm_types, BLOB_SERVICE),
    maps={"MCSB v1": ("LT-3",)},
)
def diag_missing_category(stack: Stack) -> Verdicts:
    """
    One enabled log is not enough: after a break-in the questions are who connected
    (`Connections`), who changed the registry (`DeviceIdentityOperations`), what was sent to the
    devices (`C2DCommands`, `C2DTwinOperations`, `DirectMethods`), which files went where
    (`FileUploadOperations`), what ran over the fleet (`JobsOperations`, `Configurations`) and
    where messages went (`Routes`). A DPS must log `DeviceOperations` and `ServiceOperations`, a
    blob service `StorageRead`, `StorageWrite` and `StorageDelete`.

    Several settings on one resource add up; a log with `enabled=False` does not count. Azure does
    not publish what the group `audit` of a hub holds, so it does not count for a hub's list;
    `allLogs` does. A resource without any log, and the vault, are other rules' cases.

    Bad::

        hub = iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)
        workspace = operationalinsights.Workspace("logs", resource_group_name=rg.name)
        monitor.DiagnosticSetting(  # flagged
            "telemetry-logs",
            resource_uri=hub.id,
            workspace_id=workspace.id,
            logs=[
                {"category": "Connections", "enabled": True},
                {"category": "DeviceIdentityOperations", "enabled": False},
            ],
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
    logs = stack.once(Logs)

    def judge(resource: Resource) -> Verdicts:
        categories = BY_TYPE[resource.type]
        yield from _incomplete(resource, logs.of(resource, categories), categories.required)

    def judge_blob(service: BlobService) -> Verdicts:
        categories = BY_TYPE[BLOB_SERVICE]
        logged = logs.of_blob_service(service, categories)
        yield from _incomplete(service.about, logged, categories.required)

    yield from each(stack.of_type(*IotHub.arm_types, *Dps.arm_types), judge, subject)
    yield from each(blob_services(stack), judge_blob, lambda service: subject(service.about))


def _incomplete(resource: Resource, logged: Logged, required: tuple[str, ...]) -> Verdicts:
    if not logged.settings or not (logged.something or logged.gaps):
        return  # the case of the rules on resources without any log
    missing = logged.missing(required)
    if missing:
        first, *others = logged.settings
        related = [
            (place, f"what is logged of {resource.name}") for place in resource.locations[:1]
        ]
        related += [(place, "adds to it") for other in others for place in other.locations[:1]]
        message = f"{', '.join(missing)} of {resource.name} " + (
            "is not logged" if len(missing) == 1 else "are not logged"
        )
        path = "properties.logs"
        yield Violation(subject(first), path, message, related=tuple(related), key=resource.address)
    elif doubt := logged.doubt(required):
        raise Undecided(PATH, doubt)
