"""Key Vault: roles only, no way to lose a secret, no way in from the internet."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar

import pulumi
from pulumi_azure_native import authorization, keyvault

from hubwarden_infra.audit import Audit
from hubwarden_infra.component import Component, Transform
from hubwarden_infra.network import Network
from hubwarden_infra.platform import Platform


@dataclass(frozen=True)
class VaultArgs:
    """What a vault needs around it. It is empty: nothing here ever writes a secret into it."""

    platform: Platform
    audit: Audit
    network: Network
    _: KW_ONLY
    transform: Transform = field(default_factory=dict)


class Vault(Component):
    """A vault whose contents are given out by role and only through its private endpoint."""

    parts: ClassVar[tuple[str, ...]] = ("vault", "endpoint", "zones", "setting", "lock")

    def __init__(
        self, name: str, args: VaultArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "hubwarden:index:Vault", name, opts, args.transform, protect=args.platform.protect
        )
        tenant = authorization.get_client_config_output(pulumi.InvokeOptions(parent=self)).tenant_id
        self.vault = keyvault.Vault(
            name,
            self.shape("vault", _vault(args.platform, tenant)),
            pulumi.ResourceOptions(parent=self),
        )
        args.network.join(self, self.vault.id, "vault")
        args.audit.record(self, self.vault.id)
        args.platform.lock(self, self.vault.id)
        self.register_outputs({"vault": self.vault.name})


def _vault(platform: Platform, tenant: pulumi.Output[str]) -> keyvault.VaultArgs:
    return keyvault.VaultArgs(
        resource_group_name=platform.group.name,
        location=platform.location,
        tags=platform.tags,
        properties=keyvault.VaultPropertiesArgs(
            tenant_id=tenant,
            sku=keyvault.SkuArgs(family="A", name=keyvault.SkuName.STANDARD),
            enable_rbac_authorization=True,
            enable_soft_delete=True,
            soft_delete_retention_in_days=90,
            enable_purge_protection=True,
            enabled_for_deployment=False,
            enabled_for_disk_encryption=False,
            enabled_for_template_deployment=False,
            public_network_access="Disabled",
            network_acls=keyvault.NetworkRuleSetArgs(default_action="Deny", bypass="None"),
        ),
    )
