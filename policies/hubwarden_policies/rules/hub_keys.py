"""IoT Hub: keys of other services that the hub is given."""

from __future__ import annotations

from hubwarden_policies.rule import CRITICAL, Undecided, Verdicts, each, rule
from hubwarden_policies.views.connection_string import read_connection_string
from hubwarden_policies.views.hub import IotHub, RoutingEndpoint, StorageEndpoint
from hubwarden_policies.views.text import Text


@rule(
    "IoT Hub routes messages with a key",
    severity=CRITICAL,
    practices=("P2", "O5"),
    fix=(
        'Set `authentication_type="identityBased"` with `endpoint_uri` (and `entity_path`), give '
        "the hub's identity a role there, and leave the connection string and keys out. The hub is "
        "changed in place; messages wait while the role is not there yet."
    ),
    covers=("hub-routing-no-key",),
    maps={"MCSB v1": ("IM-3", "IM-8")},
)
def hub_routing_key(hub: IotHub) -> Verdicts:
    """
    A routing endpoint with a connection string keeps a key of another service inside the hub:
    everyone who may read the hub's configuration has it, and it has to be changed in two places
    at once. The hub's own identity needs no key. A secret mark hides the key in Pulumi's state and
    changes nothing in Azure.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "routing": {
                    "endpoints": {
                        "event_hubs": [
                            {
                                "name": "alarms",
                                "connection_string": config.require_secret("alarms"),
                            }
                        ]
                    }
                }
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            identity={"type": "SystemAssigned"},
            properties={
                "routing": {
                    "endpoints": {
                        "event_hubs": [
                            {
                                "name": "alarms",
                                "authentication_type": "identityBased",
                                "endpoint_uri": "sb://alarms.servicebus.windows.net",
                                "entity_path": "alarms",
                            }
                        ]
                    }
                }
            },
        )
    """
    endpoints = hub.properties.routing.endpoints

    def judge(key: Text) -> Verdicts:
        if key.shape is None and not key.holes and not key.secret:
            raise Undecided(key.path, f"whether {key.path} is set")
        if key.shape != "":
            yield hub.violation(key.path, "messages are routed with a key of the other service")

    def judge_kind(kind: str) -> Verdicts:
        found: tuple[RoutingEndpoint, ...] = getattr(endpoints, kind)
        yield from each(found, lambda endpoint: each(endpoint.keys(), judge))

    yield from each(endpoints.KINDS, judge_kind)


@rule(
    "IoT Hub uploads files with a storage key",
    severity=CRITICAL,
    practices=("P2", "O5"),
    fix=(
        'Set `authentication_type="identityBased"`, give the hub\'s identity the role Storage Blob '
        "Data Contributor on the container, and pass a `connection_string` that has no "
        "`AccountKey` (`DefaultEndpointsProtocol=https;AccountName=NAME`). The hub is changed in "
        "place."
    ),
    covers=("hub-file-upload-no-account-key",),
    maps={"MCSB v1": ("IM-3", "IM-8")},
)
def hub_file_upload_account_key(hub: IotHub) -> Verdicts:
    """
    The key of a storage account reads, changes and deletes everything in it, and it has to be
    changed here and there at once. With its own identity the hub needs no key. The type demands a
    connection string even then, so its content is judged and not its presence.

    Bad::

        account = pulumi.Output.concat(
            "DefaultEndpointsProtocol=https;AccountName=uploads;AccountKey=",
            config.require_secret("storageKey"),
        )
        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "storage_endpoints": {
                    "$default": {"container_name": "uploads", "connection_string": account}
                }
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            identity={"type": "SystemAssigned"},
            properties={
                "storage_endpoints": {
                    "$default": {
                        "authentication_type": "identityBased",
                        "container_name": "uploads",
                        "connection_string": "DefaultEndpointsProtocol=https;AccountName=uploads",
                    }
                }
            },
        )
    """

    def judge(endpoint: StorageEndpoint) -> Verdicts:
        said = endpoint.connection_string
        if said is None:
            return
        found = read_connection_string(said)
        if found.key is not None or "sig=" in (said.shape or ""):
            yield hub.violation(said.path, "files are uploaded with a key of the storage account")
        elif found.open:
            raise Undecided(said.path, f"whether {said.path} holds a key")

    yield from each(hub.properties.storage_endpoints.values(), judge)
