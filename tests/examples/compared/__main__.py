"""The deployment on which the README compares tools; the key is planted and opens nothing."""

from pulumi_azure_native import deviceprovisioningservices as dps
from pulumi_azure_native import iothub, resources

KEY = "UGxhbnRlZEZvckFUZXN0" * 2 + "UGw="

group = resources.ResourceGroup("plant")
iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    sku={"name": "S1", "capacity": 1},
    properties={
        "public_network_access": "Enabled",
        "disable_local_auth": False,
        "min_tls_version": "1.0",
        "authorization_policies": [
            {
                "key_name": "service",
                "primary_key": KEY,
                "rights": "RegistryWrite, ServiceConnect, DeviceConnect",
            }
        ],
    },
)
dps.IotDpsResource(
    "enrolment",
    resource_group_name=group.name,
    sku={"name": "S1", "capacity": 1},
    properties={
        "public_network_access": "Enabled",
        "iot_hubs": [
            {
                "connection_string": "HostName=telemetry.azure-devices.net;"
                f"SharedAccessKeyName=iothubowner;SharedAccessKey={KEY}",
                "location": "westeurope",
            }
        ],
    },
)
