"""Storage for what devices upload: no key, no public door, one identity that may write."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar

import pulumi
from pulumi_azure_native import managedidentity, storage

from hubwarden_infra.access import Access, AccessArgs, Role
from hubwarden_infra.audit import Audit
from hubwarden_infra.component import Component, Transform
from hubwarden_infra.network import Network
from hubwarden_infra.platform import Platform


@dataclass(frozen=True)
class StorageArgs:
    """`keep_days` is how long deleted blobs and containers can be brought back (days)."""

    platform: Platform
    audit: Audit
    network: Network
    _: KW_ONLY
    keep_days: pulumi.Input[int] = 14
    transform: Transform = field(default_factory=dict)


class Storage(Component):
    """An account with one container, and the identity with which a hub writes to it.

    The identity is the user-assigned kind because it must have its role before the hub that uses
    it is made, and a hub's own identity does not exist before the hub.
    """

    parts: ClassVar[tuple[str, ...]] = (
        "account",
        "service",
        "container",
        "identity",
        "endpoint",
        "zones",
        "setting",
        "lock",
    )

    def __init__(
        self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        platform = args.platform
        super().__init__(
            "hubwarden:index:Storage", name, opts, args.transform, protect=platform.protect
        )
        child = pulumi.ResourceOptions(parent=self)
        self.account = storage.StorageAccount(
            name, self.shape("account", _account(platform)), child
        )
        service = storage.BlobServiceProperties(
            name, self.shape("service", _service(args, self.account.name)), child
        )
        self.container = storage.BlobContainer(
            name,
            self.shape(
                "container",
                storage.BlobContainerArgs(
                    resource_group_name=platform.group.name,
                    account_name=self.account.name,
                    public_access=storage.PublicAccess.NONE,
                ),
            ),
            child,
        )
        self.identity = managedidentity.UserAssignedIdentity(
            name,
            self.shape(
                "identity",
                managedidentity.UserAssignedIdentityArgs(
                    resource_group_name=platform.group.name,
                    location=platform.location,
                    tags=platform.tags,
                ),
            ),
            child,
        )
        self.access = Access(
            f"{name}-writer",
            AccessArgs(
                platform=platform,
                scope=self.container.id,
                role=Role.BLOB_DATA_CONTRIBUTOR,
                principal_id=self.identity.principal_id,
            ),
            child,
        )
        args.network.join(self, self.account.id, "blob")
        args.audit.record(self, service.id, "StorageRead", "StorageWrite", "StorageDelete")
        platform.lock(self, self.account.id)
        self.register_outputs({"account": self.account.name, "container": self.container.name})

    @property
    def host(self) -> pulumi.Output[str]:
        """The host name of the account's blob endpoint."""
        return self.account.primary_endpoints.apply(
            lambda endpoints: endpoints.blob.removeprefix("https://").rstrip("/")
        )

    @property
    def connection_string(self) -> pulumi.Output[str]:
        """What a hub asks for even where it uploads by identity; there is no key in it."""
        return pulumi.Output.format(
            "DefaultEndpointsProtocol=https;AccountName={0};EndpointSuffix={1}",
            self.account.name,
            self.host.apply(lambda host: host.partition(".blob.")[2]),
        )


def _account(platform: Platform) -> storage.StorageAccountArgs:
    return storage.StorageAccountArgs(
        resource_group_name=platform.group.name,
        location=platform.location,
        tags=platform.tags,
        kind=storage.Kind.STORAGE_V2,
        sku=storage.SkuArgs(name=storage.SkuName.STANDARD_ZRS),
        enable_https_traffic_only=True,
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        allow_shared_key_access=False,
        default_to_o_auth_authentication=True,
        allow_blob_public_access=False,
        allow_cross_tenant_replication=False,
        allowed_copy_scope=storage.AllowedCopyScope.AAD,
        is_local_user_enabled=False,
        is_sftp_enabled=False,
        enable_nfs_v3=False,
        public_network_access=storage.PublicNetworkAccess.DISABLED,
        network_rule_set=storage.NetworkRuleSetArgs(
            default_action=storage.DefaultAction.DENY,
            # A hub is no neighbour in the network: it comes in as a trusted service, by its role.
            bypass=storage.Bypass.AZURE_SERVICES,
        ),
        sas_policy=storage.SasPolicyArgs(
            expiration_action=storage.ExpirationAction.LOG, sas_expiration_period="0.01:00:00"
        ),
        encryption=storage.EncryptionArgs(
            key_source=storage.KeySource.MICROSOFT_STORAGE,
            require_infrastructure_encryption=True,
        ),
    )


def _service(args: StorageArgs, account: pulumi.Output[str]) -> storage.BlobServicePropertiesArgs:
    kept = storage.DeleteRetentionPolicyArgs
    return storage.BlobServicePropertiesArgs(
        resource_group_name=args.platform.group.name,
        account_name=account,
        blob_services_name="default",
        delete_retention_policy=kept(enabled=True, days=args.keep_days),
        container_delete_retention_policy=kept(enabled=True, days=args.keep_days),
        is_versioning_enabled=True,
    )
