"""Key Vault: what is lost, and who may read."""

from __future__ import annotations

from hubwarden_policies.rule import HIGH, LOW, Verdicts, rule
from hubwarden_policies.views.key_vault import Vault

# Azure's own default, and the longest that it offers.
LONGEST_RETENTION = 90


@rule(
    "Key vault forgets deleted secrets at once",
    severity=HIGH,
    practices=("P2",),
    fix=(
        "Leave `enable_soft_delete` out or set it to True in `VaultPropertiesArgs`. The vault is "
        "changed in place, and Azure never lets it be turned off again."
    ),
    covers=("kv-soft-delete",),
    maps={"MCSB v1": ("DP-8",)},
)
def kv_soft_delete_off(vault: Vault) -> Verdicts:
    """
    Without soft delete one wrong command, or one stolen login, destroys every key and secret of
    the fleet for good. Azure keeps deleted secrets unless it is told not to, so a vault that says
    nothing passes.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "enable_soft_delete": False,
            },
        )

    Good::

        keyvault.Vault(
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
            },
        )
    """
    if not vault.properties.enable_soft_delete:
        yield vault.violation("properties.enableSoftDelete", "deleted secrets are gone at once")


@rule(
    "Key vault keeps deleted secrets for a short time only",
    severity=LOW,
    practices=("P2",),
    fix=(
        "Leave `soft_delete_retention_in_days` out: Azure's default is 90. The time is fixed when "
        "a vault is made; an existing vault keeps its own, and a new one needs another name."
    ),
    covers=("kv-soft-delete-days",),
    maps={"MCSB v1": ("DP-8",)},
)
def kv_short_retention(vault: Vault) -> Verdicts:
    """
    A deletion is often noticed when the next certificate has to be renewed, months later.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "soft_delete_retention_in_days": 7,
            },
        )

    Good::

        keyvault.Vault(
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
            },
        )
    """
    days = vault.properties.soft_delete_retention_in_days
    if days < LONGEST_RETENTION:
        yield vault.violation(
            "properties.softDeleteRetentionInDays", f"deleted secrets are kept for {days} days only"
        )


@rule(
    "Key vault can be purged",
    severity=HIGH,
    practices=("P2",),
    fix=(
        "Set `enable_purge_protection=True` in `VaultPropertiesArgs`. The vault is changed in "
        "place, and Azure never lets it be turned off again: the vault's name stays taken for the "
        "retention time after a deletion."
    ),
    covers=("kv-purge-protection",),
    maps={"MCSB v1": ("DP-8",)},
)
def kv_purge(vault: Vault) -> Verdicts:
    """
    Soft delete protects against a mistake. Only purge protection protects against somebody who
    deletes and then purges: without it the secrets are gone for good, and with them the fleet.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
            },
        )

    Good::

        keyvault.Vault(
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "enable_purge_protection": True,
            },
        )
    """
    if not vault.properties.enable_purge_protection:
        yield vault.violation(
            "properties.enablePurgeProtection", "deleted secrets can be purged before their time"
        )


@rule(
    "Key vault gives access by access policies",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        "Set `enable_rbac_authorization=True` in `VaultPropertiesArgs`, after roles such as Key "
        "Vault Secrets User are assigned: access policies stop counting at once. The vault is "
        "changed in place."
    ),
    covers=("kv-rbac-authorization",),
    maps={"MCSB v1": ("IM-1", "PA-7")},
)
def kv_access_policies(vault: Vault) -> Verdicts:
    """
    An access policy is a list inside the vault. It gives rights on all secrets at once, it knows
    no conditions and no expiry, and every contributor of the resource group can add himself to
    it. Role assignments name one secret, show up in every access review, and need somebody who may
    assign roles.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
            },
        )

    Good::

        keyvault.Vault(
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "enable_rbac_authorization": True,
            },
        )
    """
    if not vault.properties.enable_rbac_authorization:
        yield vault.violation(
            "properties.enableRbacAuthorization", "access is given by access policies"
        )
