"""Diagnostic settings: what is logged of what, and what nobody can tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from hubwarden_policies import catalogue
from hubwarden_policies.evaluate import Finding, evaluate
from hubwarden_policies.model import UNKNOWN, Hole, Location, Made, Resource, Secret, Stack
from hubwarden_policies.team import Team
from hubwarden_policies.views.categories import BY_TYPE

HUB = "Microsoft.Devices/IotHubs"
DPS = "Microsoft.Devices/provisioningServices"
VAULT = "Microsoft.KeyVault/vaults"
EVENTS = "Microsoft.EventHub/namespaces"
ACCOUNT = "Microsoft.Storage/storageAccounts"
BLOBS = f"{ACCOUNT}/blobServices"
CONTAINER = f"{BLOBS}/containers"
SETTING = "Microsoft.Insights/diagnosticSettings"
UNLOGGED = {HUB: "hub-without-logs", DPS: "dps-without-logs", VAULT: "kv-without-audit-logs",
            EVENTS: "resource-without-logs"}  # fmt: skip


def resource(arm_type: str, name: str = "x", **more: Any) -> Resource:
    more = {"locations": (Location("__main__.py", 7),), **more}
    return Resource(arm_type, name, address(arm_type, name), {"name": name}, **more)


def address(arm_type: str, name: str = "x") -> str:
    return f"urn:{arm_type}::{name}"


def of(arm_type: str, name: str = "x") -> Made:
    """The id of a resource, as the canary run knows it."""
    return Made((Hole(address(arm_type, name), "id"),))


ALL = [{"categoryGroup": "allLogs", "enabled": True}]
AUDIT = [{"categoryGroup": "audit", "enabled": True}]


def setting(
    scope: object,
    logs: object = ALL,
    name: str = "logs",
    references: Mapping[str, tuple[str, ...]] | None = None,
    **more: Any,
) -> Resource:
    body: dict[str, Any] = {"properties": {"logs": logs, "workspaceId": "w", **more}}
    if scope is not None:
        body["scope"] = scope
    places = (Location("__main__.py", 9),)
    return Resource(
        SETTING, name, f"urn:{name}", body, references=references or {}, locations=places
    )


def judge(rule: str, *resources: Resource) -> list[Finding]:
    found = catalogue.find(rule)
    assert found is not None
    team = Team(today=date(2026, 11, 24))
    judgement = evaluate([found], Stack("plant", "dev", resources), team)
    assert judgement.crashes == ()
    return list(judgement.findings)


def statuses(rule: str, *resources: Resource) -> list[tuple[str, str]]:
    return [(finding.status, finding.subject.name) for finding in judge(rule, *resources)]


def only(*names: str, enabled: object = True) -> list[dict[str, object]]:
    return [{"category": name, "enabled": enabled} for name in names]


URN = "urn:pulumi:dev::plant::"
LITERAL = "/subscriptions/s/resourceGroups/g/providers/"


@pytest.mark.parametrize("arm_type", UNLOGGED)
@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("own id", None),
        ("literal", None),
        ("LITERAL", None),
        ("other literal", "open"),
        ("other resource", "open"),
        ("prefix", "open"),
        ("unknown", "undecided"),
        ("nothing", "undecided"),
        ("config", "undecided"),
        ("config of this type", "undecided"),
        ("config of another type", "open"),
        ("part of its name", "undecided"),
        ("a script", "undecided"),
        ("another stack", "open"),
        ("what is only read", "open"),
        ("made of another's name", "undecided"),
        ("a component", "undecided"),
    ],
)
def test_which_resource_a_setting_is_on(arm_type: str, scope: str, status: str | None) -> None:
    config = Hole("config:plant:id", "")
    scopes: dict[str, object] = {
        "own id": of(arm_type),
        "literal": f"{LITERAL}{arm_type}/x",
        "LITERAL": f"{LITERAL}{arm_type}/x".upper(),
        "other literal": f"{LITERAL}{arm_type}/other",
        "prefix": f"{LITERAL}{arm_type}/xy",
        "other resource": of("Microsoft.Web/sites"),
        "unknown": UNKNOWN,
        "nothing": None,
        "config": Made((config,)),
        "config of this type": Made((f"{LITERAL}{arm_type}/", config)),
        "config of another type": Made((f"{LITERAL}Microsoft.Web/sites/", config)),
        "part of its name": Made((f"{LITERAL}{arm_type}/", Hole(address(arm_type), "name"), "-2")),
        "a script": Made((Hole("urn:script", "stdout"),)),
        "another stack": Made((Hole(f"{URN}pulumi:pulumi:StackReference::net", "outputs.id"),)),
        "what is only read": Made((Hole(f"{URN}a:b:C$azure-native:web:WebApp::app", "id"),)),
        "made of another's name": Made(
            (f"{LITERAL}{arm_type}/", Hole(f"{URN}azure-native:web:WebApp::app", "name"), "-hub")
        ),
        "a component": Made((Hole(f"{URN}a:b:C::app", "id"),)),
    }
    resources = (
        resource(arm_type),
        resource("Microsoft.Web/sites"),
        Resource("command:local:Command", "script", "urn:script", {}),
        setting(scopes[scope]),
    )
    expected = [] if status is None else [(status, "x")]
    assert statuses(UNLOGGED[arm_type], *resources) == expected


def test_an_id_that_the_program_puts_together() -> None:
    parts = (LITERAL.replace("/g/", "/"), Hole("urn:group", "name"), f"/providers/{HUB}/")
    named = Made((*parts, Hole(address(HUB), "name")))
    assert statuses("hub-without-logs", resource(HUB), setting(named)) == []
    literal = Made((Hole("urn:group", "id"), f"/providers/{HUB}/x"))
    assert statuses("hub-without-logs", resource(HUB), setting(literal)) == []
    other = Made((Hole("urn:group", "id"), f"/providers/{HUB}/other"))
    assert statuses("hub-without-logs", resource(HUB), setting(other)) == [("open", "x")]


def test_a_reference_of_the_gate_decides_what_is_unknown() -> None:
    for scope in (UNKNOWN, None):
        on = setting(scope, references={"scope": (address(HUB),)})
        assert statuses("hub-without-logs", resource(HUB), on) == []
        assert statuses("hub-without-logs", resource(HUB, "y"), on) == [("open", "y")]


def test_each_resource_needs_its_own() -> None:
    hubs = (resource(HUB, "a"), resource(HUB, "b"), resource(HUB, "c"))
    assert statuses("hub-without-logs", *hubs, setting(of(HUB, "b"))) == [
        ("open", "a"),
        ("open", "c"),
    ]


@pytest.mark.parametrize(
    ("arm_type", "logs", "status"),
    [
        (HUB, AUDIT, None),
        (HUB, only("Routes"), None),
        (HUB, only("Routes", enabled=False), "open"),
        (HUB, [], "open"),
        (HUB, None, "open"),
        (HUB, [{"category": "Routes"}], "open"),
        (HUB, [{"enabled": True}], "open"),
        (HUB, [{"categoryGroup": "other", "enabled": True}], "open"),
        (HUB, UNKNOWN, "undecided"),
        (HUB, Secret(UNKNOWN), "undecided"),
        (HUB, only("Routes", enabled=UNKNOWN), "undecided"),
        (HUB, [UNKNOWN], "undecided"),
        (HUB, [UNKNOWN, *only("Routes")], None),
        (DPS, AUDIT, "open"),
        (DPS, [{"categoryGroup": "ALLLOGS", "enabled": True}], None),
        (DPS, only("DeviceOperations"), None),
        (VAULT, AUDIT, None),
        (VAULT, ALL, None),
        (VAULT, only("auditevent"), None),
        (VAULT, only("AuditEvent", enabled=False), "open"),
        (VAULT, only("AzurePolicyEvaluationDetails"), "open"),
        (VAULT, only("AuditEvent", enabled=UNKNOWN), "undecided"),
        (VAULT, only("AzurePolicyEvaluationDetails", enabled=UNKNOWN), "open"),
        (EVENTS, AUDIT, None),
        (EVENTS, only("RuntimeAuditLogs"), None),
        (EVENTS, [], "open"),
    ],
)
def test_what_counts_as_logging(arm_type: str, logs: object, status: str | None) -> None:
    expected = [] if status is None else [(status, "x")]
    found = statuses(UNLOGGED[arm_type], resource(arm_type), setting(of(arm_type), logs))
    assert found == expected


def test_a_setting_that_does_not_log_is_shown() -> None:
    (finding,) = judge("hub-without-logs", resource(HUB), setting(of(HUB), []))
    assert finding.path == "diagnosticSettings"
    assert finding.locations == (Location("__main__.py", 7),)
    assert finding.related == ((Location("__main__.py", 9), "this setting does not log it"),)
    assert 'category_group": "allLogs"' in finding.fix


@pytest.mark.parametrize("arm_type", [HUB, DPS])
def test_every_required_category_is_required(arm_type: str) -> None:
    required = BY_TYPE[arm_type].required
    complete = setting(of(arm_type), only(*required))
    assert judge("diag-missing-category", resource(arm_type), complete) == []
    for name in required:
        rest = [other for other in required if other != name]
        incomplete = setting(of(arm_type), [*only(*rest), *only(name, enabled=False)])
        (finding,) = judge("diag-missing-category", resource(arm_type), incomplete)
        assert finding.message == f"{name} of x is not logged"
        assert (finding.subject.name, finding.path) == ("logs", "properties.logs")


def test_the_table_of_categories_is_the_catalogues() -> None:
    assert set(BY_TYPE[HUB].required) == {
        "Connections", "DeviceIdentityOperations", "C2DCommands", "C2DTwinOperations",
        "DirectMethods", "FileUploadOperations", "JobsOperations", "Configurations", "Routes",
    }  # fmt: skip
    assert set(BY_TYPE[DPS].required) == {"DeviceOperations", "ServiceOperations"}
    assert set(BY_TYPE[VAULT].required) == {"AuditEvent"}
    assert set(BY_TYPE[BLOBS].required) == {"StorageRead", "StorageWrite", "StorageDelete"}


def test_several_settings_add_up() -> None:
    first, *rest = BY_TYPE[HUB].required
    one, two = setting(of(HUB), only(first)), setting(of(HUB), only(*rest), name="more")
    assert judge("diag-missing-category", resource(HUB), one, two) == []
    (finding,) = judge("diag-missing-category", resource(HUB), one, setting(of(HUB), [], name="b"))
    assert [words for _, words in finding.related] == ["what is logged of x", "adds to it"]
    assert finding.message.endswith("are not logged")


@pytest.mark.parametrize(
    ("logs", "status"),
    [
        (ALL, None),
        (AUDIT, "open"),
        ([*AUDIT, *only(*BY_TYPE[HUB].required)], None),
        ([*only(*BY_TYPE[HUB].required), UNKNOWN], None),
        ([], None),  # hub-without-logs says it
        ([*only("Routes"), *only("Connections", enabled=UNKNOWN)], "open"),
        ([*only(*BY_TYPE[HUB].required[1:]), *only("Connections", enabled=UNKNOWN)], "undecided"),
        ([*only("Routes"), UNKNOWN], "undecided"),
        ([*only("Routes"), {"categoryGroup": UNKNOWN, "enabled": True}], "undecided"),
        (UNKNOWN, "undecided"),
    ],
)
def test_what_a_hub_logs(logs: object, status: str | None) -> None:
    found = judge("diag-missing-category", resource(HUB), setting(of(HUB), logs))
    assert [finding.status for finding in found] == ([] if status is None else [status])


def test_a_setting_that_may_be_on_the_hub_leaves_it_undecided() -> None:
    some = setting(of(HUB), only("Routes"))
    doubtful = setting(UNKNOWN, name="doubtful")
    (finding,) = judge("diag-missing-category", resource(HUB), some, doubtful)
    assert (finding.status, finding.subject.name) == ("undecided", "x")
    assert "doubtful" in finding.message
    assert judge("diag-missing-category", resource(HUB), doubtful) == []
    assert statuses("hub-without-logs", resource(HUB), some, doubtful) == []


def test_one_setting_on_two_hubs_is_two_findings() -> None:
    both = Resource(
        SETTING, "logs", "urn:logs", {"properties": {"logs": only("Routes")}},
        references={"scope": (address(HUB, "a"), address(HUB, "b"))},
    )  # fmt: skip
    found = judge("diag-missing-category", resource(HUB, "a"), resource(HUB, "b"), both)
    assert len({finding.fingerprint for finding in found}) == 2


def container(parent: str, name: str = "c") -> Resource:
    return resource(CONTAINER, name, references={"parent": (parent,)})


def blob_service(account: str, name: str = "default") -> Resource:
    return resource(BLOBS, name, references={"parent": (account,)})


def below(account: str, child: str = "/blobServices/default") -> Made:
    return Made((Hole(address(ACCOUNT, account), "id"), child))


def test_the_blob_service_of_an_account() -> None:
    stack = (resource(ACCOUNT, "a"), container(address(ACCOUNT, "a")))
    rule = "resource-without-logs"
    assert statuses(rule, *stack) == [("open", "a")]
    assert statuses(rule, *stack, setting(below("a"))) == []
    assert statuses(rule, *stack, setting(below("a", "/BLOBSERVICES/default/"))) == []
    assert statuses(rule, *stack, setting(f"{LITERAL}{ACCOUNT}/a/blobServices/default")) == []
    assert statuses(rule, *stack, setting(of(ACCOUNT, "a"))) == [("open", "a")]
    assert statuses(rule, *stack, setting(below("a", "/queueServices/default"))) == [("open", "a")]
    assert statuses(rule, *stack, setting(below("b"))) == [("undecided", "a")]
    unknown = setting(UNKNOWN, references={"scope": (address(ACCOUNT, "a"),)})
    assert statuses(rule, *stack, unknown) == [("undecided", "a")]


def test_a_declared_blob_service() -> None:
    service = blob_service(address(ACCOUNT, "a"))
    stack = (resource(ACCOUNT, "a"), service, container(service.address))
    rule = "resource-without-logs"
    assert statuses(rule, *stack) == [("open", "default")]
    assert statuses(rule, *stack, setting(of(BLOBS, "default"))) == []
    assert statuses(rule, *stack, setting(below("a"))) == []


def test_an_account_without_blobs_of_the_stack() -> None:
    assert statuses("resource-without-logs", resource(ACCOUNT, "a")) == []
    assert statuses("resource-without-logs", container("urn:elsewhere")) == []


def test_the_categories_of_a_blob_service() -> None:
    stack = (resource(ACCOUNT, "a"), container(address(ACCOUNT, "a")))
    rule = "diag-missing-category"
    other = only("Other")
    assert statuses(rule, *stack, setting(below("a"), [*AUDIT, *other])) == []
    assert statuses(rule, *stack, setting(below("a"), other)) == [("open", "logs")]
    found = judge(rule, *stack, setting(below("a"), only("StorageRead", "StorageWrite")))
    assert [finding.message for finding in found] == ["StorageDelete of a is not logged"]


@pytest.mark.parametrize(
    ("destinations", "status"),
    [
        ({"workspaceId": None}, "open"),
        ({"workspaceId": ""}, "open"),
        ({"workspaceId": "/subscriptions/s"}, None),
        ({"workspaceId": Made((Hole("urn:w", "id"),))}, None),
        ({"workspaceId": UNKNOWN}, "undecided"),
        ({"workspaceId": None, "storageAccountId": "x"}, None),
        ({"workspaceId": UNKNOWN, "storageAccountId": "x"}, None),
        ({"workspaceId": None, "eventHubAuthorizationRuleId": "x"}, None),
        ({"workspaceId": None, "marketplacePartnerId": "x"}, None),
        ({"workspaceId": None, "serviceBusRuleId": "x"}, None),
        ({"workspaceId": None, "eventHubName": "x"}, "open"),
    ],
)
def test_destinations(destinations: dict[str, Any], status: str | None) -> None:
    found = judge("diag-without-destination", setting(of(HUB), **destinations))
    assert [finding.status for finding in found] == ([] if status is None else [status])
    assert all(finding.path == "properties.workspaceId" for finding in found)
