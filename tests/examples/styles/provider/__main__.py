import pulumi
import pulumi_azure_native as azure
from pulumi_azure_native import iothub, keyvault, resources

config = pulumi.Config()
provider = azure.Provider("oslo", subscription_id="99999999-8888-7777-6666-555555555555")
here = pulumi.ResourceOptions(provider=provider)
group = resources.ResourceGroup("plant", location="norwayeast", opts=here)
hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku={"name": "S1", "capacity": 1},
    properties={
        "min_tls_version": "1.2",
        "public_network_access": "Enabled",
        "disable_local_auth": False,
    },
    opts=here,
)
keyvault.Vault(
    "backend",
    resource_group_name=group.name,
    properties={
        "tenant_id": config.require("tenant"),
        "sku": {"family": "A", "name": "standard"},
        "enable_rbac_authorization": True,
    },
    opts=here,
)
keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
    "service", group.name, hub.name, opts=pulumi.InvokeOptions(provider=provider)
)
pulumi.export("key", keys.primary_key)
