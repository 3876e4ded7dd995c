import pulumi
from pulumi_azure_native import iothub, keyvault, resources


def loosen(args):
    if args.type_ != "azure-native:iothub:IotHubResource":
        return None
    properties = {**args.props["properties"], "disableLocalAuth": False}
    return pulumi.ResourceTransformResult({**args.props, "properties": properties}, args.opts)


async def expose(args):
    properties = {**args.props["properties"], "publicNetworkAccess": "Enabled"}
    return pulumi.ResourceTransformResult({**args.props, "properties": properties}, args.opts)


pulumi.runtime.register_stack_transform(loosen)
group = resources.ResourceGroup("plant")
hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku={"name": "S1", "capacity": 1},
    properties={
        "min_tls_version": "1.2",
        "public_network_access": "Disabled",
        "disable_local_auth": True,
    },
    opts=pulumi.ResourceOptions(transforms=[expose]),
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
