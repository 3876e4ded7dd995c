"""The list of rules is complete, and says of each rule what is true."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest

from hubwarden_policies import rules as package
from hubwarden_policies.catalogue import RULES, UPKEEP, catalogue, find, peers
from hubwarden_policies.data import load
from hubwarden_policies.practices import PRACTICES
from hubwarden_policies.rule import Rule

IDS = [rule.id for rule in RULES]

# What this part of the product decides, from the plan of the rules.
PLANNED = frozenset(
    """
    hub-public-network-disabled hub-local-auth-disabled hub-min-tls hub-resource-logs
    hub-sas-policy-allow-list hub-sas-policy-no-inline-key hub-routing-no-key
    hub-file-upload-no-account-key dps-public-network-disabled dps-resource-logs
    dps-sas-policy-no-inline-key dps-linked-hub-key-protected dps-hub-local-auth-consistent
    kv-soft-delete kv-purge-protection kv-rbac-authorization kv-public-network-disabled
    kv-audit-logs kv-secret-value-secret kv-secret-not-hub-owner diag-required-categories
    diag-has-destination diag-one-per-resource stack-output-no-key listkeys-result-secret
    config-no-plain-connection-string source-no-iot-connection-string
    app-setting-no-connection-string
    hub-device-sas-disabled hub-module-sas-disabled hub-sas-policy-single-right
    hub-managed-identity hub-cert-verified hub-cert-valid hub-cert-no-private-key
    dps-sas-policy-allow-list dps-linked-hub-known dps-cert-verified dps-cert-valid
    kv-access-policy-least-privilege kv-no-template-access kv-secret-expiry kv-key-expiry
    kv-key-rotation-policy
    hub-ip-filter-default-deny hub-ip-filter-not-permissive hub-rule-set-covers-builtin-endpoint
    hub-outbound-restricted hub-reachable-after-lockdown hub-file-upload-identity
    hub-file-upload-sas-ttl hub-routing-endpoint-identity hub-fallback-route
    dps-ip-filter-not-wide kv-firewall-default-deny kv-ip-rule-not-wide
    law-retention-days law-no-silent-cap st-shared-key-disabled st-no-anonymous-blob
    st-container-private st-https-only st-min-tls role-no-listkeys role-hub-identity-minimal
    role-no-user-access-admin role-no-custom-owner additional-secret-outputs
    no-ignore-changes-on-security stateful-protected
    """.split()  # noqa: SIM905 (a list would take a screen)
)


def test_every_rule_of_every_module_is_listed() -> None:
    defined = {
        value.id
        for module in pkgutil.iter_modules(package.__path__, package.__name__ + ".")
        for value in vars(importlib.import_module(module.name)).values()
        if isinstance(value, Rule) and value.check.__module__ == module.name
    }
    assert defined == {rule.id for rule in (*RULES, *UPKEEP)}


def test_ids_and_former_ids_are_unique() -> None:
    names = IDS + [alias for rule in RULES for alias in rule.aliases]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_an_id_names_the_bad_thing(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.id)
    # The design names this one.
    if rule.id != "not-covered":
        assert not re.search(r"\b(not|no|disabled?|required|must|should|ensure|check)\b", rule.id)


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_what_a_rule_covers_is_in_the_catalogue(rule: Rule) -> None:
    assert set(rule.covers) <= catalogue().keys()
    assert len(set(rule.covers)) == len(rule.covers)


def test_coverage() -> None:
    covered = {covers for rule in RULES for covers in rule.covers}
    assert covered >= PLANNED


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_gives_evidence_for_practices_that_can_be_enforced(rule: Rule) -> None:
    enforceable = {p.code for p in PRACTICES if "enforced" in p.proofs}
    assert rule.practices
    assert set(rule.practices) <= enforceable


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_practices_and_severity_are_the_catalogues(rule: Rule) -> None:
    entries = [catalogue()[covers] for covers in rule.covers]
    practices = {code for entry in entries for code in entry["practices"]}
    if entries:
        assert set(rule.practices) <= practices
        severities = ("info", "low", "medium", "high", "critical")
        highest = max(severities.index(entry["severity"]) for entry in entries)
        assert rule.severity <= highest


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_a_rule_says_what_to_do(rule: Rule) -> None:
    assert rule.title
    assert not rule.title.endswith(".")
    assert rule.page.why
    assert rule.fix.endswith(".")
    assert rule.fix[0].isupper()
    # Who changes a resource wants to know what becomes of it.
    assert re.search(
        r"in place|replace|Nothing else changes|change the key|created anew|fixed when", rule.fix
    )


@pytest.mark.parametrize("rule", RULES, ids=IDS)
def test_types_that_rules_read_are_known(rule: Rule) -> None:
    known = load("arm-types.json")["types"].keys() | {
        "Microsoft.Web/sites/slots",
        "Microsoft.EventGrid/namespaces",
    }
    assert set(rule.arm_types) <= known


def test_rules_are_found_by_id() -> None:
    assert find("hub-local-auth") is not None
    assert find("nonsense") is None
    assert all(find(name) is rule for rule in RULES for name in (rule.id, *rule.aliases))


def test_peers_come_from_the_catalogue() -> None:
    rule = find("hub-public-network")
    assert rule is not None
    assert peers(rule)["checkov"] == ("CKV_AZURE_108",)
    unrivalled = find("hub-routing-key")
    assert unrivalled is not None
    assert peers(unrivalled) == {}
