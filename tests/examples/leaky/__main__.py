"""A hub for the plant's machines, a service that enrols them, a vault for what the backend needs."""

import pulumi
from pulumi_azure_native import deviceprovisioningservices, iothub, keyvault, resources

config = pulumi.Config()
group = resources.ResourceGroup("plant")

hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku=iothub.IotHubSkuInfoArgs(name=iothub.IotHubSku.S1, capacity=1),
    properties=iothub.IotHubPropertiesArgs(min_tls_version="1.2"),
)

owner = iothub.list_iot_hub_resource_keys_for_key_name_output(
    key_name="iothubowner",
    resource_group_name=group.name,
    resource_name=hub.name,
)
connection = pulumi.Output.format(
    "HostName={}.azure-devices.net;SharedAccessKeyName={};SharedAccessKey={}",
    hub.name,
    owner.key_name,
    owner.primary_key,
)

deviceprovisioningservices.IotDpsResource(
    "enrolment",
    resource_group_name=group.name,
    sku=deviceprovisioningservices.IotDpsSkuInfoArgs(
        name=deviceprovisioningservices.IotDpsSku.S1, capacity=1
    ),
    properties=deviceprovisioningservices.IotDpsPropertiesDescriptionArgs(
        iot_hubs=[
            deviceprovisioningservices.IotHubDefinitionDescriptionArgs(
                connection_string=connection,
                location=group.location,
            )
        ],
    ),
)

vault = keyvault.Vault(
    "backend",
    resource_group_name=group.name,
    properties=keyvault.VaultPropertiesArgs(
        tenant_id=config.require("tenant"),
        sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
        enable_rbac_authorization=True,
    ),
)
keyvault.Secret(
    "hub",
    resource_group_name=group.name,
    vault_name=vault.name,
    properties=keyvault.SecretPropertiesArgs(value=connection),
)

pulumi.export("hub", hub.name)
pulumi.export("connection", connection)
