"""The hardened defaults of the components, what switches each off, and who notices.

`noticed_by` is an id of the rule catalogue. A catalogue id that no rule covers yet stands in
`LATER`, and a test fails as soon as one does.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

# planted: a key that opens nothing, put together here so that no scanner takes it for a real one.
KEY = base64.b64encode(b"planted, and it opens nothing !!").decode()
HUB_STRING = f"HostName=h.azure-devices.net;SharedAccessKeyName=dps-link;Shared{'Access'}Key={KEY}"
STORAGE_STRING = f"DefaultEndpointsProtocol=https;AccountName=uploads;Account{'Key'}={KEY}{KEY}"
OTHER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/other"
OWNER = "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"


@dataclass(frozen=True)
class Default:
    """`component` is what is built; `of`, `part` and `path` find the property; None removes it."""

    component: str
    of: str
    part: str
    path: str
    off: Any
    noticed_by: str

    @property
    def id(self) -> str:
        return f"{self.component}: {self.of} {self.part} {self.path} -> {self.noticed_by}"


def _setting(component: str, of: str, logs: str) -> tuple[Default, ...]:
    """What can go wrong with a diagnostic setting; `logs` notices that nothing is logged."""
    some = [{"category": "NoSuchCategory", "enabled": True}]
    return (
        Default(component, of, "setting", "logs[0].enabled", False, logs),
        Default(component, of, "setting", "logs", some, "diag-required-categories"),
        Default(component, of, "setting", "workspace_id", None, "diag-has-destination"),
        Default(component, of, "setting", "resource_uri", OTHER, "diag-one-per-resource"),
    )


def _hub(path: str, off: object, noticed_by: str, component: str = "hub") -> Default:
    return Default(component, "hub", "hub", f"properties.{path}", off, noticed_by)


def _account(path: str, off: object, noticed_by: str, part: str = "account") -> Default:
    return Default("storage", "storage", part, path, off, noticed_by)


_POLICY = "authorization_policies[0]"
_FILES = "storage_endpoints[$default]"
_LINK = "properties.iot_hubs[0]"
_DPS_POLICY = [
    {"key_name": "x", "rights": "EnrollmentRead", "primary_key": KEY, "secondary_key": KEY}
]

NOTICED: tuple[Default, ...] = (
    _hub("public_network_access", "Enabled", "hub-public-network-disabled"),
    _hub("disable_local_auth", False, "hub-local-auth-disabled"),
    _hub("disable_device_sas", False, "hub-device-sas-disabled"),
    _hub("disable_module_sas", False, "hub-module-sas-disabled"),
    Default("hub", "hub", "hub", "identity.type", "None", "hub-managed-identity"),
    _hub("min_tls_version", None, "hub-min-tls"),
    _hub("min_tls_version", "1.0", "hub-min-tls"),
    *_setting("hub", "hub", "hub-resource-logs"),
    _hub("restrict_outbound_network_access", False, "hub-outbound-restricted"),
    _hub("allowed_fqdn_list", ["*"], "hub-outbound-restricted", "uploading"),
    _hub("allowed_fqdn_list", [], "hub-outbound-restricted", "uploading"),
    _hub("routing.fallback_route.is_enabled", False, "hub-fallback-route"),
    _hub("routing.fallback_route.endpoint_names", [], "hub-fallback-route"),
    Default("hub", "hub", "endpoint", "private_link_service_connections", [],
            "hub-reachable-after-lockdown"),
    Default("hub", "hub", "zones", "private_dns_zone_configs", [], "hub-reachable-after-lockdown"),
    _hub(f"{_FILES}.authentication_type", "keyBased", "hub-file-upload-identity", "uploading"),
    _hub(f"{_FILES}.sas_ttl_as_iso8601", "PT24H", "hub-file-upload-sas-ttl", "uploading"),
    _hub(f"{_POLICY}.rights", "RegistryRead, RegistryWrite, ServiceConnect, DeviceConnect",
         "hub-sas-policy-allow-list", "linked"),
    _hub(f"{_POLICY}.primary_key", KEY, "hub-sas-policy-no-inline-key", "linked"),
    _hub("disable_local_auth", True, "dps-hub-local-auth-consistent", "linked"),
    _hub(f"{_FILES}.connection_string", STORAGE_STRING, "hub-file-upload-no-account-key",
         "uploading"),
    Default("linked", "dps", "dps", f"{_LINK}.connection_string", HUB_STRING,
            "dps-linked-hub-key-protected"),
    Default("dps", "dps", "dps", "properties.public_network_access", "Enabled",
            "dps-public-network-disabled"),
    Default("dps", "dps", "dps", "properties.authorization_policies", _DPS_POLICY,
            "dps-sas-policy-no-inline-key"),
    Default("dps", "dps", "dps", f"properties.{_POLICY}.rights", "EnrollmentWrite",
            "dps-sas-policy-allow-list"),
    *_setting("dps", "dps", "dps-resource-logs"),
    *(
        Default("vault", "vault", "vault", f"properties.{path}", off, noticed_by)
        for path, off, noticed_by in (
            ("enable_rbac_authorization", False, "kv-rbac-authorization"),
            ("enable_soft_delete", False, "kv-soft-delete"),
            ("soft_delete_retention_in_days", 7, "kv-soft-delete-days"),
            ("enable_purge_protection", None, "kv-purge-protection"),
            ("enabled_for_deployment", True, "kv-no-template-access"),
            ("enabled_for_disk_encryption", True, "kv-no-template-access"),
            ("enabled_for_template_deployment", True, "kv-no-template-access"),
            ("public_network_access", "Enabled", "kv-public-network-disabled"),
            ("network_acls.default_action", "Allow", "kv-firewall-default-deny"),
        )
    ),
    *_setting("vault", "vault", "kv-audit-logs"),
    *_setting("storage", "storage", "diag-required-categories"),
    *(
        Default("storage", "storage", "setting", f"logs[{index}].enabled", False,
                "diag-required-categories")
        for index in (1, 2)
    ),
    _account("enable_https_traffic_only", False, "st-https-only"),
    _account("minimum_tls_version", "TLS1_0", "st-min-tls"),
    _account("allow_shared_key_access", True, "st-shared-key-disabled"),
    _account("allow_blob_public_access", True, "st-no-anonymous-blob"),
    _account("public_access", "Blob", "st-container-private", "container"),
    *(
        Default("nothing", "audit", "workspace", path, off, noticed_by)
        for path, off, noticed_by in (
            ("retention_in_days", 30, "law-retention-days"),
            ("workspace_capping.daily_quota_gb", 1.0, "law-no-silent-cap"),
        )
    ),
    Default("access", "access", "assignment", "role_definition_id", OWNER, "role-no-listkeys"),
)  # fmt: skip

LATER: tuple[Default, ...] = (
    _hub("routing.routes[0].is_enabled", False, "hub-route-lifecycle-events"),
    _hub("routing.routes[1].is_enabled", False, "hub-route-lifecycle-events"),
    _hub("routing.routes[0].source", "DeviceMessages", "hub-route-lifecycle-events"),
    _hub("routing.routes[1].source", "DeviceMessages", "hub-route-lifecycle-events"),
    Default("hub", "hub", "hub", "sku.name", "F1", "hub-sku-supports-management"),
    Default("hub", "hub", "zones", "private_dns_zone_configs[1]", {},
            "pe-hub-needs-two-zones"),
    Default("hub", "hub", "lock", "level", "NotSpecified", "lock-on-security-resources"),
    _hub("enable_file_upload_notifications", False, "hub-file-upload-notifications", "uploading"),
    *(
        _hub(f"messaging_endpoints[fileNotifications].{path}", None,
             "hub-file-upload-notifications", "uploading")
        for path in ("ttl_as_iso8601", "lock_duration_as_iso8601", "max_delivery_count")
    ),
    Default("uploading", "hub", "hub", "identity.user_assigned_identities", [],
            "hub-endpoint-identity-known"),
    Default("dps", "dps", "dps", "identity.type", "None", "dps-identity"),
    Default("dps", "dps", "dps", "properties.allocation_policy", None,
            "dps-allocation-policy-explicit"),
    Default("linked", "dps", "dps", f"{_LINK}.allocation_weight", None,
            "dps-linked-hub-allocation-explicit"),
    Default("linked", "dps", "dps", f"{_LINK}.apply_allocation_policy", None,
            "dps-linked-hub-allocation-explicit"),
    Default("dps", "dps", "endpoint", "private_link_service_connections", [],
            "dps-private-endpoint-approved"),
    Default("dps", "dps", "zones", "private_dns_zone_configs", [], "dps-private-dns-zone"),
    Default("dps", "dps", "lock", "level", "NotSpecified", "lock-on-security-resources"),
    *(
        Default("vault", "vault", "vault", f"properties.{path}", off, noticed_by)
        for path, off, noticed_by in (
            ("network_acls.bypass", None, "kv-trusted-services-bypass"),
        )
    ),
    Default("vault", "vault", "endpoint", "private_link_service_connections", [],
            "kv-private-endpoint"),
    Default("vault", "vault", "zones", "private_dns_zone_configs", [], "kv-private-dns-zone"),
    Default("vault", "vault", "lock", "level", "NotSpecified", "kv-delete-lock"),
    _account("default_to_o_auth_authentication", False, "st-default-oauth"),
    _account("allow_cross_tenant_replication", True, "st-cross-tenant-replication-off"),
    _account("allowed_copy_scope", None, "st-copy-scope"),
    _account("is_local_user_enabled", True, "st-local-users-off"),
    _account("is_sftp_enabled", True, "st-no-sftp-nfs"),
    _account("enable_nfs_v3", True, "st-no-sftp-nfs"),
    _account("public_network_access", "Enabled", "st-public-network-disabled"),
    _account("network_rule_set.default_action", "Allow", "st-network-default-deny"),
    _account("network_rule_set.bypass", "None", "st-trusted-services-bypass"),
    _account("sas_policy.sas_expiration_period", None, "st-sas-policy"),
    _account("sas_policy.expiration_action", None, "st-sas-policy"),
    _account("encryption.require_infrastructure_encryption", False,
             "st-infrastructure-encryption"),
    _account("sku.name", "Standard_LRS", "st-replication"),
    _account("is_versioning_enabled", False, "st-blob-versioning", "service"),
    _account("delete_retention_policy.enabled", False, "st-blob-soft-delete", "service"),
    _account("delete_retention_policy.days", None, "st-blob-soft-delete", "service"),
    _account("container_delete_retention_policy.enabled", False, "st-container-soft-delete",
             "service"),
    _account("container_delete_retention_policy.days", None, "st-container-soft-delete",
             "service"),
    _account("private_link_service_connections", [], "st-private-endpoint", "endpoint"),
    _account("private_dns_zone_configs", [], "st-private-dns-zone", "zones"),
    _account("level", "NotSpecified", "st-delete-lock", "lock"),
    *(
        Default("nothing", "audit", "workspace", path, off, noticed_by)
        for path, off, noticed_by in (
            ("public_network_access_for_ingestion", "Enabled", "law-public-network-disabled"),
            ("features.disable_local_auth", False, "law-local-auth-disabled"),
            ("features.enable_log_access_using_only_resource_permissions", False,
             "law-resource-context"),
            ("features.immediate_purge_data_on30_days", True, "law-no-immediate-purge"),
        )
    ),
    Default("nothing", "audit", "setting", "logs[0].enabled", False, "law-resource-logs"),
    Default("nothing", "audit", "lock", "level", "NotSpecified", "lock-on-security-resources"),
    Default("vault", "network", "link", "registration_enabled", True, "pe-zone-linked"),
    Default("access", "access", "assignment", "principal_type", None, "role-principal-type-set"),
    Default("access", "access", "assignment", "scope", "/subscriptions/s", "role-scope-narrow"),
)  # fmt: skip

DEFAULTS = NOTICED + LATER
