import pulumi
from pulumi_azure_native import iothub, keyvault, resources

config = pulumi.Config()
group = resources.ResourceGroup("plant")
hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku={"name": "S1", "capacity": 1},
    properties={
        "min_tls_version": "1.2",
        "public_network_access": "Enabled",
        "disable_local_auth": False,
    },
)
keyvault.Vault(
    "backend",
    resource_group_name=group.name,
    properties={
        "tenant_id": config.require("tenant"),
        "sku": {"family": "A", "name": "standard"},
        "enable_rbac_authorization": True,
    },
)
pulumi.export(
    "key",
    iothub.list_iot_hub_resource_keys_for_key_name_output(
        "service", group.name, hub.name
    ).primary_key,
)
