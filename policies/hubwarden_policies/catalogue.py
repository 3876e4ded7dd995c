"""Every rule, in the order in which the documentation lists them."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from hubwarden_policies.data import load
from hubwarden_policies.rule import Rule
from hubwarden_policies.rules.app_settings import app_setting_connection_string
from hubwarden_policies.rules.certificates import (
    ca_cert_expiring,
    ca_cert_private_key,
    ca_cert_sample,
    ca_cert_unfit,
    ca_cert_unverified,
)
from hubwarden_policies.rules.coverage import not_covered
from hubwarden_policies.rules.dps_ip_filters import dps_wide_ip_range
from hubwarden_policies.rules.dps_links import dps_link_in_clear, dps_link_owner_policy
from hubwarden_policies.rules.dps_policies import dps_unknown_hub, dps_unlisted_policy
from hubwarden_policies.rules.hub_device_auth import (
    hub_device_sas,
    hub_module_sas,
    hub_without_identity,
)
from hubwarden_policies.rules.hub_file_upload import (
    hub_file_upload_long_sas,
    hub_file_upload_without_identity,
)
from hubwarden_policies.rules.hub_identity import hub_local_auth, hub_unlisted_policy
from hubwarden_policies.rules.hub_ip_filters import (
    hub_open_built_in_endpoint,
    hub_open_ip_filter,
    hub_wide_ip_range,
)
from hubwarden_policies.rules.hub_keys import hub_file_upload_account_key, hub_routing_key
from hubwarden_policies.rules.hub_links import dps_link_keyless_hub, hub_unused_link_policy
from hubwarden_policies.rules.hub_outbound import hub_open_outbound
from hubwarden_policies.rules.hub_policy_rights import hub_wide_policy
from hubwarden_policies.rules.hub_reachable import hub_unreachable
from hubwarden_policies.rules.hub_routing import (
    hub_routing_without_identity,
    hub_without_fallback_route,
)
from hubwarden_policies.rules.hub_tls import hub_old_tls
from hubwarden_policies.rules.leaks import credential_in_output, credential_leak
from hubwarden_policies.rules.log_categories import diag_missing_category
from hubwarden_policies.rules.log_destination import diag_without_destination
from hubwarden_policies.rules.logs import dps_without_logs, hub_without_logs, kv_without_audit_logs
from hubwarden_policies.rules.logs_beside import resource_without_logs
from hubwarden_policies.rules.options import (
    keys_in_outputs,
    security_change_ignored,
    stateful_unprotected,
)
from hubwarden_policies.rules.policy_keys import dps_policy_inline_key, hub_policy_inline_key
from hubwarden_policies.rules.public_network import (
    dps_public_network,
    hub_public_network,
    kv_public_network,
)
from hubwarden_policies.rules.roles import (
    hub_identity_too_powerful,
    role_custom_owner,
    role_definition_lists_keys,
    role_too_powerful,
)
from hubwarden_policies.rules.storage_account import (
    st_anonymous_blob,
    st_old_tls,
    st_plain_http,
    st_public_container,
    st_shared_key,
)
from hubwarden_policies.rules.upkeep import (
    policy_changed,
    waiver_expired,
    waiver_too_long,
    waiver_unused,
)
from hubwarden_policies.rules.vault import (
    kv_access_policies,
    kv_purge,
    kv_short_retention,
    kv_soft_delete_off,
)
from hubwarden_policies.rules.vault_access import kv_template_access, kv_wide_access_policy
from hubwarden_policies.rules.vault_expiry import (
    kv_key_without_expiry,
    kv_key_without_rotation,
    kv_secret_without_expiry,
)
from hubwarden_policies.rules.vault_firewall import kv_open_firewall, kv_wide_ip_range
from hubwarden_policies.rules.vault_secrets import kv_secret_hub_owner, kv_secret_in_clear
from hubwarden_policies.rules.workspace import law_short_retention, law_silent_cap
from hubwarden_policies.rules.written_out import config_connection_string, source_connection_string

RULES: Final[tuple[Rule, ...]] = (
    hub_local_auth,
    hub_unlisted_policy,
    hub_wide_policy,
    hub_unused_link_policy,
    hub_policy_inline_key,
    hub_device_sas,
    hub_module_sas,
    hub_without_identity,
    hub_routing_key,
    hub_routing_without_identity,
    hub_without_fallback_route,
    hub_file_upload_account_key,
    hub_file_upload_without_identity,
    hub_file_upload_long_sas,
    hub_public_network,
    hub_open_ip_filter,
    hub_wide_ip_range,
    hub_open_built_in_endpoint,
    hub_unreachable,
    hub_open_outbound,
    hub_old_tls,
    hub_without_logs,
    dps_link_in_clear,
    dps_link_owner_policy,
    dps_link_keyless_hub,
    dps_unknown_hub,
    dps_unlisted_policy,
    dps_policy_inline_key,
    dps_public_network,
    dps_wide_ip_range,
    dps_without_logs,
    ca_cert_unverified,
    ca_cert_unfit,
    ca_cert_expiring,
    ca_cert_private_key,
    ca_cert_sample,
    kv_soft_delete_off,
    kv_short_retention,
    kv_purge,
    kv_access_policies,
    kv_wide_access_policy,
    kv_template_access,
    kv_public_network,
    kv_open_firewall,
    kv_wide_ip_range,
    kv_secret_in_clear,
    kv_secret_hub_owner,
    kv_secret_without_expiry,
    kv_key_without_expiry,
    kv_key_without_rotation,
    kv_without_audit_logs,
    st_shared_key,
    st_anonymous_blob,
    st_public_container,
    st_plain_http,
    st_old_tls,
    law_short_retention,
    law_silent_cap,
    diag_missing_category,
    diag_without_destination,
    resource_without_logs,
    role_too_powerful,
    role_definition_lists_keys,
    role_custom_owner,
    hub_identity_too_powerful,
    stateful_unprotected,
    security_change_ignored,
    keys_in_outputs,
    credential_in_output,
    credential_leak,
    config_connection_string,
    source_connection_string,
    app_setting_connection_string,
    not_covered,
)

# What is wrong with the files in which a team says how it lives with findings.
UPKEEP: Final[tuple[Rule, ...]] = (
    policy_changed,
    waiver_expired,
    waiver_too_long,
    waiver_unused,
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
