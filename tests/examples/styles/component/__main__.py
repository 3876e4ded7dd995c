from dataclasses import dataclass

import pulumi
from pulumi_azure_native import iothub, keyvault, resources


@dataclass
class PlantArgs:
    tenant: pulumi.Input[str]
    tls: pulumi.Input[str] = "1.2"


class Plant(pulumi.ComponentResource):
    def __init__(self, name: str, args: PlantArgs, opts: pulumi.ResourceOptions | None = None):
        super().__init__("acme:index:Plant", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.group = resources.ResourceGroup("plant", opts=child)
        self.hub = iothub.IotHubResource(
            "telemetry",
            resource_group_name=self.group.name,
            sku=iothub.IotHubSkuInfoArgs(name="S1", capacity=1),
            properties={
                "min_tls_version": args.tls,
                "public_network_access": "Enabled",
                "disable_local_auth": False,
            },
            opts=child,
        )
        keyvault.Vault(
            "backend",
            resource_group_name=self.group.name,
            properties={
                "tenant_id": args.tenant,
                "sku": {"family": "A", "name": "standard"},
                "enable_rbac_authorization": True,
            },
            opts=child,
        )
        self.key = iothub.list_iot_hub_resource_keys_for_key_name_output(
            "service", self.group.name, self.hub.name, opts=pulumi.InvokeOutputOptions(parent=self)
        ).primary_key
        self.register_outputs({})


plant = Plant("oslo", PlantArgs(tenant=pulumi.Config().require("tenant")))
pulumi.export("key", plant.key)
