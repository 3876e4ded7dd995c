"""IoT Hub: how devices upload files, and how the hub reaches the container."""

from __future__ import annotations

from datetime import timedelta

from hubwarden_policies.rule import HIGH, MEDIUM, Verdicts, each, rule
from hubwarden_policies.team import Team
from hubwarden_policies.views import same
from hubwarden_policies.views.duration import read_duration
from hubwarden_policies.views.hub import IotHub, StorageEndpoint


@rule(
    "IoT Hub reaches its upload container without its identity",
    severity=HIGH,
    practices=("P2",),
    fix=(
        'Set `authentication_type="identityBased"` in `storage_endpoints`, after the hub\'s '
        "identity has the role Storage Blob Data Contributor on the container. The hub is changed "
        "in place; uploads fail while the role is not there yet."
    ),
    covers=("hub-file-upload-identity",),
    maps={"MCSB v1": ("IM-3",)},
)
def hub_file_upload_without_identity(hub: IotHub) -> Verdicts:
    """
    Unless it is told to use an identity, the hub signs in to storage with the account's key. That
    keeps shared keys on for the whole account, and the SAS URLs that devices get are signed with
    a key that opens everything in it. `hub-file-upload-account-key` judges the key itself.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "storage_endpoints": {
                    "$default": {
                        "container_name": "uploads",
                        "connection_string": config.require_secret("uploads"),
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
        if not same(endpoint.authentication_type, "identityBased") and endpoint.is_set():
            path = endpoint.at("authenticationType")
            yield hub.violation(path, "the hub signs in with a key of the storage account")

    yield from each(hub.properties.storage_endpoints.values(), judge)


@rule(
    "IoT Hub's upload URLs live long",
    severity=MEDIUM,
    practices=("P2",),
    fix=(
        'Set `sas_ttl_as_iso8601="PT1H"` or less in `storage_endpoints`: as long as the largest '
        "file needs on the slowest line (`limits.upload_hours` in hubwarden.toml). The hub is "
        "changed in place."
    ),
    covers=("hub-file-upload-sas-ttl",),
)
def hub_file_upload_long_sas(hub: IotHub, team: Team) -> Verdicts:
    """
    For each upload a device gets a URL that lets anyone write who has it: no second check, no way
    to take it back. How long it lives is how long a stolen one is of use. Azure's default is an
    hour.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "storage_endpoints": {
                    "$default": {
                        "authentication_type": "identityBased",
                        "container_name": "uploads",
                        "connection_string": "DefaultEndpointsProtocol=https;AccountName=uploads",
                        "sas_ttl_as_iso8601": "PT24H",
                    }
                }
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "storage_endpoints": {
                    "$default": {
                        "authentication_type": "identityBased",
                        "container_name": "uploads",
                        "connection_string": "DefaultEndpointsProtocol=https;AccountName=uploads",
                        "sas_ttl_as_iso8601": "PT1H",
                    }
                }
            },
        )
    """
    most = timedelta(hours=team.limits.upload_hours)

    def judge(endpoint: StorageEndpoint) -> Verdicts:
        path = endpoint.at("sasTtlAsIso8601")
        said = endpoint.sas_ttl_as_iso8601
        if read_duration(said, path) > most and endpoint.is_set():
            hours = f"{team.limits.upload_hours:g}"
            yield hub.violation(path, f"an upload URL lives {said}, more than {hours} h")

    yield from each(hub.properties.storage_endpoints.values(), judge)
