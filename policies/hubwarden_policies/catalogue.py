"""Every rule, in the order in which the documentation lists them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from hubwarden_policies.data import load
from hubwarden_policies.rule import Rule
from hubwarden_policies.rules import (
    app_settings,
    certificates,
    coverage,
    dps_ip_filters,
    dps_links,
    dps_policies,
    hub_device_auth,
    hub_file_upload,
    hub_identity,
    hub_ip_filters,
    hub_keys,
    hub_links,
    hub_outbound,
    hub_policy_rights,
    hub_reachable,
    hub_routing,
    hub_tls,
    leaks,
    log_categories,
    log_destination,
    logs,
    logs_beside,
    options,
    override,
    policy_keys,
    public_network,
    removals,
    roles,
    storage_account,
    upkeep,
    vault,
    vault_access,
    vault_expiry,
    vault_firewall,
    vault_secrets,
    workspace,
    written_out,
)

RULES: Final[tuple[Rule, ...]] = (
    hub_identity.hub_local_auth,
    hub_identity.hub_unlisted_policy,
    hub_policy_rights.hub_wide_policy,
    hub_links.hub_unused_link_policy,
    policy_keys.hub_policy_inline_key,
    hub_device_auth.hub_device_sas,
    hub_device_auth.hub_module_sas,
    hub_device_auth.hub_without_identity,
    hub_keys.hub_routing_key,
    hub_routing.hub_routing_without_identity,
    hub_routing.hub_without_fallback_route,
    hub_keys.hub_file_upload_account_key,
    hub_file_upload.hub_file_upload_without_identity,
    hub_file_upload.hub_file_upload_long_sas,
    public_network.hub_public_network,
    hub_ip_filters.hub_open_ip_filter,
    hub_ip_filters.hub_wide_ip_range,
    hub_ip_filters.hub_open_built_in_endpoint,
    hub_reachable.hub_unreachable,
    hub_outbound.hub_open_outbound,
    hub_tls.hub_old_tls,
    logs.hub_without_logs,
    dps_links.dps_link_in_clear,
    dps_links.dps_link_owner_policy,
    hub_links.dps_link_keyless_hub,
    dps_policies.dps_unknown_hub,
    dps_policies.dps_unlisted_policy,
    policy_keys.dps_policy_inline_key,
    public_network.dps_public_network,
    dps_ip_filters.dps_wide_ip_range,
    logs.dps_without_logs,
    certificates.ca_cert_unverified,
    certificates.ca_cert_unfit,
    certificates.ca_cert_expiring,
    certificates.ca_cert_private_key,
    certificates.ca_cert_sample,
    vault.kv_soft_delete_off,
    vault.kv_short_retention,
    vault.kv_purge,
    vault.kv_access_policies,
    vault_access.kv_wide_access_policy,
    vault_access.kv_template_access,
    public_network.kv_public_network,
    vault_firewall.kv_open_firewall,
    vault_firewall.kv_wide_ip_range,
    vault_secrets.kv_secret_in_clear,
    vault_secrets.kv_secret_hub_owner,
    vault_expiry.kv_secret_without_expiry,
    vault_expiry.kv_key_without_expiry,
    vault_expiry.kv_key_without_rotation,
    logs.kv_without_audit_logs,
    storage_account.st_shared_key,
    storage_account.st_anonymous_blob,
    storage_account.st_public_container,
    storage_account.st_plain_http,
    storage_account.st_old_tls,
    workspace.law_short_retention,
    workspace.law_silent_cap,
    log_categories.diag_missing_category,
    log_destination.diag_without_destination,
    logs_beside.resource_without_logs,
    roles.role_too_powerful,
    roles.role_definition_lists_keys,
    roles.role_custom_owner,
    roles.hub_identity_too_powerful,
    options.stateful_unprotected,
    options.security_change_ignored,
    options.keys_in_outputs,
    leaks.credential_in_output,
    leaks.credential_leak,
    written_out.config_connection_string,
    written_out.source_connection_string,
    app_settings.app_setting_connection_string,
    override.override_left,
    removals.registry_deleted,
    coverage.not_covered,
)

# What is wrong with the files in which a team says how it lives with findings.
UPKEEP: Final[tuple[Rule, ...]] = (
    upkeep.policy_changed,
    upkeep.waiver_expired,
    upkeep.waiver_too_long,
    upkeep.waiver_unused,
)


@cache
def catalogue() -> dict[str, Any]:
    """The entries of data/catalogue.json by their id: what a rule may decide, and who else does."""
    return {entry["id"]: entry for entry in load("catalogue.json")}


def find(name: str) -> Rule | None:
    """The rule with this id or former id, one on the team's own files too."""
    return next(
        (rule for rule in (*RULES, *UPKEEP) if name == rule.id or name in rule.aliases), None
    )


def peers(rule: Rule) -> dict[str, tuple[str, ...]]:
    """Equal rules of others by their tool, from the catalogue entries that the rule covers."""
    found: dict[str, list[str]] = {}
    for entry_id in rule.covers:
        for tool, ids in catalogue()[entry_id].get("peers", {}).items():
            found.setdefault(tool, []).extend(ids)
    return {tool: tuple(dict.fromkeys(ids)) for tool, ids in found.items()}
