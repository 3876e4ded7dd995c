"""Checkov's checks of the ARM types that hubwarden judges, reviewed one by one.

A check that fails what is right is hidden, with the reason: advice that is wrong once is not read
again. So is one that asks what another one asks. Which of our rules a check is equal to, the
catalogue says (`catalogue.peers`).
"""

from __future__ import annotations

from typing import Final

from hubwarden_policies.record import record
from hubwarden_policies.rule import INFO, LOW, MEDIUM, Severity

# The version whose checks were read for this table; another one may ask something else.
CHECKOV: Final = "3.3.30"


@record
class Reviewed:
    """One check: Checkov's module that has it, how bad a failure is, or why it is `hidden`."""

    module: str
    severity: Severity = LOW
    hidden: str | None = None


def _hidden(module: str, reason: str) -> Reviewed:
    return Reviewed(module, hidden=reason)


TABLE: Final = {
    # Key Vault
    "CKV_AZURE_40": _hidden("KeyExpirationDate", "it fails a key that has `attributes.exp`"),
    "CKV_AZURE_41": Reviewed("SecretExpirationDate", MEDIUM),
    "CKV_AZURE_42": _hidden(
        "KeyvaultRecoveryEnabled", "it fails a vault that leaves soft delete at its default, on"
    ),
    "CKV_AZURE_109": _hidden(
        "KeyVaultEnablesFirewallRulesSettings", "it fails a vault whose public network is off"
    ),
    "CKV_AZURE_110": Reviewed("KeyVaultEnablesPurgeProtection", MEDIUM),
    "CKV_AZURE_111": Reviewed("KeyVaultEnablesSoftDelete", MEDIUM),
    "CKV_AZURE_112": _hidden("KeyBackedByHSM", "it fails every key in a vault that has no HSM"),
    "CKV_AZURE_114": Reviewed("SecretContentType", INFO),
    "CKV_AZURE_189": _hidden(
        "KeyVaultDisablesPublicNetworkAccess", "any IP rule passes, 0.0.0.0/0 too"
    ),
    # Storage
    "CKV_AZURE_3": Reviewed("StorageAccountsTransportEncryption", MEDIUM),
    "CKV_AZURE_34": Reviewed("StorageBlobServiceContainerPrivateAccess", MEDIUM),
    "CKV_AZURE_35": Reviewed("StorageAccountDefaultNetworkAccessDeny"),
    "CKV_AZURE_36": _hidden(
        "StorageAccountAzureServicesAccessEnabled", "it passes an account that is open to everyone"
    ),
    "CKV_AZURE_43": _hidden("StorageAccountName", "Pulumi makes the name, Azure refuses a bad one"),
    "CKV_AZURE_44": _hidden("StorageAccountMinimumTlsVersion", "it fails TLS 1.3"),
    "CKV_AZURE_59": Reviewed("StorageAccountDisablePublicAccess"),
    "CKV_AZURE_206": _hidden(
        "StorageAccountsUseReplication", "it fails zone redundancy, and is no matter of security"
    ),
    # Event Grid and Event Hubs
    "CKV_AZURE_191": Reviewed("EventgridTopicIdentityProviderEnabled"),
    "CKV_AZURE_192": Reviewed("EventgridTopicLocalAuthentication", MEDIUM),
    "CKV_AZURE_193": Reviewed("EventgridTopicNetworkAccess", MEDIUM),
    "CKV_AZURE_223": Reviewed("EventHubNamespaceMinTLS12", MEDIUM),
    # Roles and logs
    "CKV_AZURE_37": Reviewed("MonitorLogProfileRetentionDays"),
    "CKV_AZURE_38": Reviewed("MonitorLogProfileCategories"),
    "CKV_AZURE_39": Reviewed("CustomRoleDefinitionSubscriptionOwner", MEDIUM),
    # Defender for Cloud
    "CKV_AZURE_19": Reviewed("SecurityCenterStandardPricing"),
    "CKV_AZURE_20": Reviewed("SecurityCenterContactPhone", INFO),
    "CKV_AZURE_21": _hidden(
        "SecurityCenterContactEmailAlert", "it fails every API version since 2020"
    ),
    "CKV_AZURE_22": _hidden(
        "SecurityCenterContactEmailAlertAdmins", "it fails every API version since 2020"
    ),
    "CKV_AZURE_79": _hidden(
        "AzureDefenderOnSqlServersVMS", "it reads `tier`, which no plan has, and fails a good one"
    ),
    "CKV_AZURE_84": _hidden("AzureDefenderOnStorage", "it takes every plan for the one of Storage"),
    "CKV_AZURE_85": Reviewed("AzureDefenderOnKubernetes"),
    "CKV_AZURE_87": _hidden("AzureDefenderOnKeyVaults", "it fails every plan of another service"),
    # Virtual networks
    "CKV_AZURE_182": Reviewed("VnetSingleDNSServer", INFO),
    "CKV_AZURE_183": _hidden("VnetLocalDNS", "it fails Azure's own resolver and a hub network's"),
    # Web apps
    "CKV_AZURE_14": Reviewed("AppServiceHTTPSOnly", MEDIUM),
    "CKV_AZURE_15": _hidden("AppServiceMinTLSVersion", "it fails a site at its default, TLS 1.2"),
    "CKV_AZURE_16": _hidden("AppServiceIdentity", "it fails a site with both kinds of identity"),
    "CKV_AZURE_17": Reviewed("AppServiceClientCertificate", INFO),
    "CKV_AZURE_18": _hidden("AppServiceHttps20Enabled", "it asks what CKV_AZURE_67 asks"),
    "CKV_AZURE_57": Reviewed("AppServiceDisallowCORS", MEDIUM),
    "CKV_AZURE_62": _hidden("FunctionAppDisallowCORS", "it asks what CKV_AZURE_57 asks"),
    "CKV_AZURE_67": Reviewed("FunctionAppHttpVersionLatest", INFO),
    "CKV_AZURE_70": _hidden("FunctionAppsAccessibleOverHttps", "it asks what CKV_AZURE_14 asks"),
    "CKV_AZURE_71": Reviewed("AppServiceIdentityProviderEnabled"),
    "CKV_AZURE_72": Reviewed("AppServiceRemoteDebuggingNotEnabled", MEDIUM),
    "CKV_AZURE_78": Reviewed("AppServiceFTPSState"),
    "CKV_AZURE_81": _hidden("AppServicePHPVersion", "its list of versions ends at PHP 8.2"),
    "CKV_AZURE_82": _hidden("AppServicePythonVersion", "its list of versions ends at Python 3.12"),
    "CKV_AZURE_83": _hidden("AppServiceJavaVersion", "it reads a property that no site has"),
    "CKV_AZURE_145": Reviewed("FunctionAppMinTLSVersion", MEDIUM),
    "CKV_AZURE_153": _hidden("AppServiceSlotHTTPSOnly", "it asks what CKV_AZURE_14 asks"),
    "CKV_AZURE_155": _hidden("AppServiceSlotDebugDisabled", "it asks what CKV_AZURE_72 asks"),
    "CKV_AZURE_212": _hidden("AppServiceInstanceMinimum", "the number of workers is the plan's"),
    "CKV_AZURE_213": Reviewed("AppServiceSetHealthCheck", INFO),
    "CKV_AZURE_222": Reviewed("AppServicePublicAccessDisabled"),
}


def source(check: str) -> str:
    """Where one can read what a check asks: Checkov has no page of its own for it."""
    path = f"checkov/arm/checks/resource/{TABLE[check].module}.py"
    return f"https://github.com/bridgecrewio/checkov/blob/{CHECKOV}/{path}"
