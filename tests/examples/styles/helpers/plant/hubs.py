from pulumi_azure_native import iothub

DEFAULTS = {"public_network_access": "Enabled", "disable_local_auth": False}


def make_hub(name, group, **properties):
    return iothub.IotHubResource(
        name,
        resource_group_name=group.name,
        sku={"name": "S1", "capacity": 1},
        properties={**DEFAULTS, **properties},
    )


def key_of(hub, group, policy):
    return iothub.list_iot_hub_resource_keys_for_key_name_output(
        policy, group.name, hub.name
    ).primary_key
