import pulumi
from pulumi_azure_native import iothub, keyvault, resources

config = pulumi.Config()
group = resources.ResourceGroup("plant")
hubs = {
    hub["name"]: iothub.IotHubResource(
        hub["name"],
        resource_group_name=group.name,
        sku={"name": "S1", "capacity": 1},
        properties={
            "min_tls_version": hub["tls"],
            "public_network_access": "Enabled" if hub["public"] else "Disabled",
            "disable_local_auth": hub.get("private", False),
        },
    )
    for hub in config.require_object("hubs")
}
for name in config.require_object("vaults"):
    keyvault.Vault(
        name,
        resource_group_name=group.name,
        properties={
            "tenant_id": config.require("tenant"),
            "sku": {"family": "A", "name": "standard"},
            "enable_rbac_authorization": True,
        },
    )
for hub in hubs.values():
    keys = iothub.list_iot_hub_resource_keys_for_key_name_output("service", group.name, hub.name)
    pulumi.export("key", keys.primary_key)
