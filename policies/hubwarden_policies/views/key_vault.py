"""Microsoft.KeyVault/vaults, their secrets and their keys."""

from __future__ import annotations

from typing import ClassVar

from hubwarden_policies.views import ResourceView, View, same
from hubwarden_policies.views.text import Text


class VaultIpRule(View):
    """A range that a vault's firewall lets in."""

    value: str | None = None


class VaultFirewall(View):
    """Who reaches the public endpoint. A firewall without a default action denies nobody."""

    default_action: str | None = None
    ip_rules: tuple[VaultIpRule, ...] = ()


class Permissions(View):
    """What an access policy allows, by what it is about."""

    KINDS: ClassVar[tuple[str, ...]] = ("keys", "secrets", "certificates", "storage")

    keys: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()

    def given(self) -> tuple[str, ...]:
        """The kinds that are named at all."""
        return tuple(kind for kind in self.KINDS if self.raw(kind) is not None)


class AccessPolicy(View):
    """Somebody's permissions in a vault that does not go by roles."""

    permissions: Permissions = Permissions({})


class VaultProperties(View):
    """What rules read of a vault. Azure keeps deleted secrets unless it is told not to; an absent
    switch of the others is off.
    """

    enable_soft_delete: bool = True
    soft_delete_retention_in_days: int = 90
    enable_purge_protection: bool = False
    enable_rbac_authorization: bool = False
    enabled_for_deployment: bool = False
    enabled_for_disk_encryption: bool = False
    enabled_for_template_deployment: bool = False
    access_policies: tuple[AccessPolicy, ...] = ()
    public_network_access: str | None = None
    network_acls: VaultFirewall = VaultFirewall({})


class Vault(ResourceView):
    """A key vault."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.KeyVault/vaults",)

    properties: VaultProperties = VaultProperties({})


class Attributes(View):
    """What Azure keeps beside a secret or key; `exp` is in seconds since 1970."""

    exp: int | None = None


class AccessProperties(VaultProperties):
    """What gives permissions. ARM has a list in every body; azure-native has a `policy` where one
    entry of the list is a resource of its own.
    """

    policy: AccessPolicy | None = None


class VaultAccess(ResourceView):
    """A vault with its list of access policies, or one entry of such a list by itself."""

    arm_types: ClassVar[tuple[str, ...]] = (
        *Vault.arm_types,
        "Microsoft.KeyVault/vaults/accessPolicies",
    )

    properties: AccessProperties = AccessProperties({})

    def policies(self) -> tuple[AccessPolicy, ...]:
        """The entries, of whichever kind."""
        alone = self.properties.policy
        return self.properties.access_policies if alone is None else (alone,)


class SecretProperties(View):
    """What rules read of a secret."""

    attributes: Attributes = Attributes({})
    value: Text | None = None


class VaultSecret(ResourceView):
    """A secret in a vault."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.KeyVault/vaults/secrets",)

    properties: SecretProperties = SecretProperties({})


class Action(View):
    """What happens to a key at some time of its life."""

    type: str | None = None


class LifetimeAction(View):
    """What happens to a key, and when."""

    action: Action = Action({})

    def rotates(self) -> bool:
        """Whether the key gets a new version; the other kind sends a notice."""
        return same(self.action.type, "rotate")


class RotationPolicy(View):
    """What happens to a key in its life. Its expiry is that of versions made by rotation."""

    lifetime_actions: tuple[LifetimeAction, ...] = ()


class KeyProperties(View):
    """What rules read of a key."""

    attributes: Attributes = Attributes({})
    rotation_policy: RotationPolicy = RotationPolicy({})


class VaultKey(ResourceView):
    """A key in a vault."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.KeyVault/vaults/keys",)

    properties: KeyProperties = KeyProperties({})
