"""Microsoft.KeyVault/vaults and their secrets."""

from __future__ import annotations

from typing import ClassVar

from hubwarden_policies.views import ResourceView, View
from hubwarden_policies.views.text import Text


class VaultIpRule(View):
    """A range that a vault's firewall lets in."""

    value: str | None = None


class VaultFirewall(View):
    """Who reaches the public endpoint. A firewall without a default action denies nobody."""

    default_action: str | None = None
    ip_rules: tuple[VaultIpRule, ...] = ()


class VaultProperties(View):
    """What rules read of a vault. Azure keeps deleted secrets unless it is told not to."""

    enable_soft_delete: bool = True
    soft_delete_retention_in_days: int = 90
    enable_purge_protection: bool = False
    enable_rbac_authorization: bool = False
    public_network_access: str | None = None
    network_acls: VaultFirewall = VaultFirewall({})


class Vault(ResourceView):
    """A key vault."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.KeyVault/vaults",)

    properties: VaultProperties = VaultProperties({})


class SecretProperties(View):
    """What rules read of a secret."""

    value: Text | None = None


class VaultSecret(ResourceView):
    """A secret in a vault."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.KeyVault/vaults/secrets",)

    properties: SecretProperties = SecretProperties({})
