"""The clouds of Azure and the names that differ between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Cloud:
    """Names of one cloud: hosts without scheme, except `arm`; scopes as Entra ID takes them."""

    name: str
    authority: str
    arm: str
    arm_scope: str
    hub_suffix: str
    dps_suffix: str
    vault_suffix: str
    blob_suffix: str
    hub_scope: str
    dps_scope: str


# Authorities: azure.identity.AzureAuthorityHosts 1.27; hosts: Azure's pages on each cloud's private
# DNS zones. The hub's scope is the same everywhere but in usgov, as Microsoft's service SDKs for
# Node, .NET and Java have it; that the scope of DPS follows the same pattern is not known.
CLOUDS: Final = {
    cloud.name: cloud
    for cloud in (
        Cloud(
            name="public",
            authority="login.microsoftonline.com",
            arm="https://management.azure.com",
            arm_scope="https://management.azure.com/.default",
            hub_suffix="azure-devices.net",
            dps_suffix="azure-devices-provisioning.net",
            vault_suffix="vault.azure.net",
            blob_suffix="blob.core.windows.net",
            hub_scope="https://iothubs.azure.net/.default",
            dps_scope="https://azure-devices-provisioning.net/.default",
        ),
        Cloud(
            name="usgov",
            authority="login.microsoftonline.us",
            arm="https://management.usgovcloudapi.net",
            arm_scope="https://management.usgovcloudapi.net/.default",
            hub_suffix="azure-devices.us",
            dps_suffix="azure-devices-provisioning.us",
            vault_suffix="vault.usgovcloudapi.net",
            blob_suffix="blob.core.usgovcloudapi.net",
            hub_scope="https://iothubs.azure.us/.default",
            dps_scope="https://azure-devices-provisioning.us/.default",
        ),
        Cloud(
            name="china",
            authority="login.chinacloudapi.cn",
            arm="https://management.chinacloudapi.cn",
            arm_scope="https://management.chinacloudapi.cn/.default",
            hub_suffix="azure-devices.cn",
            dps_suffix="azure-devices-provisioning.cn",
            vault_suffix="vault.azure.cn",
            blob_suffix="blob.core.chinacloudapi.cn",
            hub_scope="https://iothubs.azure.net/.default",
            dps_scope="https://azure-devices-provisioning.net/.default",
        ),
    )
}
