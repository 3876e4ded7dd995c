"""Key Vault: what access policies and Azure's own services may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from hubwarden_policies.rule import HIGH, MEDIUM, Verdicts, each, rule
from hubwarden_policies.views.key_vault import AccessPolicy, Vault, VaultAccess, VaultProperties

_WIDE: Final = ("all", "purge")
# ARM's name, how a rule reads it, and what it means where it is on.
_Switch = tuple[str, Callable[[VaultProperties], bool], str]
_SWITCHES: Final[tuple[_Switch, ...]] = (
    (
        "enabledForDeployment",
        lambda vault: vault.enabled_for_deployment,
        "virtual machines may take certificates out of the vault",
    ),
    (
        "enabledForDiskEncryption",
        lambda vault: vault.enabled_for_disk_encryption,
        "Azure Disk Encryption may take secrets out of the vault",
    ),
    (
        "enabledForTemplateDeployment",
        lambda vault: vault.enabled_for_template_deployment,
        "whoever may deploy a template reads secrets through it",
    ),
)


@rule(
    "Key vault access policy allows everything or purging",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        "List the permissions that are used (`get` for a reader), and leave `all` and `purge` to "
        "nobody; better, go by roles (`enable_rbac_authorization=True`). The vault is changed in "
        "place."
    ),
    covers=("kv-access-policy-least-privilege",),
    maps={"MCSB v1": ("PA-7",)},
)
def kv_wide_access_policy(access: VaultAccess) -> Verdicts:
    """
    Who may purge makes a deletion final, and takes from everybody else the time to notice it. Who
    may do everything may purge too, and reads every secret besides. A vault that goes by roles
    passes: it does not look at its access policies. An entry that is a resource of its own
    (`keyvault.AccessPolicy`) is judged whatever its vault goes by.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "access_policies": [
                    {
                        "tenant_id": config.require("tenant"),
                        "object_id": "3b2f8a36-52c5-4b53-9c5c-0d0c6a3b7a11",
                        "permissions": {"secrets": ["all"]},
                    }
                ],
            },
        )

    Good::

        keyvault.Vault(
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "access_policies": [
                    {
                        "tenant_id": config.require("tenant"),
                        "object_id": "3b2f8a36-52c5-4b53-9c5c-0d0c6a3b7a11",
                        "permissions": {"secrets": ["get"]},
                    }
                ],
            },
        )
    """

    def judge(policy: AccessPolicy) -> Verdicts:
        permissions = policy.permissions

        def judge_kind(kind: str) -> Verdicts:
            given = {name.casefold() for name in getattr(permissions, kind)}
            wide = [name for name in _WIDE if name in given]
            if wide and not access.properties.enable_rbac_authorization:
                yield access.violation(
                    permissions.at(kind), f"{kind}: {' and '.join(wide)} allowed"
                )

        yield from each(permissions.given(), judge_kind)

    yield from each(access.policies(), judge)


@rule(
    "Key vault hands secrets to Azure's own services",
    severity=MEDIUM,
    practices=("P2", "O5"),
    fix=(
        "Leave `enabled_for_deployment`, `enabled_for_disk_encryption` and "
        "`enabled_for_template_deployment` out or set them to False; a vault with nothing but a "
        "machine's certificates is the place for the first two. The vault is changed in place."
    ),
    covers=("kv-no-template-access",),
    maps={"MCSB v1": ("IM-8", "PA-7")},
)
def kv_template_access(vault: Vault) -> Verdicts:
    """
    Each of these switches lets a service of Azure fetch what is in the vault for whoever asks it
    to, past roles that name one secret: a deployment of a template, a disk, a virtual machine.
    Keys of devices have no business there. Azure leaves all three off.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "enabled_for_template_deployment": True,
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
    properties = vault.properties

    def judge(switch: _Switch) -> Verdicts:
        name, is_on, message = switch
        if is_on(properties):
            yield vault.violation(properties.at(name), message)

    yield from each(_SWITCHES, judge)
