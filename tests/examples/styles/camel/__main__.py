import pulumi
from pulumi_azure_native import iothub, keyvault, resources

group = resources.ResourceGroup("plant")
hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku={"name": "S1", "capacity": 1},
    properties={
        "minTlsVersion": "1.2",
        "publicNetworkAccess": "Enabled",
        "disableLocalAuth": False,
    },
)
keyvault.Vault(
    "backend",
    resource_group_name=group.name,
    properties={
        "tenantId": pulumi.Config("plant").require("tenant"),
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
    },
)
keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
    "service", group.name, hub.name
)
pulumi.export("key", keys.apply(lambda found: found.primary_key))
