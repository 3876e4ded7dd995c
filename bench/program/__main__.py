"""A group, a workspace, and pairs of a hub or a vault with its diagnostic setting."""

import pulumi
from pulumi_azure_native import iothub, keyvault, monitor, operationalinsights, resources

wanted = pulumi.Config().require_int("resources")
group = resources.ResourceGroup("group")
workspace = operationalinsights.Workspace("logs", resource_group_name=group.name)


def _hub(name: str) -> pulumi.CustomResource:
    return iothub.IotHubResource(
        name,
        resource_group_name=group.name,
        sku=iothub.IotHubSkuInfoArgs(name=iothub.IotHubSku.S1, capacity=1),
        properties=iothub.IotHubPropertiesArgs(
            disable_local_auth=True,
            min_tls_version="1.2",
            public_network_access=iothub.PublicNetworkAccess.DISABLED,
        ),
    )


def _vault(name: str) -> pulumi.CustomResource:
    return keyvault.Vault(
        name,
        resource_group_name=group.name,
        properties=keyvault.VaultPropertiesArgs(
            tenant_id="11111111-2222-3333-4444-555555555555",
            sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
            enable_purge_protection=True,
            enable_rbac_authorization=True,
            public_network_access="Disabled",
        ),
    )


for number in range((wanted - 2) // 2):
    made = _vault(f"vault{number}") if number % 2 else _hub(f"hub{number}")
    monitor.DiagnosticSetting(
        f"log{number}",
        resource_uri=made.id,
        workspace_id=workspace.id,
        logs=[{"category_group": "allLogs", "enabled": True}],
    )
