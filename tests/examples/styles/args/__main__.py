import pulumi
from pulumi_azure_native import iothub, keyvault, resources

config = pulumi.Config()
group = resources.ResourceGroup("plant")
hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku=iothub.IotHubSkuInfoArgs(name=iothub.IotHubSku.S1, capacity=1),
    properties=iothub.IotHubPropertiesArgs(
        min_tls_version="1.2",
        public_network_access=iothub.PublicNetworkAccess.ENABLED,
        disable_local_auth=False,
    ),
)
keyvault.Vault(
    "backend",
    keyvault.VaultArgs(
        resource_group_name=group.name,
        properties=keyvault.VaultPropertiesArgs(
            tenant_id=config.require("tenant"),
            sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
            enable_rbac_authorization=True,
        ),
    ),
)
keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
    key_name="service", resource_group_name=group.name, resource_name=hub.name
)
pulumi.export("key", keys.primary_key)
