"""What `--policy-pack-config` may give a rule."""

from __future__ import annotations

import inspect
import re
from datetime import date

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from hubwarden_policies.catalogue import RULES, find
from hubwarden_policies.gates.pack.config import READS, Configured, configured, schema
from hubwarden_policies.rule import Rule
from hubwarden_policies.team import Level, Limits, Team

TEAM = Team(today=date(2026, 11, 24), hub_policies=("service",))
_READ = re.compile(r"\bteam\.(?:limits\.)?(\w+)")


def known(name: str) -> Rule:
    rule = find(name)
    assert rule is not None
    return rule


def read(rule: Rule) -> set[str]:
    """The names in the source of the rule, but for those that are the whole fleet's."""
    names = set(_READ.findall(inspect.getsource(rule.check))) - {"today", "devices", "level"}
    ranges = {"widest_range", "widest_ipv6_range"}
    return names - {"limits"} | (ranges if "limits" in names else set())


@pytest.mark.parametrize("rule", [rule for rule in RULES if Team in rule.wants], ids=lambda r: r.id)
def test_a_rule_can_be_given_what_it_reads(rule: Rule) -> None:
    assert set(READS.get(rule.id, ())) == read(rule)
    assert schema(rule).keys() == read(rule)


def test_a_schema_refuses_what_a_settings_file_may_not_say() -> None:
    said = schema(known("hub-wide-ip-range"))["widest_range"]
    Draft202012Validator.check_schema(said)
    assert Draft202012Validator(said).is_valid(24)
    assert not Draft202012Validator(said).is_valid(33)
    assert not Draft202012Validator(said).is_valid("wide")


def test_a_schema_has_no_default_which_the_engine_would_send_as_the_flags() -> None:
    assert not [name for rule in RULES for name, said in schema(rule).items() if "default" in said]


@pytest.mark.parametrize("level", ["advisory", "disabled"])
def test_a_level_of_the_flag_is_the_rules(level: Level) -> None:
    rule = known("hub-old-tls")
    assert configured(TEAM, rule, Configured(level)).level(rule) == level


def test_the_projects_own_level_leaves_a_milder_finding_its_own() -> None:
    rule = known("credential-leak")
    team = configured(TEAM, rule, Configured("mandatory"))
    assert team is TEAM


def test_a_value_of_the_flag_wins_over_the_file() -> None:
    lists = configured(
        TEAM, known("hub-unlisted-policy"), Configured("mandatory", {"hub_policies": ["device"]})
    )
    limits = configured(
        TEAM, known("kv-key-without-expiry"), Configured("advisory", {"key_days": 9})
    )
    assert lists.hub_policies == ("device",)
    assert limits.limits == Limits(key_days=9)


def test_a_value_that_the_rule_does_not_read_changes_nothing() -> None:
    rule = known("hub-old-tls")
    assert configured(TEAM, rule, Configured("mandatory", {"hub_policies": []})) is TEAM
