"""States and previews that hold what they should not, and files that are no such thing."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from tests.policies.rule_examples import FLAG

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import Finding
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.gates.state.gate import collect
from hubwarden_policies.model import UNKNOWN, Secret
from hubwarden_policies.rules.removals import registry_deleted
from hubwarden_policies.team import Team

TEAM = Team(today=date(2026, 11, 24), devices="internet")
URN = "urn:pulumi:prod::plant::"
HUB = {
    "urn": f"{URN}azure-native:iothub:IotHubResource::telemetry",
    "type": "azure-native:iothub:IotHubResource",
    "custom": True,
    "inputs": {"location": "westeurope", "properties": {"disableLocalAuth": True}},
    "outputs": {"name": "telemetry"},
}
LINK = "dps-link-in-clear"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"


def stack(**outputs: Any) -> dict[str, Any]:
    return {
        "urn": f"{URN}pulumi:pulumi:Stack::plant-prod",
        "type": "pulumi:pulumi:Stack",
        "custom": False,
        "outputs": outputs,
    }


def state(*resources: Any, **more: Any) -> bytes:
    deployment = {"manifest": {}, "resources": resources, **more}
    return json.dumps({"version": 3, "deployment": deployment}, indent=1).encode()


def findings(raw: bytes) -> list[Finding]:
    examined = judged(collect(raw, "state.json"), name="prod", rules=RULES, team=TEAM)
    assert examined.errors == ()
    assert examined.judgement is not None
    return list(examined.judgement.findings)


def said(raw: bytes, rule: str) -> list[tuple[str, str]]:
    return [(one.status, one.path) for one in findings(raw) if one.rule.id == rule]


@pytest.mark.parametrize("bad", [True, False])
def test_the_page_of_the_rule_on_what_goes(bad: bool) -> None:
    page = registry_deleted.page.bad if bad else registry_deleted.page.good
    lines = [n for n, line in enumerate(page.splitlines(), 1) if line.endswith(FLAG)]
    found = [f for f in findings(page.replace(FLAG, "").encode()) if f.rule is registry_deleted]
    assert [f.locations[0].line for f in found] == lines
    assert bool(lines) == bad


@pytest.mark.parametrize(
    "wrapped",
    [
        lambda d: {"version": 3, "deployment": d},
        lambda d: {"version": 4, "deployment": d},
        lambda d: {"version": 3, "checkpoint": {"stack": "prod", "latest": d}},
        lambda d: d,
    ],
)
def test_every_form_of_a_state_is_read(wrapped: Any) -> None:
    bad = {**HUB, "inputs": {"properties": {"disableLocalAuth": False}}}
    raw = json.dumps(wrapped({"manifest": {}, "resources": [bad]})).encode()
    assert said(raw, "hub-local-auth") == [("open", "properties.disableLocalAuth")]


def test_a_secret_is_one_whether_its_value_is_there_or_not() -> None:
    hidden = {SIGNATURE: SECRET, "ciphertext": "v1:a:b"}
    shown = {SIGNATURE: SECRET, "plaintext": '"planted"'}
    read = collect(state(stack(a=hidden, b=shown)), "state.json").stack
    assert read is not None
    assert read.exports == {"a": Secret(UNKNOWN), "b": Secret("planted")}


def test_an_override_that_is_left_is_found() -> None:
    raw = state(stack(**{"hubwarden:override": "OPS-7: the line stands still"}), HUB)
    assert said(raw, "override-left") == [("open", "outputs.hubwarden:override")]


def test_what_is_read_or_waits_to_be_deleted_is_not_judged() -> None:
    bad = {**HUB, "inputs": {}}
    read = collect(state({**bad, "external": True}, {**bad, "delete": True}), "state.json")
    assert read.stack is not None
    assert read.stack.resources == ()
    assert any("wait to be deleted" in note for note in read.notes)


@pytest.mark.parametrize(
    ("op", "kept", "goes"),
    [
        ("delete", {}, True),
        ("replace", {}, True),
        ("delete-replaced", {}, True),
        ("delete", {"retainOnDelete": True}, False),
        ("update", {}, False),
        ("same", {}, False),
    ],
)
def test_what_goes(op: str, kept: dict[str, Any], goes: bool) -> None:
    step = {"op": op, "urn": HUB["urn"], "oldState": {**HUB, **kept}, "newState": HUB}
    raw = json.dumps({"steps": [step]}).encode()
    assert bool(said(raw, "registry-deleted")) == goes


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "JSON"),
        (b"[]", "object"),
        (b'{"version": 9, "deployment": {"resources": []}}', "version"),
        (b'{"version": 3, "deployment": []}', "object"),
        (b'{"version": 3, "deployment": {"resources": 7}}', "list"),
        (b'{"version": 3, "deployment": {"resources": [{"type": "a"}]}}', "urn"),
        (b'{"steps": [{"op": "conjure", "urn": "urn:pulumi:a::b::c::d"}]}', "conjure"),
        (b'{"steps": [{"urn": "x"}]}', "op"),
        (b'{"steps": [{"op": "create", "urn": "urn:pulumi:a::b::c::d"}]}', "does not show"),
        (b'{"steps": [{"op": "delete", "urn": "urn:pulumi:a::b::c::d"}]}', "does not show"),
        (b'{"changeSummary": {"create": "1"}}', "counts nothing"),
        (b'{"changeSummary": 3}', "counts nothing"),
        (b'{"config": {}}', "no stack"),
        (b'{"manifest": {}, "manifest": {}}', "twice"),
        (b'{"sequence": 0, "preludeEvent": {}}\n{"sequence": 1}', "STREAMING"),
        (b'{"manifest": {}, "resources": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deep"),
        (state({**HUB, "inputs": {"tags": {SIGNATURE: "of tomorrow"}}}), "mark"),
        (state({**HUB, "inputs": {SIGNATURE: SECRET, "plaintext": "{"}}), "read"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(raw: bytes, word: str) -> None:
    collected = collect(raw, "state.json")
    assert [error.exit_code for error in collected.errors] == [4]
    assert word in collected.errors[0].message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("delete", "false"),
        ("custom", None),
        ("custom", 1),
        ("parent", {"a": 1}),
        ("id", {"a": 1}),
        ("provider", 7),
        ("aliases", 7),
        ("ignoreChanges", 7),
        ("ignoreChanges", ["location", None]),
        ("stackTrace", 7),
        ("propertyDependencies", ["location"]),
    ],
)
def test_a_field_of_another_kind_is_a_sentence(name: str, value: Any) -> None:
    entry = {**HUB, name: value}
    if value is None:
        del entry[name]
    (error,) = collect(state(entry), "state.json").errors
    assert name in error.message
    assert str(HUB["urn"]) in error.message


def test_what_a_resource_depends_on_may_be_anything() -> None:
    raw = state({**HUB, "propertyDependencies": {"location": 5}})
    assert collect(raw, "state.json").errors == ()


@pytest.mark.parametrize(
    ("kind", "type_", "unclear"),
    [
        ("creating", HUB["type"], True),
        ("updating", HUB["type"], True),
        ("importing", HUB["type"], True),
        ("deleting", HUB["type"], False),
        ("reading", HUB["type"], False),
        ("creating", "random:index/randomId:RandomId", False),
    ],
)
def test_what_was_cut_off_is_undecided(kind: str, type_: str, unclear: bool) -> None:
    entry = {**HUB, "type": type_, "urn": f"{URN}{type_}::telemetry"}
    raw = state(pending_operations=[{"resource": entry, "type": kind}])
    assert said(raw, "not-covered") == ([("undecided", "type")] if unclear else [])


@pytest.mark.parametrize("operation", [{}, {"type": "creating"}, {"type": 1, "resource": HUB}])
def test_an_operation_that_cannot_be_read_is_a_sentence(operation: Any) -> None:
    (error,) = collect(state(pending_operations=[operation]), "state.json").errors
    assert "operation" in error.message


def test_a_preview_that_failed_is_judged_and_is_an_error() -> None:
    bad = {**HUB, "inputs": {"properties": {"disableLocalAuth": False}}}
    step = {"op": "create", "urn": HUB["urn"], "newState": bad}
    for severity, kinds in (("error", ["failed-preview"]), ("warning", [])):
        told = {"steps": [step], "diagnostics": [{"severity": severity, "message": "planted"}]}
        collected = collect(json.dumps(told).encode(), "preview.json")
        assert [error.kind for error in collected.errors] == kinds
        assert collected.stack is not None
        assert [one.name for one in collected.stack.resources] == ["telemetry"]


def test_a_preview_that_shows_no_step_of_what_it_counts_is_no_pass() -> None:
    collected = collect(b'{"config": {}, "changeSummary": {"create": 1}}', "preview.json")
    assert [error.kind for error in collected.errors] == ["incomplete"]
    assert collect(b'{"config": {}, "changeSummary": {}}', "preview.json").errors == ()


def test_a_replacement_that_is_over_already_is_no_step() -> None:
    step = {"op": "remove-pending-replace", "urn": HUB["urn"], "oldState": HUB}
    collected = collect(json.dumps({"steps": [step]}).encode(), "preview.json")
    assert collected.errors == ()
    assert collected.stack is not None
    assert collected.stack.resources == ()


def test_a_link_that_nobody_can_read_is_not_in_clear() -> None:
    hidden = {SIGNATURE: SECRET, "ciphertext": "v1:a:b"}
    dps = "azure-native:deviceprovisioningservices:IotDpsResource"
    entry = {"urn": f"{URN}{dps}::enrolment", "type": dps, "custom": True}
    assert said(state({**entry, "inputs": {"properties": {"iotHubs": hidden}}}), LINK) == []
    clear = [{"location": "westeurope", "connectionString": "HostName=a.azure-devices.net"}]
    assert said(state({**entry, "inputs": {"properties": {"iotHubs": clear}}}), LINK)
