import pulumi
from pulumi_azure_native import iothub, keyvault, resources

tenant = pulumi.Config().require("tenant")
group = resources.ResourceGroup("plant")
hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name.apply(lambda name: name),
    sku={"name": "S1", "capacity": 1},
    properties=pulumi.Output.from_input("1.2").apply(
        lambda tls: {
            "min_tls_version": tls,
            "public_network_access": "Enabled",
            "disable_local_auth": False,
        }
    ),
)


def vault(group_name):
    keyvault.Vault(
        "backend",
        resource_group_name=group_name,
        properties={
            "tenant_id": tenant,
            "sku": {"family": "A", "name": "standard"},
            "enable_rbac_authorization": True,
        },
    )


group.name.apply(vault)


async def key(names):
    keys = iothub.list_iot_hub_resource_keys_for_key_name("service", names[0], names[1])
    return keys.primary_key


pulumi.export("key", pulumi.Output.all(group.name, hub.name).apply(key))
