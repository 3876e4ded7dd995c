import pulumi
from pulumi_azure_native import iothub, keyvault, resources

config = pulumi.Config()
group = resources.ResourceGroup("plant")
settings = pulumi.Output.all(tls="1.2", access=pulumi.Output.from_input("Enabled"), keys=True)
hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku={"name": "S1", "capacity": 1},
    properties={
        "min_tls_version": settings["tls"],
        "public_network_access": settings["access"],
        "disable_local_auth": settings.apply(lambda said: not said["keys"]),
    },
    tags={"place": pulumi.Output.all(group.name, "oslo").apply("-".join)},
)
keyvault.Vault(
    "backend",
    resource_group_name=group.name,
    properties={
        "tenant_id": pulumi.Output.from_input(config.require("tenant")),
        "sku": {"family": "A", "name": "standard"},
        "enable_rbac_authorization": pulumi.Output.from_input(True),
    },
)
keys = iothub.list_iot_hub_resource_keys_for_key_name_output("service", group.name, hub.name)
pulumi.export("key", pulumi.Output.format("{0}", keys.primary_key))
