"""Where credentials come out, and that each place has one rule that says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, get_args, get_type_hints

import pytest

from hubwarden_policies.catalogue import RULES, find
from hubwarden_policies.evaluate import Finding, evaluate
from hubwarden_policies.model import (
    PROGRAM_TYPE,
    STACK_TYPE,
    UNKNOWN,
    ConfigValue,
    Flow,
    Hole,
    Location,
    Made,
    Resource,
    Secret,
    Stack,
    Unseen,
)
from hubwarden_policies.rule import CRITICAL, HIGH, INFO, MEDIUM, Undecided
from hubwarden_policies.rules.flows import _SINKS
from hubwarden_policies.rules.leaks import credential_in_output
from hubwarden_policies.team import Team

TEAM = Team(today=date(2026, 11, 24))
LINE = Location("__main__.py", 7)
FETCHED = Location("__main__.py", 3)
KEY_FIELD = "SharedAccess" + "Key="  # planted: in pieces, so that no scanner finds a key here
KEY = "cGxhbnRlZA=="  # planted
SERVICE = f"HostName=plant.azure-devices.net;SharedAccessKeyName=service;{KEY_FIELD}{KEY}"
LEAK_RULES = [rule for rule in RULES if rule.id.startswith("credential-")]
LISTED = Made((Hole("call:azure-native:iothub:listIotHubResourceKeysForKeyName", "primaryKey"),))


def flow(sink: str, path: str = "", address: str | None = None, **more: Any) -> Flow:
    facts: dict[str, Any] = {
        "origin": "primaryKey of listIotHubResourceKeysForKeyName",
        "kind": "key",
        "encoding": "plain",
        "digest": False,
        "locations": (LINE,),
        "fetched": (FETCHED,),
    }
    return Flow(sink=sink, path=path, address=address, **{**facts, **more})  # type: ignore[arg-type]


def stack(*resources: Resource, **more: Any) -> Stack:
    return Stack("plant", "dev", resources, **{"flows": (), **more})


def judge(judged: Stack, *rules: str, team: Team = TEAM) -> list[Finding]:
    chosen = [rule for rule in RULES if rule.id in rules] if rules else LEAK_RULES
    judgement = evaluate(chosen, judged, team)
    assert judgement.crashes == ()
    return list(judgement.findings)


ACCOUNT = Resource(
    "Microsoft.Storage/storageAccounts", "uploads", "urn:uploads", {"tags": {}}, locations=(LINE,)
)


@pytest.mark.parametrize(
    ("leak", "rule", "subject", "path", "severity"),
    [
        (flow("output", "outputs.hubKey"), "credential-in-output", STACK_TYPE, "outputs.hubKey",
         CRITICAL),
        (flow("component-output", "outputs.key", "urn:pulumi:dev::plant::a:b$c:d:Platform::iot"),
         "credential-in-output", "c:d:Platform", "outputs.key", CRITICAL),
        (flow("input", "tags.key", "urn:uploads"), "credential-leak",
         "Microsoft.Storage/storageAccounts", "tags.key", CRITICAL),
        (flow("name", "", "urn:uploads"), "credential-leak", "Microsoft.Storage/storageAccounts",
         "name", CRITICAL),
        (flow("option", "option", "urn:uploads"), "credential-leak",
         "Microsoft.Storage/storageAccounts", "option", CRITICAL),
        (flow("log", "log"), "credential-leak", PROGRAM_TYPE, "log", CRITICAL),
        (flow("stdout"), "credential-leak", PROGRAM_TYPE, "stdout", CRITICAL),
        (flow("stderr", "stderr"), "credential-leak", PROGRAM_TYPE, "stderr", CRITICAL),
        (flow("file", "file:conn.txt"), "credential-leak", PROGRAM_TYPE, "file:conn.txt", HIGH),
        (flow("process", "process"), "credential-leak", PROGRAM_TYPE, "process", HIGH),
        (flow("environment", "environment"), "credential-leak", PROGRAM_TYPE, "environment",
         MEDIUM),
        (flow("unsecret"), "credential-leak", PROGRAM_TYPE, "unsecret", HIGH),
    ],
)  # fmt: skip
def test_every_sink_has_one_rule(
    leak: Flow, rule: str, subject: str, path: str, severity: int
) -> None:
    (finding,) = judge(stack(ACCOUNT, flows=(leak,)))
    assert (finding.rule.id, finding.subject.type, finding.path) == (rule, subject, path)
    assert finding.severity == severity
    assert finding.locations == (LINE,)
    assert finding.related == ((FETCHED, "where it is fetched"),)
    assert finding.message.startswith("primaryKey of listIotHubResourceKeysForKeyName ")


def test_every_sink_of_the_model_is_said() -> None:
    assert set(_SINKS) == set(get_args(get_type_hints(Flow)["sink"]))


@pytest.mark.parametrize(
    ("kind", "severity"),
    [("key", INFO), ("token", INFO), ("config", MEDIUM), ("plain-config", MEDIUM)],
)
def test_a_digest_can_be_guessed_where_a_person_chose_the_value(kind: str, severity: int) -> None:
    for sink in ("output", "log"):
        (finding,) = judge(stack(flows=(flow(sink, "x", kind=kind, digest=True),)))
        assert finding.severity == severity
        assert finding.message.startswith("a digest of ")


def test_the_encoding_is_said() -> None:
    (finding,) = judge(stack(flows=(flow("log", encoding="base64 of json"),)))
    assert finding.message.endswith(", as base64 of json")
    (tagged,) = judge(stack(ACCOUNT, flows=(flow("input", "tags.key", "urn:uploads"),)))
    assert tagged.message.endswith("stands in clear in a tag")
    (plain,) = judge(stack(ACCOUNT, flows=(flow("input", "properties.a", "urn:uploads"),)))
    assert plain.message.endswith("stands in clear in a property")


def test_one_credential_at_one_place_is_one_finding() -> None:
    many = (
        flow("output", "outputs.a", digest=True),
        flow("output", "outputs.a"),
        flow("output", "outputs.a", encoding="base64"),
        flow("output", "outputs.b"),
        flow("output", "outputs.a", origin="secondaryKey"),
    )
    found = judge(stack(flows=many))
    assert [(finding.path, finding.severity) for finding in found] == [
        ("outputs.a", CRITICAL),
        ("outputs.b", CRITICAL),
        ("outputs.a", CRITICAL),
    ]
    assert len({finding.fingerprint for finding in found}) == 3
    assert not any("base64" in finding.message for finding in found)


def test_every_line_at_which_it_comes_out_is_shown() -> None:
    other = replace(LINE, line=20)
    flows = (flow("log", "log"), flow("log", "log"), flow("log", "log", locations=(other,)))
    (finding,) = judge(stack(flows=flows))
    assert finding.locations == (LINE,)
    assert finding.related == ((FETCHED, "where it is fetched"), (other, "here too"))


def test_a_leaks_fingerprint_stays_when_lines_move_and_changes_with_its_file() -> None:
    here = judge(stack(flows=(flow("log", "log"),)))[0].fingerprint
    moved = flow("log", "log", locations=(replace(LINE, line=99),), fetched=())
    assert judge(stack(flows=(moved,)))[0].fingerprint == here
    elsewhere = flow("log", "log", locations=(replace(LINE, file="other.py"),))
    assert judge(stack(flows=(elsewhere,)))[0].fingerprint != here
    other = flow("log", "log", origin="secondaryKey")
    assert judge(stack(flows=(other,)))[0].fingerprint != here


def test_without_a_canary_the_rules_on_leaks_are_undecided_once() -> None:
    (finding,) = judge(stack(flows=None))
    assert (finding.rule.id, finding.status) == ("credential-leak", "undecided")
    assert "--no-canary" in finding.message
    assert judge(stack(flows=())) == []


def owned(arm_type: str, body: dict[str, Any]) -> Resource:
    return Resource(arm_type, "x", "urn:x", {"name": "x", "properties": body})


PLACES = [
    ("kv-secret-in-clear", "Microsoft.KeyVault/vaults/secrets", "properties.value",
     {"value": LISTED}),
    ("dps-link-in-clear", "Microsoft.Devices/provisioningServices",
     "properties.iotHubs[0].connectionString", {"iotHubs": [{"connectionString": LISTED}]}),
    ("hub-policy-inline-key", "Microsoft.Devices/IotHubs",
     "properties.authorizationPolicies[0].primaryKey",
     {"authorizationPolicies": [{"keyName": "x", "primaryKey": LISTED}]}),
    ("dps-policy-inline-key", "Microsoft.Devices/provisioningServices",
     "properties.authorizationPolicies[0].secondaryKey",
     {"authorizationPolicies": [{"keyName": "x", "secondaryKey": LISTED}]}),
    ("hub-routing-key", "Microsoft.Devices/IotHubs",
     "properties.routing.endpoints.eventHubs[0].connectionString",
     {"routing": {"endpoints": {"eventHubs": [{"connectionString": LISTED}]}}}),
    ("hub-file-upload-account-key", "Microsoft.Devices/IotHubs",
     "properties.storageEndpoints.$default.connectionString",
     {"storageEndpoints": {"$default": {"connectionString": Made(
         ("Account" + "Key=", *LISTED.parts))}}}),
    ("app-setting-connection-string", "Microsoft.Web/sites",
     "properties.siteConfig.appSettings[0].value",
     {"siteConfig": {"appSettings": [{"name": "HUB", "value": LISTED}]}}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "arm_type", "path", "body"), PLACES)
def test_a_place_with_a_rule_of_its_own_is_reported_once(
    rule: str, arm_type: str, path: str, body: dict[str, Any]
) -> None:
    leaking = stack(owned(arm_type, body), flows=(flow("input", path, "urn:x"),))
    found = judge(leaking, *(rule.id for rule in RULES))
    at_place = [finding for finding in found if finding.path == path and finding.status == "open"]
    assert [finding.rule.id for finding in at_place] == [rule]


@pytest.mark.parametrize(("rule", "arm_type", "path", "body"), PLACES)
def test_where_that_rule_is_switched_off_the_leak_is_still_reported(
    rule: str, arm_type: str, path: str, body: dict[str, Any]
) -> None:
    leaking = stack(owned(arm_type, body), flows=(flow("input", path, "urn:x"),))
    team = replace(TEAM, levels={rule: "disabled"})
    found = judge(leaking, "credential-leak", rule, team=team)
    assert [(finding.rule.id, finding.path) for finding in found] == [("credential-leak", path)]


def test_an_owner_that_cannot_decide_hides_no_leak() -> None:
    unknown = Resource("Microsoft.KeyVault/vaults/secrets", "x", "urn:x", {"properties": UNKNOWN})
    leaking = (flow("input", "properties.value", "urn:x"), flow("log", "log"))
    found = judge(stack(unknown, flows=leaking))
    assert [(finding.status, finding.path) for finding in found] == [
        ("open", "properties.value"),
        ("open", "log"),
    ]


def test_another_property_of_the_same_resource_is_still_a_leak() -> None:
    secret = owned("Microsoft.KeyVault/vaults/secrets", {"value": LISTED, "contentType": LISTED})
    both = (
        flow("input", "properties.value", "urn:x"),
        flow("input", "properties.contentType", "urn:x"),
    )
    found = judge(stack(secret, flows=both), "credential-leak", "kv-secret-in-clear")
    assert [(finding.rule.id, finding.path) for finding in found] == [
        ("kv-secret-in-clear", "properties.value"),
        ("credential-leak", "properties.contentType"),
    ]


def test_unsecret_is_said_where_the_value_goes_no_further_on_that_line() -> None:
    lost = flow("unsecret", origin="config secret plant:db")
    assert len(judge(stack(flows=(lost,)))) == 1
    exported = flow("output", "outputs.db", origin="config secret plant:db")
    assert [f.path for f in judge(stack(flows=(lost, exported)))] == ["outputs.db"]
    far = replace(exported, locations=(LINE, replace(LINE, line=20)))
    assert len(judge(stack(flows=(lost, far)))) == 2
    other = replace(exported, origin="another")
    assert len(judge(stack(flows=(lost, other)))) == 2


def test_a_key_that_is_written_out_in_an_output() -> None:
    exports = {
        "plain": SERVICE,
        "nested": {"hubs": [SERVICE]},
        "marked": Secret(SERVICE),
        "name": "plant",
        "unknown": UNKNOWN,
    }
    places = {"plain": (LINE,)}
    found = judge(stack(exports=exports, export_locations=places))
    assert [(finding.path, finding.locations) for finding in found] == [
        ("outputs.plain", (LINE,)),
        ("outputs.nested.hubs[0]", ()),
    ]
    assert {finding.subject.type for finding in found} == {STACK_TYPE}
    proved = stack(exports={"plain": SERVICE}, flows=(flow("output", "outputs.plain"),))
    assert len(judge(proved)) == 1
    blind = judge(stack(exports=exports, flows=None), "credential-in-output")
    assert [finding.path for finding in blind if finding.status == "open"] == [
        finding.path for finding in found
    ]


def configured(value: object, line: int = 2, file: str = "Pulumi.dev.yaml") -> ConfigValue:
    return ConfigValue(value, Location(file, line, 14))


def test_a_key_in_the_config() -> None:
    config = {
        "plant:hub": configured(SERVICE),
        "plant:nested": configured({"hubs": [SERVICE, Secret(SERVICE), 7]}),
        "plant:marked": configured(Secret(SERVICE)),
        "plant:name": configured("plant"),
        "plant:nowhere": ConfigValue(SERVICE),
    }
    found = judge(stack(config=config), "config-connection-string")
    assert [(finding.path, finding.locations) for finding in found] == [
        ("config.plant:hub", (Location("Pulumi.dev.yaml", 2, 14),)),
        ("config.plant:nested.hubs[0]", (Location("Pulumi.dev.yaml", 2, 14),)),
        ("config.plant:nowhere", ()),
    ]
    assert found[0].message == "an IoT Hub key stands in clear in the config"
    assert KEY not in found[0].message


def sources(**more: Any) -> list[Finding]:
    return judge(stack(**more), "source-connection-string")


def test_a_key_in_a_source() -> None:
    text = f'import os\n\nhub = "{SERVICE}"\n# was: {SERVICE}\n'
    found = sources(sources={"__main__.py": text, "README.md": f"Use {SERVICE}.", "x.py": "x"})
    column = len('hub = "') + SERVICE.index(KEY_FIELD) + 1
    assert [(finding.path, finding.locations[0]) for finding in found] == [
        ("source:__main__.py", Location("__main__.py", 3, column)),
        ("source:__main__.py", Location("__main__.py", 4, column)),
        ("source:README.md", Location("README.md", 1, SERVICE.index(KEY_FIELD) + 5)),
    ]
    assert {finding.subject.type for finding in found} == {PROGRAM_TYPE}
    assert len({finding.fingerprint for finding in found}) == 3
    assert not any(KEY in finding.message for finding in found)
    moved = sources(sources={"__main__.py": "# new\n" + text})
    assert moved[0].fingerprint == found[0].fingerprint


def test_the_values_of_stack_files_belong_to_the_rule_on_config() -> None:
    file = f"config:\n  plant:hub: {SERVICE}\n"
    own = {"plant:hub": configured(SERVICE)}
    assert sources(sources={"Pulumi.dev.yaml": file}, config=own) == []
    commented = file + f"  # {SERVICE.replace('service', 'old').replace(KEY, 'cGxhbnRlZDI=')}\n"
    found = sources(sources={"Pulumi.dev.yaml": commented}, config=own)
    assert [finding.locations[0].line for finding in found] == [3]
    assert sources(sources={"stacks/Pulumi.prod.yaml": file}) == []
    elsewhere = {"plant:hub": configured(SERVICE, file="Pulumi.yaml")}
    assert len(sources(sources={"settings.yaml": file}, config=elsewhere)) == 1
    assert sources(sources={"Pulumi.yaml": file}, config=elsewhere) == []
    assert len(sources(sources={"Pulumi.yaml": file})) == 1


def test_types_that_nobody_knows_are_undecided_and_named() -> None:
    unknown = Unseen("azure-native:iothub:New", "no ARM type of that name", "urn:a::b:c::new")
    without = Unseen("azure-native:iothub:Newer", "no ARM type of that name", None)
    found = judge(stack(unmapped=(unknown, without)), "not-covered")
    assert [(finding.status, finding.path, finding.subject.name) for finding in found] == [
        ("undecided", "type", "new"),
        ("undecided", "type", "plant-dev"),
    ]
    assert "azure-native:iothub:New" in found[0].message


def test_no_leak_rule_is_left_out() -> None:
    assert [rule.id for rule in LEAK_RULES] == ["credential-in-output", "credential-leak"]
    assert find("credential-leak") is not None


def test_without_a_canary_run_an_unknown_output_is_undecided_and_a_secret_one_passes() -> None:
    exports = {"key": UNKNOWN, "hidden": Secret(UNKNOWN), "name": "plant"}
    stack = Stack("plant", "dev", (), exports=exports)
    (verdict,) = credential_in_output.check(stack)
    assert isinstance(verdict, Undecided)
    assert verdict.path == "outputs.key"
