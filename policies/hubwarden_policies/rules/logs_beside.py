"""What stands beside the fleet and takes its data: nothing is logged of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, Verdicts, each, rule
from hubwarden_policies.rules.unlogged import MISSING, without_logs
from hubwarden_policies.views.categories import BY_TYPE, SOME
from hubwarden_policies.views.logs import Logs
from hubwarden_policies.views.storage import BLOB_SERVICE, CONTAINER, BlobService, blob_services
from hubwarden_policies.views.subjects import subject

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource

_NAMESPACES = (
    "Microsoft.EventHub/namespaces",
    "Microsoft.ServiceBus/namespaces",
    "Microsoft.EventGrid/namespaces",
)


@rule(
    "Namespace or blob service writes no logs",
    severity=HIGH,
    practices=("O3",),
    fix=(
        "Add a `monitor.DiagnosticSetting` with `resource_uri` set to the id of this resource (of "
        'an account\'s blobs: `pulumi.Output.concat(account.id, "/blobServices/default")`), a '
        '`workspace_id`, and `logs=[{"category_group": "allLogs", "enabled": True}]`. Nothing else '
        "changes."
    ),
    covers=("diag-one-per-resource", "eh-resource-logs", "st-blob-logging"),
    reads=(*_NAMESPACES, BLOB_SERVICE, CONTAINER),
    maps={"MCSB v1": ("LT-3",)},
    no_unknown=MISSING,
)
def resource_without_logs(stack: Stack) -> Verdicts:
    """
    What devices send ends in an event hub, a queue or a container, and who reads it there
    shows in that resource's log only. Judged are the namespaces of Event Hubs, Service Bus
    and Event Grid, and the blob service of every storage account for which the stack declares
    the service or a container. The setting of a blob service stands on
    `…/blobServices/default`; one on the account logs no access to blobs.

    Hub, DPS and vault have rules of their own.

    Bad::

        eventhub.Namespace(  # flagged
            "alarms", resource_group_name=rg.name, sku={"name": "Standard"}
        )

    Good::

        alarms = eventhub.Namespace(
            "alarms", resource_group_name=rg.name, sku={"name": "Standard"}
        )
        workspace = operationalinsights.Workspace("logs", resource_group_name=rg.name)
        monitor.DiagnosticSetting(
            "alarms-logs",
            resource_uri=alarms.id,
            workspace_id=workspace.id,
            logs=[{"category_group": "allLogs", "enabled": True}],
        )
    """
    logs = stack.once(Logs)

    def judge(resource: Resource) -> Verdicts:
        yield from without_logs(resource, logs.of(resource, SOME), "the namespace logs nothing")

    def judge_blob(service: BlobService) -> Verdicts:
        logged = logs.of_blob_service(service, BY_TYPE[BLOB_SERVICE])
        yield from without_logs(service.about, logged, "nobody logs who reads the blobs")

    yield from each(stack.of_type(*_NAMESPACES), judge, subject)
    yield from each(blob_services(stack), judge_blob, lambda service: subject(service.about))
