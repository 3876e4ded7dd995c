"""Practices: what a judged stack shows for each, and what it never claims."""

from __future__ import annotations

from datetime import date

import pytest

from hubwarden_policies.catalogue import RULES, catalogue
from hubwarden_policies.evaluate import Crash, Judgement, evaluate
from hubwarden_policies.model import UNKNOWN, Hole, Made, Resource, Stack
from hubwarden_policies.practices import PRACTICES, Evidence, evidence, rules_of
from hubwarden_policies.team import Team

TEAM = Team(today=date(2026, 11, 24), devices="private")
HUB = "Microsoft.Devices/IotHubs"
HARDENED = {
    "disableLocalAuth": True,
    "disableDeviceSAS": True,
    "disableModuleSAS": True,
    "publicNetworkAccess": "Disabled",
    "minTlsVersion": "1.2",
}
SERVICE = Made((Hole("urn:telemetry", "id"),))
# By what clients reach a hub whose public endpoint is closed.
WAY = (
    Resource(
        "Microsoft.Network/privateEndpoints",
        "way",
        "urn:way",
        {
            "properties": {
                "privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": SERVICE}}]
            }
        },
    ),
    Resource(
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
        "zones",
        "urn:zones",
        {"properties": {"privateDnsZoneConfigs": [{"name": "hub"}]}},
        references={"parent": ("urn:way",)},
    ),
)


def hub(**properties: object) -> Resource:
    identity = {"type": "SystemAssigned"}
    return Resource(
        HUB, "telemetry", "urn:telemetry", {"identity": identity, "properties": properties}
    )


def shown(
    *resources: Resource, team: Team = TEAM, judgement: Judgement | None = None
) -> dict[str, Evidence]:
    stack = Stack("plant", "dev", (*resources, *WAY), flows=())
    found = evidence(RULES, stack, judgement or evaluate(RULES, stack, team), team)
    return {each.practice.code: each for each in found}


def test_every_code_of_the_catalogue_is_a_practice() -> None:
    codes = [practice.code for practice in PRACTICES]
    used = {code for entry in catalogue().values() for code in entry["practices"]}
    assert used == set(codes)
    assert len(codes) == len(set(codes))


def test_what_passed_is_enforced() -> None:
    found = shown(hub(**HARDENED))
    assert found["B2"].state == "enforced"
    assert {"hub-public-network", "hub-unreachable", "hub-old-tls"} <= set(found["B2"].rules)
    assert "dps-public-network" not in found["B2"].rules
    assert found["P2"].state == "enforced"


def test_a_finding_leaves_a_practice_open() -> None:
    found = shown(hub(**{**HARDENED, "minTlsVersion": "1.0"}))
    assert (found["B2"].state, found["B2"].findings, found["B2"].undecided) == ("open", 1, 0)
    assert found["O3"].state == "open"


def test_what_is_not_known_enforces_nothing() -> None:
    found = shown(hub(**{**HARDENED, "minTlsVersion": UNKNOWN}))
    assert (found["B2"].state, found["B2"].findings, found["B2"].undecided) == ("undecided", 0, 1)
    both = shown(hub(publicNetworkAccess="Enabled", minTlsVersion=UNKNOWN))
    assert (both["B2"].state, both["B2"].findings, both["B2"].undecided) == ("open", 2, 1)


def test_a_rule_that_raised_enforces_nothing() -> None:
    crashed = Judgement((), (Crash("hub-old-tls", "urn:telemetry", "ValueError"),), len(RULES))
    assert shown(hub(**HARDENED), judgement=crashed)["B2"].state == "undecided"
    assert shown(hub(**HARDENED), judgement=crashed)["P2"].state == "enforced"


def test_what_met_no_resource_shows_nothing() -> None:
    found = shown()
    assert (found["B2"].state, found["B2"].rules) == ("nothing", ())
    assert found["M4"].state == "nothing"


def test_disabled_rules_show_nothing() -> None:
    team = Team(today=date(2026, 11, 24), levels={"all": "disabled"})
    assert {each.state for each in shown(hub(), team=team).values()} == {"nothing", "attested"}


def test_what_only_a_person_can_attest_is_never_called_enforced() -> None:
    found = shown(hub(**HARDENED))
    for practice in PRACTICES:
        if "enforced" not in practice.proofs:
            assert found[practice.code].state == "attested"
            assert practice.attested
            assert rules_of(practice, RULES) == ()
    assert found["P1"].state == found["C1"].state == "attested"


@pytest.mark.parametrize("practice", PRACTICES, ids=lambda practice: practice.code)
def test_rules_of_a_practice(practice: object) -> None:
    assert all(practice.code in rule.practices for rule in rules_of(practice, RULES))  # type: ignore[attr-defined, arg-type]
