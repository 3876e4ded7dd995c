"""The ids of the checks, kept for ever: somebody's pipeline names them.

The number is the place in `IDS`. A new rule goes to the end; the place of a rule that is gone keeps
its name, so that no number ever means another thing. 0 says that hubwarden itself did not judge.
"""

from __future__ import annotations

from typing import Final

PREFIX: Final = "CKV_HUBWARDEN_"
IDS: Final[tuple[str, ...]] = (
    "hub-local-auth",
    "hub-unlisted-policy",
    "hub-wide-policy",
    "hub-unused-link-policy",
    "hub-policy-inline-key",
    "hub-device-sas",
    "hub-module-sas",
    "hub-without-identity",
    "hub-routing-key",
    "hub-routing-without-identity",
    "hub-without-fallback-route",
    "hub-file-upload-account-key",
    "hub-file-upload-without-identity",
    "hub-file-upload-long-sas",
    "hub-public-network",
    "hub-open-ip-filter",
    "hub-wide-ip-range",
    "hub-open-built-in-endpoint",
    "hub-unreachable",
    "hub-open-outbound",
    "hub-old-tls",
    "hub-without-logs",
    "dps-link-in-clear",
    "dps-link-owner-policy",
    "dps-link-keyless-hub",
    "dps-unknown-hub",
    "dps-unlisted-policy",
    "dps-policy-inline-key",
    "dps-public-network",
    "dps-wide-ip-range",
    "dps-without-logs",
    "ca-cert-unverified",
    "ca-cert-unfit",
    "ca-cert-expiring",
    "ca-cert-private-key",
    "ca-cert-sample",
    "kv-soft-delete-off",
    "kv-short-retention",
    "kv-purge",
    "kv-access-policies",
    "kv-wide-access-policy",
    "kv-template-access",
    "kv-public-network",
    "kv-open-firewall",
    "kv-wide-ip-range",
    "kv-secret-in-clear",
    "kv-secret-hub-owner",
    "kv-secret-without-expiry",
    "kv-key-without-expiry",
    "kv-key-without-rotation",
    "kv-without-audit-logs",
    "st-shared-key",
    "st-anonymous-blob",
    "st-public-container",
    "st-plain-http",
    "st-old-tls",
    "law-short-retention",
    "law-silent-cap",
    "diag-missing-category",
    "diag-without-destination",
    "resource-without-logs",
    "role-too-powerful",
    "role-definition-lists-keys",
    "role-custom-owner",
    "hub-identity-too-powerful",
    "stateful-unprotected",
    "security-change-ignored",
    "keys-in-outputs",
    "credential-in-output",
    "credential-leak",
    "config-connection-string",
    "source-connection-string",
    "app-setting-connection-string",
    "override-left",
    "registry-deleted",
    "not-covered",
)

# Rules that can say nothing of a template, a plan or HCL, and why.
LEFT_OUT: Final[dict[str, str]] = {
    "override-left": "the guard of a Pulumi program leaves it, under a name that no template has",
}


def id_of(rule: str) -> str:
    """The id of a rule's check."""
    return f"{PREFIX}{IDS.index(rule) + 1}"
