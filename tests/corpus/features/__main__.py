"""One of everything that the SDK can do, so that nothing of it is lost on the way."""

import asyncio

import pulumi
import pulumi_azure_native as azure
from pulumi import ResourceOptions
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi_azure_native import authorization, iothub, keyvault, resources, storage


def tagged(args):
    if args.type_ == "azure-native:storage:StorageAccount":
        return pulumi.ResourceTransformResult(
            {**args.props, "tags": {"by": "stack transform"}}, args.opts
        )
    return None


async def renamed(args):
    await asyncio.sleep(0)
    return pulumi.InvokeTransformResult({**args.args, "keyName": "by-transform"}, args.opts)


async def shut(args):
    await asyncio.sleep(0)
    properties = {**args.props["properties"], "publicNetworkAccess": "Disabled"}
    return pulumi.ResourceTransformResult({**args.props, "properties": properties}, args.opts)


pulumi.runtime.register_resource_transform(tagged)
pulumi.runtime.register_invoke_transform(renamed)

config = pulumi.Config()
provider = azure.Provider(
    "plant",
    subscription_id="11111111-1111-1111-1111-111111111111",
    client_secret=config.require_secret("pin"),
)


class Plant(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("plant:index:Plant", name, {}, opts)
        child = ResourceOptions(parent=self)
        self.group = resources.ResourceGroup(f"{name}-group", opts=child)
        self.account = storage.StorageAccount(
            f"{name}account",
            resource_group_name=self.group.name,
            kind="StorageV2",
            sku={"name": "Standard_LRS"},
            opts=ResourceOptions(
                parent=self,
                protect=False,
                ignore_changes=["tags"],
                additional_secret_outputs=["primaryEndpoints"],
            ),
        )
        self.register_outputs({"account": self.account.name})


plant = Plant(
    "north",
    ResourceOptions(protect=True, providers=[provider], aliases=[pulumi.Alias(name="old")]),
)


def after(args):
    pulumi.log.info(f"after {args.name}")


for number in range(config.require_int("replicas")):
    iothub.IotHubResource(
        f"hub{number}",
        resource_group_name=plant.group.name,
        sku={"name": "S1", "capacity": 1},
        properties={"public_network_access": "Enabled"},
        opts=ResourceOptions(
            transforms=[shut],
            depends_on=[plant],
            hooks=pulumi.ResourceHookBinding(after_create=[pulumi.ResourceHook(f"h{number}", after)]),
        ),
    )

tenant = authorization.get_client_config().tenant_id
keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
    key_name="service", resource_group_name="known", resource_name="known"
)
network = pulumi.StackReference("acme/network/prod")
old = keyvault.Vault.get(
    "old", "/subscriptions/0/resourceGroups/r/providers/Microsoft.KeyVault/vaults/old"
)


class Provider(ResourceProvider):
    def create(self, props):
        return CreateResult("id", {})


class Dynamic(Resource):
    def __init__(self, name):
        super().__init__(Provider(), name, {"pin": config.require_secret("pin")})


Dynamic("dynamic")
storage.Blob(
    "blob",
    resource_group_name="r",
    account_name="a",
    container_name="c",
    source=pulumi.StringAsset("hello"),
)
plant.account.id.apply(lambda name: resources.ResourceGroup("made-in-apply"))

pulumi.export("subnet", network.get_output("subnetId"))
pulumi.export("vault", old.properties.vault_uri)
pulumi.export("plant", plant)
pulumi.export("pin", config.require_secret("pin"))
pulumi.export("tenant", tenant)


async def main():
    await asyncio.sleep(0)
    return {"later": 1}


pulumi.run(main)
