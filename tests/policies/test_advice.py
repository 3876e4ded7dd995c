"""Which of Checkov's opinions a person is shown, and how loud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

import pytest

from hubwarden_policies.advice import Advice, Opinion, Verdict, advise
from hubwarden_policies.advice_table import CHECKOV, TABLE
from hubwarden_policies.catalogue import RULES, find
from hubwarden_policies.evaluate import Finding, evaluate
from hubwarden_policies.model import Location, Resource, Stack
from hubwarden_policies.team import Level, Team

VAULT = Resource(
    "Microsoft.KeyVault/vaults",
    "keys",
    "urn:keys",
    {"name": "keys", "properties": {"enableSoftDelete": False}},
    locations=(Location("__main__.py", 7),),
)
OTHER = Resource("Microsoft.KeyVault/vaults", "others", "urn:others", {"properties": {}})
STACK = Stack("plant", "dev", (VAULT, OTHER))
SOFT_DELETE = "CKV_AZURE_111"


NO_LEVELS: Mapping[str, Level] = {}


def team(levels: Mapping[str, Level] = NO_LEVELS) -> Team:
    return Team(today=date(2026, 11, 24), levels=levels)


def advice(
    check: str,
    verdict: Verdict = "failed",
    *,
    findings: Iterable[Finding] = (),
    levels: Mapping[str, Level] = NO_LEVELS,
) -> list[Advice]:
    """What is left of an opinion on the first of two vaults."""
    opinions = ((Opinion(check, "Ensure it", verdict),), ())
    return list(advise(STACK, opinions, findings, team(levels)))


def test_advice_says_what_where_and_where_to_read() -> None:
    (one,) = advice("CKV_AZURE_114")
    assert (one.check, one.name, one.verdict) == ("CKV_AZURE_114", "Ensure it", "failed")
    assert (str(one.severity), one.level, one.stack, one.merged) == (
        "info",
        "advisory",
        "dev",
        None,
    )
    assert (one.subject.address, one.subject.locations) == ("urn:keys", VAULT.locations)
    path = f"/{CHECKOV}/checkov/arm/checks/resource/SecretContentType.py"
    assert one.guideline.endswith(path)


@pytest.mark.parametrize(("verdict", "shown"), [
    ("passed", False), ("failed", True), ("undecided", True), ("error", True),
])  # fmt: skip
def test_what_passed_is_no_advice(verdict: Verdict, shown: bool) -> None:
    assert bool(advice("CKV_AZURE_35", verdict)) is shown


def found(rule_id: str, resource: Resource) -> tuple[Finding, ...]:
    rule = find(rule_id)
    assert rule is not None
    judged = evaluate([rule], Stack("plant", "dev", (resource,)), team())
    assert judged.findings
    return judged.findings


def test_where_our_rule_speaks_it_is_enough() -> None:
    assert advice(SOFT_DELETE, findings=found("kv-soft-delete-off", VAULT)) == []


def test_a_finding_on_another_resource_or_of_another_rule_is_not_about_it() -> None:
    elsewhere = Resource(VAULT.type, "b", "urn:b", VAULT.properties)
    about = (*found("kv-soft-delete-off", elsewhere), *found("kv-purge", VAULT))
    (one,) = advice(SOFT_DELETE, findings=about)
    assert one.merged == "kv-soft-delete-off"


def test_a_rule_that_is_switched_off_is_not_asked_again_by_checkov() -> None:
    assert advice(SOFT_DELETE, levels={"kv-soft-delete-off": "disabled"}) == []
    assert advice("CKV_AZURE_114", levels={"kv-soft-delete-off": "disabled"})


@pytest.mark.parametrize(
    ("levels", "level"),
    [
        ({}, "advisory"),
        ({"all": "mandatory"}, "advisory"),
        ({"checkov": "mandatory"}, "mandatory"),
        ({"checkov": "mandatory", "checkov:CKV_AZURE_35": "advisory"}, "advisory"),
        ({"checkov:CKV_AZURE_35": "mandatory"}, "mandatory"),
        ({"checkov:CKV_AZURE_34": "mandatory"}, "advisory"),
        ({"checkov": "disabled"}, None),
        ({"checkov": "disabled", "checkov:CKV_AZURE_35": "mandatory"}, "mandatory"),
        ({"checkov:CKV_AZURE_35": "disabled"}, None),
    ],
)
def test_the_team_says_how_loud_it_is(
    levels: dict[str, Level], level: Literal["mandatory", "advisory"] | None
) -> None:
    assert [one.level for one in advice("CKV_AZURE_35", levels=levels)] == [level] * (
        level is not None
    )


def test_what_equals_a_hidden_check_is_said_by_the_table() -> None:
    """`it asks what CKV_… asks` sends the reader to a check that is there and shown."""
    for reviewed in TABLE.values():
        reason = reviewed.hidden or ""
        if reason.startswith("it asks what"):
            assert TABLE[reason.split()[3]].hidden is None


def test_rules_merge_with_checks_by_the_catalogue() -> None:
    merged = {one.merged for check in TABLE for one in advice(check)} - {None}
    assert {"kv-purge", "kv-soft-delete-off"} <= merged <= {rule.id for rule in RULES}
