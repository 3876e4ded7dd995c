"""Which properties of which type decide about security: reviewed, by ARM path.

What lies below a path counts too. Names, places, sizes, tags and content are none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SECURITY: Final[Mapping[str, tuple[str, ...]]] = {
    "Microsoft.Devices/IotHubs": (
        "properties.disableLocalAuth",
        "properties.disableDeviceSAS",
        "properties.disableModuleSAS",
        "properties.authorizationPolicies",
        "properties.publicNetworkAccess",
        "properties.networkRuleSets",
        "properties.ipFilterRules",
        "properties.minTlsVersion",
        "properties.restrictOutboundNetworkAccess",
        "properties.allowedFqdnList",
        "properties.routing",
        "properties.storageEndpoints",
        "identity",
    ),
    "Microsoft.Devices/provisioningServices": (
        "properties.authorizationPolicies",
        "properties.publicNetworkAccess",
        "properties.ipFilterRules",
        "properties.iotHubs",
        "identity",
    ),
    "Microsoft.KeyVault/vaults": (
        "properties.accessPolicies",
        "properties.enableRbacAuthorization",
        "properties.enablePurgeProtection",
        "properties.enableSoftDelete",
        "properties.softDeleteRetentionInDays",
        "properties.enabledForDeployment",
        "properties.enabledForDiskEncryption",
        "properties.enabledForTemplateDeployment",
        "properties.publicNetworkAccess",
        "properties.networkAcls",
    ),
    "Microsoft.Storage/storageAccounts": (
        "properties.allowSharedKeyAccess",
        "properties.allowBlobPublicAccess",
        "properties.supportsHttpsTrafficOnly",
        "properties.minimumTlsVersion",
        "properties.publicNetworkAccess",
        "properties.networkAcls",
    ),
    "Microsoft.Storage/storageAccounts/blobServices/containers": ("properties.publicAccess",),
    "Microsoft.OperationalInsights/workspaces": (
        "properties.retentionInDays",
        "properties.workspaceCapping",
        "properties.features.disableLocalAuth",
        "properties.publicNetworkAccessForIngestion",
        "properties.publicNetworkAccessForQuery",
    ),
    "Microsoft.Insights/diagnosticSettings": (
        "properties.logs",
        "properties.workspaceId",
        "properties.storageAccountId",
        "properties.eventHubAuthorizationRuleId",
    ),
    "Microsoft.Authorization/locks": ("properties.level",),
    "Microsoft.Authorization/roleAssignments": (
        "properties.roleDefinitionId",
        "properties.principalId",
        "properties.condition",
    ),
    "Microsoft.Authorization/roleDefinitions": (
        "properties.permissions",
        "properties.assignableScopes",
    ),
}
