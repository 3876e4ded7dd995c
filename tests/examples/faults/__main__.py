"""Resources with one fault each: `pulumi config set faults "hub-old-tls kv-purge"`."""

import pulumi
from pulumi_azure_native import (
    deviceprovisioningservices,
    iothub,
    keyvault,
    operationalinsights,
    resources,
    storage,
)

KEY = "HostName=plant.azure-devices.net;SharedAccessKeyName=service;Shared" + (  # planted
    "AccessKey=mB1s0HFhMT0zYV8pQ0wmb2VxTzVjM1FwZ0ZyT1o3Qmc="  # planted
)
group = resources.ResourceGroup("group", location="westeurope")


def hub(name, tags=None, identity="SystemAssigned", **properties):
    return iothub.IotHubResource(
        name,
        resource_group_name=group.name,
        location="westeurope",
        sku={"name": "S1", "capacity": 1},
        identity={"type": identity} if identity else None,
        tags=tags,
        properties={
            "disable_local_auth": True,
            "disable_device_sas": True,
            "disable_module_sas": True,
            "min_tls_version": "1.2",
            "public_network_access": "Disabled",
            "restrict_outbound_network_access": True,
            **properties,
        },
    )


def dps(name, **properties):
    return deviceprovisioningservices.IotDpsResource(
        name,
        resource_group_name=group.name,
        location="westeurope",
        sku={"name": "S1", "capacity": 1},
        properties={
            "public_network_access": "Disabled",
            "authorization_policies": [],
            **properties,
        },
    )


def vault(name, **properties):
    return keyvault.Vault(
        name,
        resource_group_name=group.name,
        location="westeurope",
        properties={
            "tenant_id": "11111111-2222-3333-4444-555555555555",
            "sku": {"family": "A", "name": "standard"},
            "enable_purge_protection": True,
            "enable_rbac_authorization": True,
            "public_network_access": "Disabled",
            **properties,
        },
    )


def account(name, **inputs):
    good = {
        "allow_blob_public_access": False,
        "allow_shared_key_access": False,
        "enable_https_traffic_only": True,
        "minimum_tls_version": "TLS1_2",
    }
    return storage.StorageAccount(
        name,
        resource_group_name=group.name,
        location="westeurope",
        kind="StorageV2",
        sku={"name": "Standard_LRS"},
        **{**good, **inputs},
    )


def secret(name, value):
    return keyvault.Secret(
        name,
        resource_group_name=group.name,
        vault_name="plant",
        properties={"value": value, "attributes": {"expires": 1798675200}},
    )


def linked(name):
    return dps(name, iot_hubs=[{"location": "westeurope", "connection_string": KEY}])


FAULTS = {
    "hub-local-auth": lambda name: hub(name, disable_local_auth=False),
    "hub-old-tls": lambda name: hub(name, min_tls_version="1.0"),
    "hub-without-identity": lambda name: hub(name, identity=None),
    "hub-public-network": lambda name: hub(name, public_network_access="Enabled"),
    "credential-leak": lambda name: hub(name, tags={"service": KEY}),
    "dps-public-network": lambda name: dps(name, public_network_access="Enabled"),
    "dps-link-in-clear": linked,
    "kv-purge": lambda name: vault(name, enable_purge_protection=None),
    "kv-soft-delete-off": lambda name: vault(name, enable_soft_delete=False),
    "kv-public-network": lambda name: vault(name, public_network_access="Enabled"),
    "kv-secret-in-clear": lambda name: secret(name, "planted-value"),
    "st-shared-key": lambda name: account(name, allow_shared_key_access=True),
    "st-anonymous-blob": lambda name: account(name, allow_blob_public_access=True),
    "st-plain-http": lambda name: account(name, enable_https_traffic_only=False),
    "st-old-tls": lambda name: account(name, minimum_tls_version="TLS1_0"),
    "law-short-retention": lambda name: operationalinsights.Workspace(
        name,
        resource_group_name=group.name,
        location="westeurope",
        retention_in_days=30,
    ),
    "credential-in-output": lambda name: pulumi.export(name, KEY),
    "hub-without-logs": hub,
}

for fault in (pulumi.Config().get("faults") or "").split():
    FAULTS[fault](fault)
