"""Uses as many credentials as the leaky program, and lets none of them out in clear."""

import base64
import hashlib
import json
import os
import subprocess
import tempfile
import uuid

import pulumi
from pulumi_azure_native import (
    applicationinsights,
    authorization,
    deviceprovisioningservices,
    iothub,
    keyvault,
    resources,
    storage,
    web,
)

config = pulumi.Config()
client = authorization.get_client_config()
group = resources.ResourceGroup("plant")
hub = iothub.IotHubResource("hub", resource_group_name=group.name, sku={"name": "S1", "capacity": 1})
key = pulumi.Output.secret(
    iothub.list_iot_hub_resource_keys_for_key_name_output(
        key_name="service", resource_group_name=group.name, resource_name=hub.name
    ).primary_key
)
connection = pulumi.Output.concat(
    "HostName=", hub.name, ".azure-devices.net;SharedAccessKeyName=service;SharedAccessKey=", key
)

# What is secret stays so, whatever is made of it.
vault = keyvault.Vault(
    "vault",
    resource_group_name=group.name,
    properties={"tenant_id": client.tenant_id, "sku": {"family": "A", "name": "standard"}},
)
for name, value in {
    "plain": connection,
    "encoded": connection.apply(lambda s: base64.b64encode(s.encode()).decode()),
    "json": pulumi.Output.json_dumps({"hub": connection}),
    "password": config.require_secret("password"),
    "mail": config.require_secret_object("mail").apply(lambda mail: mail["user"] + mail["password"]),
    "database": config.require_secret_object("database").apply(json.dumps),
}.items():
    keyvault.Secret(
        name,
        resource_group_name=group.name,
        vault_name=vault.name,
        properties={"value": value},
    )
deviceprovisioningservices.IotDpsResource(
    "dps",
    resource_group_name=group.name,
    sku={"name": "S1", "capacity": 1},
    properties={"iot_hubs": [{"connection_string": connection, "location": group.location}]},
)
component = applicationinsights.Component(
    "insights", resource_group_name=group.name, kind="web", application_type="web",
    ingestion_mode="ApplicationInsights",
)
web.WebApp(
    "app",
    resource_group_name=group.name,
    site_config={
        "app_settings": [
            {"name": "HUB", "value": connection},
            {"name": "APPLICATIONINSIGHTS_CONNECTION_STRING", "value": component.connection_string},
            {"name": "PIN", "value": config.require_secret_int("pin").apply(str)},
        ]
    },
)
pulumi.export("connection", connection)
pulumi.export("password", config.require_secret("password"))
pulumi.export("inside", {"key": key, "hub": hub.name})
other = pulumi.StackReference("acme/network/prod")
pulumi.export("otherKey", other.get_output("primaryKey"))
pulumi.export("subnet", other.require_output("subnetId"))

# What is no credential, though it is made of one or looks like one.
pulumi.export("hub", hub.name)
pulumi.export("hubId", hub.id)
pulumi.export("host", hub.properties.host_name)
pulumi.export("hubProperties", hub.properties)
pulumi.export("account", storage.StorageAccount(
    "uploads", resource_group_name=group.name, sku={"name": "Standard_LRS"}, kind="StorageV2"
).primary_endpoints)
pulumi.export("tenant", client.tenant_id)
pulumi.export("policy", pulumi.Output.unsecret(connection).apply(lambda s: s.split(";")[1]))
pulumi.export("length", pulumi.Output.unsecret(key.apply(len)))
pulumi.export("version", pulumi.Output.unsecret(key.apply(lambda s: hashlib.sha256(s.encode()).hexdigest()[:8])))
pulumi.export("debug", config.require_bool("debug"))
pulumi.export("noise", base64.b64encode(hashlib.sha512(b"noise").digest()).decode())
pulumi.export("digest", hashlib.sha256(b"package").hexdigest())
pulumi.export("uuid", str(uuid.uuid5(uuid.NAMESPACE_URL, "plant")))
key.apply(lambda s: pulumi.log.info(f"the key has {len(s)} characters"))
hub.name.apply(lambda s: print("hub", s))
connection.apply(lambda s: subprocess.run(["true", s.split(";")[0]], check=False))
with open(os.path.join(tempfile.mkdtemp(), "settings.json"), "w") as file:
    json.dump({"noise": base64.b64encode(os.urandom(64)).decode()}, file)
