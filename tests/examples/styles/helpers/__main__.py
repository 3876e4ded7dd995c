import pulumi
from plant import key_of, make_hub, make_vault
from pulumi_azure_native import resources

group = resources.ResourceGroup("plant")
hub = make_hub("telemetry", group, min_tls_version="1.2")
make_vault("backend", group, pulumi.Config().require("tenant"))
pulumi.export("key", key_of(hub, group, "service"))
