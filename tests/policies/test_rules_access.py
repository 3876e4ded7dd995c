"""Storage, log workspaces, roles and Pulumi's options: what each rule says, and of what."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.policies.gates.program import hand_made as hand

from hubwarden_policies import catalogue
from hubwarden_policies.data import load
from hubwarden_policies.evaluate import Finding, evaluate
from hubwarden_policies.model import UNKNOWN, Hole, Location, Made, Options, Resource, Secret, Stack
from hubwarden_policies.rule import HIGH, INFO, MEDIUM
from hubwarden_policies.team import Limits, Team
from hubwarden_policies.views.builtin_roles import BUILT_IN, Power
from hubwarden_policies.views.security_properties import SECURITY

TODAY = date(2026, 11, 24)
TEAM = Team(today=TODAY, devices="private")

HUB = "Microsoft.Devices/IotHubs"
DPS = "Microsoft.Devices/provisioningServices"
VAULT = "Microsoft.KeyVault/vaults"
ACCOUNT = "Microsoft.Storage/storageAccounts"
CONTAINER = f"{ACCOUNT}/blobServices/containers"
WORKSPACE = "Microsoft.OperationalInsights/workspaces"
ALERT = "Microsoft.Insights/scheduledQueryRules"
GROUP = "Microsoft.Resources/resourceGroups"
LOCK = "Microsoft.Authorization/locks"
ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
DEFINITION = "Microsoft.Authorization/roleDefinitions"
IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities"

SUBSCRIPTION = "/subscriptions/7b0a1f4e-3f0e-4d64-9d0c-3c7f5d9b8a12"
SOMEBODY = "0d4f3a52-6c1b-4d0e-9a55-3f0f6f0e8a01"
ROLES = {role.name: guid for guid, role in BUILT_IN.items()}
OWNER = ROLES["Owner"]
CONTRIBUTOR = ROLES["Contributor"]
ACCESS_ADMIN = ROLES["User Access Administrator"]
RBAC_ADMIN = ROLES["Role Based Access Control Administrator"]
BLOB_WRITER = ROLES["Storage Blob Data Contributor"]
HUB_READER = "b447c946-2db7-41ec-983d-d8bf3b1c77e3"

FIELD = "SharedAccess" + "Key="  # planted: in pieces, so that no scanner finds a key here
KEY = "cGxhbnRlZA=="  # planted


def resource(arm_type: str, properties: object = None, name: str = "x", **more: Any) -> Resource:
    body: dict[str, Any] = {"name": name, **more.pop("body", {})}
    if properties is not None:
        body["properties"] = properties
    more = {"locations": (Location("__main__.py", 7),), **more}
    return Resource(arm_type, name, f"urn:{arm_type}::{name}", body, **more)


def judge(rule: str, *resources: Resource, team: Team = TEAM) -> list[Finding]:
    found = catalogue.find(rule)
    assert found is not None
    judgement = evaluate([found], Stack("plant", "dev", resources), team)
    assert judgement.crashes == ()
    return list(judgement.findings)


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.status, finding.path) for finding in findings]


def made(source: Resource | str, path: str = "id", *rest: str) -> Made:
    return Made((Hole(source if isinstance(source, str) else source.address, path), *rest))


# Rule, type, path below `properties`, what passes, what does not (None: absent).
SWITCHES: list[tuple[str, str, str, list[object], list[object]]] = [
    ("st-shared-key", ACCOUNT, "allowSharedKeyAccess", [False], [None, True]),
    ("st-anonymous-blob", ACCOUNT, "allowBlobPublicAccess", [False], [None, True]),
    ("st-public-container", CONTAINER, "publicAccess", [None, "None", "none"],
     ["Blob", "Container", "blob"]),
    ("st-plain-http", ACCOUNT, "supportsHttpsTrafficOnly", [None, True], [False]),
    ("st-old-tls", ACCOUNT, "minimumTlsVersion", ["TLS1_2", "tls1_2", "TLS1_3"],
     [None, "TLS1_0", "TLS1_1", "1.2", ""]),
    ("law-short-retention", WORKSPACE, "retentionInDays", [90, 90.0, 730], [None, 30, 89]),
    ("law-silent-cap", WORKSPACE, "workspaceCapping.dailyQuotaGb", [None, -1, -1.0],
     [0, 0.5, 5, 5.0]),
]  # fmt: skip


def at(path: str, value: object) -> object:
    for step in reversed(path.split(".")):
        value = {step: value}
    return value


@pytest.mark.parametrize(("rule", "arm_type", "name", "passes", "fails"), SWITCHES)
def test_a_switch(
    rule: str, arm_type: str, name: str, passes: list[object], fails: list[object]
) -> None:
    path = f"properties.{name}"
    for value in passes:
        assert judge(rule, resource(arm_type, at(name, value))) == [], value
    for value in fails:
        assert said(judge(rule, resource(arm_type, at(name, value)))) == [("open", path)], value
    for value in (UNKNOWN, made("urn:x"), Secret(UNKNOWN)):
        assert said(judge(rule, resource(arm_type, at(name, value)))) == [("undecided", path)]
    absent = [] if None in passes else [("open", path)]
    assert said(judge(rule, resource(arm_type))) == absent
    assert said(judge(rule, resource(arm_type, {}))) == absent
    assert said(judge(rule, resource(arm_type, UNKNOWN))) == [("undecided", "properties")]


def test_an_account_that_does_not_say_is_a_lesser_finding_than_one_that_says_public() -> None:
    (silent,) = judge("st-anonymous-blob", resource(ACCOUNT, {}))
    (public,) = judge("st-anonymous-blob", resource(ACCOUNT, {"allowBlobPublicAccess": True}))
    assert (silent.severity, public.severity) == (MEDIUM, HIGH)


@pytest.mark.parametrize(
    ("version", "passes"),
    [("2018-11-01", False), ("2019-03-31-preview", False), ("2019-04-01", True),
     ("2024-01-01", True), (None, True)],
)  # fmt: skip
def test_plain_http_is_the_default_of_old_apis_only(version: str | None, passes: bool) -> None:
    account = resource(ACCOUNT, {}, api_version=version)
    assert (judge("st-plain-http", account) == []) is passes
    explicit = resource(ACCOUNT, {"supportsHttpsTrafficOnly": True}, api_version=version)
    assert judge("st-plain-http", explicit) == []


def test_tls_1_3_passes_where_checkov_44_asks_for_1_2_alone() -> None:
    assert judge("st-old-tls", resource(ACCOUNT, {"minimumTlsVersion": "TLS1_3"})) == []


def test_https_by_default_passes_where_kics_for_terraform_wants_it_written() -> None:
    assert judge("st-plain-http", resource(ACCOUNT, {}, api_version="2024-01-01")) == []


def test_how_long_logs_are_kept_is_the_teams_word() -> None:
    strict = Team(today=TODAY, limits=Limits(log_days=365))
    workspace = resource(WORKSPACE, {"retentionInDays": 364})
    (finding,) = judge("law-short-retention", workspace, team=strict)
    assert "less than 365" in finding.message
    assert judge("law-short-retention", workspace) == []


OVER_QUOTA = {"allOf": [{"query": '_LogOperation | where Detail contains "OverQuota"'}]}


def alert(**properties: object) -> Resource:
    return resource(ALERT, {"criteria": OVER_QUOTA, **properties})


def test_a_cap_with_an_alert_passes() -> None:
    capped = resource(WORKSPACE, {"workspaceCapping": {"dailyQuotaGb": 5}})
    path = "properties.workspaceCapping.dailyQuotaGb"
    heard = alert(scopes=[made(capped)])
    assert judge("law-silent-cap", capped, heard) == []
    not_heard = [
        alert(scopes=[made(capped)], enabled=False),
        alert(scopes=[made(capped)], criteria={"allOf": [{"query": "Heartbeat"}]}),
        alert(scopes=[made(resource(WORKSPACE, name="other"))]),
        alert(scopes=[]),
        alert(),
    ]
    for other in not_heard:
        assert said(judge("law-silent-cap", capped, other)) == [("open", path)]
    assert judge("law-silent-cap", capped, not_heard[0], heard) == []


def test_a_cap_with_an_alert_that_is_not_known_is_undecided() -> None:
    capped = resource(WORKSPACE, {"workspaceCapping": {"dailyQuotaGb": 5}})
    for unknown in ({"enabled": UNKNOWN}, {"criteria": UNKNOWN}, {"scopes": UNKNOWN}):
        (finding,) = judge("law-silent-cap", capped, alert(**{"scopes": [made(capped)], **unknown}))
        assert finding.status == "undecided", unknown


def protected(**options: Any) -> list[Finding]:
    return judge("stateful-unprotected", resource(HUB, options=Options(**options)))


def test_what_pulumi_or_azure_does_not_delete_is_protected() -> None:
    assert said(protected()) == [("open", "")]
    assert protected(protect=True) == []
    assert protected(retain_on_delete=True) == []


@pytest.mark.parametrize("arm_type", [HUB, DPS, VAULT, ACCOUNT, WORKSPACE])
def test_every_type_that_holds_something_is_judged(arm_type: str) -> None:
    assert said(judge("stateful-unprotected", resource(arm_type))) == [("open", "")]


def test_what_can_be_made_again_needs_no_protection() -> None:
    again = [resource(GROUP), resource(CONTAINER), resource(LOCK), resource(ASSIGNMENT)]
    assert judge("stateful-unprotected", *again) == []


def lock(scope: object, level: object = "CanNotDelete", **more: Any) -> Resource:
    return resource(LOCK, {"level": level}, body={"scope": scope}, **more)


GROUPED = resource(GROUP, name="g")
IN_GROUP = resource(HUB, name="h", references={"group": (GROUPED.address,)})
LONE = resource(HUB, name="h")


@pytest.mark.parametrize("level", ["CanNotDelete", "ReadOnly", "cannotdelete"])
def test_a_lock_on_it_or_on_its_group_protects(level: str) -> None:
    for scope in (made(IN_GROUP), made(GROUPED), SUBSCRIPTION, f"{SUBSCRIPTION}/"):
        assert judge("stateful-unprotected", GROUPED, IN_GROUP, lock(scope, level)) == []


def test_a_lock_that_holds_nothing_or_something_else_protects_nothing() -> None:
    other = resource(GROUP, name="other")
    child = f"{SUBSCRIPTION}/resourceGroups/g/providers/{HUB}/h/certificates/c"
    open_ = [("open", "")]
    for found in (
        lock(made(IN_GROUP), "NotSpecified"),
        lock(made(other)),
        lock(f"{SUBSCRIPTION}/resourceGroups/elsewhere"),
        lock(f"{SUBSCRIPTION}/resourceGroups/g/providers/{VAULT}/v"),
        lock(child),
    ):
        stack = (GROUPED, other, IN_GROUP, found)
        assert said(judge("stateful-unprotected", *stack)) == open_, found


def test_a_lock_by_the_address_of_a_group_protects() -> None:
    by_address = resource(LOCK, {"level": "CanNotDelete"}, references={"scope": (GROUPED.address,)})
    assert judge("stateful-unprotected", GROUPED, IN_GROUP, by_address) == []


def test_a_lock_that_may_be_on_it_is_undecided() -> None:
    for hub, found in (
        (IN_GROUP, lock(made(IN_GROUP), UNKNOWN)),
        (IN_GROUP, lock(UNKNOWN)),
        (IN_GROUP, resource(LOCK, {"level": "CanNotDelete"})),
        (LONE, lock(f"{SUBSCRIPTION}/resourceGroups/rg-of-another-team")),
        (IN_GROUP, lock(UNKNOWN, references={"scope": (GROUPED.address,)})),
    ):
        (finding,) = judge("stateful-unprotected", GROUPED, hub, found)
        assert finding.status == "undecided", found
    known = lock(made(IN_GROUP))
    assert judge("stateful-unprotected", GROUPED, IN_GROUP, lock(UNKNOWN), known) == []


def test_a_lock_that_may_be_on_it_and_holds_nothing_is_no_doubt() -> None:
    found = judge("stateful-unprotected", GROUPED, IN_GROUP, lock(UNKNOWN, "NotSpecified"))
    assert said(found) == [("open", "")]


def ignoring(arm_type: str, *paths: str) -> list[str]:
    ignored = resource(arm_type, UNKNOWN, options=Options(ignore_changes=paths))
    findings = judge("security-change-ignored", ignored)
    assert {finding.status for finding in findings} <= {"open"}
    return [finding.path for finding in findings]


@pytest.mark.parametrize(
    ("arm_type", "path"),
    [
        (HUB, "properties.disableLocalAuth"),
        (HUB, "properties.disable_local_auth"),
        (HUB, "properties.networkRuleSets.ipRules[0].ipMask"),
        (HUB, "properties.ipFilterRules.*.ipMask"),
        (HUB, "properties"),
        (HUB, "*"),
        (HUB, "identity.type"),
        (DPS, "properties.iotHubs[0].connectionString"),
        (VAULT, "properties.accessPolicies"),
        (ACCOUNT, "properties.networkAcls"),
        (WORKSPACE, "properties.features"),
        (LOCK, "properties.level"),
        (ASSIGNMENT, "properties.roleDefinitionId"),
    ],
)
def test_a_security_property_must_not_be_ignored(arm_type: str, path: str) -> None:
    assert ignoring(arm_type, path) == [path]


def test_other_properties_may_be_ignored() -> None:
    assert ignoring(HUB) == []
    assert ignoring(HUB, "tags", "sku.capacity", "properties.comments", "location") == []
    assert ignoring(WORKSPACE, "properties.features.enableDataExport") == []
    assert ignoring(GROUP, "*") == []


def test_each_ignored_property_is_a_finding_of_its_own() -> None:
    paths = ("properties.minTlsVersion", "tags", "properties.publicNetworkAccess")
    assert ignoring(HUB, *paths) == [paths[0], paths[2]]


@pytest.mark.parametrize("arm_type", SECURITY)
def test_the_security_properties_exist(arm_type: str) -> None:
    entry = load("arm-types.json")["types"][arm_type]
    known = {
        re.sub(r"\[\]|<[^>]*>", "", path)
        for paths in (entry["properties"], *entry.get("only_in", {}).values())
        for path in paths
    }
    assert set(SECURITY[arm_type]) <= known


def keyed(arm_type: str, properties: object, **options: Any) -> list[tuple[str, str]]:
    return said(
        judge("keys-in-outputs", resource(arm_type, properties, options=Options(**options)))
    )


DPS_LINK = f"HostName=h.azure-devices.net;SharedAccessKeyName=dps;{FIELD}{KEY}"
FILES = "DefaultEndpointsProtocol=https;AccountName=uploads"
WITH_KEYS = [
    (HUB, {"authorizationPolicies": [{"keyName": "a", "primaryKey": Secret(UNKNOWN)}]}),
    (HUB, {"authorizationPolicies": [{"keyName": "a", "secondaryKey": KEY}]}),
    (HUB, {"routing": {"endpoints": {"eventHubs": [{"connectionString": made("config:x", "")}]}}}),
    (HUB, {"routing": {"endpoints": {"cosmosDBSqlContainers": [{"primaryKey": KEY}]}}}),
    (HUB, {"storageEndpoints": {"$default": {"connectionString": f"{FILES};AccountKey={KEY}"}}}),
    (HUB, {"storageEndpoints": {"$default": {"connectionString": Secret(UNKNOWN)}}}),
    (DPS, {"iotHubs": [{"connectionString": Secret(DPS_LINK)}]}),
    (DPS, {"iotHubs": [{"connectionString": Secret(UNKNOWN)}]}),
    (DPS, {"authorizationPolicies": [{"keyName": "a", "primaryKey": KEY}]}),
]


@pytest.mark.parametrize(("arm_type", "properties"), WITH_KEYS)
def test_keys_are_hidden_in_outputs_too(arm_type: str, properties: object) -> None:
    assert keyed(arm_type, properties) == [("open", "properties")]
    assert keyed(arm_type, properties, additional_secret_outputs=("name",)) != []
    assert keyed(arm_type, properties, additional_secret_outputs=("properties",)) == []


@pytest.mark.parametrize(
    ("arm_type", "properties"),
    [
        (HUB, None),
        (HUB, {"authorizationPolicies": [{"keyName": "a", "rights": "ServiceConnect"}]}),
        (HUB, {"storageEndpoints": {"$default": {"connectionString": FILES}}}),
        (HUB, {"storageEndpoints": {"$default": {"connectionString": Made(
            ("AccountName=", Hole("urn:a", "name"), ";EndpointSuffix=core.windows.net"))}}}),
        (HUB, {"routing": {"endpoints": {"eventHubs": [{"connectionString": ""}]}}}),
        (DPS, {"iotHubs": [{"authenticationType": "SystemAssigned", "hostName": "h"}]}),
    ],
)  # fmt: skip
def test_who_has_no_key_has_nothing_to_hide(arm_type: str, properties: object) -> None:
    assert keyed(arm_type, properties) == []


def test_what_may_be_a_key_is_undecided() -> None:
    unknown = {"authorizationPolicies": [{"keyName": "a", "primaryKey": UNKNOWN}]}
    files = {"storageEndpoints": {"$default": {"connectionString": UNKNOWN}}}
    for arm_type, properties in ((HUB, unknown), (HUB, files), (DPS, UNKNOWN)):
        assert [status for status, _ in keyed(arm_type, properties)] == ["undecided"]
    sure = {**unknown, "storageEndpoints": {"$default": {"connectionString": Secret(UNKNOWN)}}}
    assert keyed(HUB, sure) == [("open", "properties")]


def given(role: object, scope: object, principal: object = SOMEBODY, **more: Any) -> Resource:
    if isinstance(role, str) and "/" not in role:
        role = f"/providers/Microsoft.Authorization/roleDefinitions/{role}"
    properties = {"roleDefinitionId": role, "principalId": principal, **more}
    return resource(ASSIGNMENT, properties, body={"scope": scope})


ROLE_PATH = "properties.roleDefinitionId"
OTHER_GROUP = resource(GROUP, name="other")
STORE = resource(ACCOUNT, name="s", references={"group": (OTHER_GROUP.address,)})
BESIDE = (GROUPED, IN_GROUP, OTHER_GROUP, STORE)


def powerful(assignment: Resource, *more: Resource, team: Team = TEAM) -> list[str]:
    findings = judge("role-too-powerful", assignment, *BESIDE, *more, team=team)
    return [finding.status for finding in findings]


REACHING: list[object] = [
    made(IN_GROUP),
    made(GROUPED),
    SUBSCRIPTION,
    "/",
    "/providers/Microsoft.Management/managementGroups/all",
    f"{SUBSCRIPTION}/resourceGroups/elsewhere",
    f"{SUBSCRIPTION}/resourceGroups/elsewhere/providers/microsoft.devices/iothubs/h2",
    Made(("/subscriptions/", Hole("call:x", "subscriptionId"))),
    Made((Hole(GROUPED.address, "id"), f"/providers/{HUB}/made-elsewhere")),
]
BESIDES: list[object] = [
    made(STORE),
    made(OTHER_GROUP),
    f"{SUBSCRIPTION}/resourceGroups/elsewhere/providers/{ACCOUNT}/a",
]


@pytest.mark.parametrize("scope", REACHING)
@pytest.mark.parametrize("role", [OWNER, CONTRIBUTOR, CONTRIBUTOR.upper()])
def test_who_can_list_keys_must_not_reach_a_hub(role: str, scope: object) -> None:
    (finding,) = judge("role-too-powerful", given(role, scope), *BESIDE)
    assert (finding.status, finding.path) == ("open", ROLE_PATH)


@pytest.mark.parametrize("scope", BESIDES)
def test_who_can_list_keys_may_have_what_holds_no_hub(scope: object) -> None:
    assert powerful(given(CONTRIBUTOR, scope)) == []


@pytest.mark.parametrize("scope", REACHING)
def test_a_role_on_data_may_reach_a_hub(scope: object) -> None:
    assert powerful(given(HUB_READER, scope)) == []


@pytest.mark.parametrize("scope", [*REACHING, *BESIDES, UNKNOWN])
@pytest.mark.parametrize("role", [OWNER, ACCESS_ADMIN, RBAC_ADMIN])
def test_who_can_give_roles_is_named_everywhere(role: str, scope: object) -> None:
    assert powerful(given(role, scope)) == ["open"]


def test_a_condition_on_the_roles_to_give_makes_it_a_delegation() -> None:
    attribute = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
    condition = f"({attribute} ForAnyOfAnyValues:GuidEquals {{{HUB_READER}}})"
    for role in (ACCESS_ADMIN, RBAC_ADMIN):
        assert powerful(given(role, SUBSCRIPTION, condition=condition)) == []
        assert powerful(given(role, SUBSCRIPTION, condition="@Resource[x] == 1")) == ["open"]
        assert powerful(given(role, SUBSCRIPTION, condition=UNKNOWN)) == ["undecided"]
    assert powerful(given(OWNER, SUBSCRIPTION, condition=condition)) == ["open"]


def test_who_deploys_may_have_more() -> None:
    team = Team(today=TODAY, deployers=(SOMEBODY.upper(),))
    assert powerful(given(OWNER, SUBSCRIPTION), team=team) == []
    assert powerful(given(UNKNOWN, UNKNOWN), team=team) == []
    identity = resource(IDENTITY, name="i")
    other = "11111111-2222-3333-4444-555555555555"
    assert powerful(given(OWNER, SUBSCRIPTION, other), team=team) == ["open"]
    assert powerful(given(OWNER, SUBSCRIPTION, UNKNOWN), team=team) == ["undecided"]
    assert powerful(given(OWNER, SUBSCRIPTION, made("config:a:b", "")), team=team) == ["undecided"]
    own = given(OWNER, SUBSCRIPTION, made(identity, "principalId"))
    assert powerful(own, identity, team=team) == ["open"]


def test_without_deployers_it_does_not_matter_who_it_is() -> None:
    assert powerful(given(OWNER, SUBSCRIPTION, UNKNOWN)) == ["open"]


def test_what_is_not_known_of_an_assignment_is_undecided() -> None:
    assert powerful(given(UNKNOWN, SUBSCRIPTION)) == ["undecided"]
    assert powerful(given(made("call:1", "id"), SUBSCRIPTION)) == ["undecided"]
    assert powerful(given(CONTRIBUTOR, UNKNOWN)) == ["undecided"]
    assert powerful(given(CONTRIBUTOR, made("call:1", "id"))) == ["undecided"]
    # What was computed from an account's id may be the id of its group.
    computed = replace(given(CONTRIBUTOR, UNKNOWN), references={"scope": (STORE.address,)})
    assert powerful(computed) == ["undecided"]
    # Nor is a group a role, though a role's id was computed from its name.
    named = {ROLE_PATH: (GROUPED.address,)}
    assert powerful(replace(given(UNKNOWN, SUBSCRIPTION), references=named)) == ["undecided"]
    half = Made(
        (Hole("call:x", "id"), "/providers/Microsoft.Authorization/roleDefinitions/", OWNER)
    )
    assert powerful(given(half, SUBSCRIPTION)) == ["open"]


def defined(*actions: object, without: tuple[str, ...] = (), scope: object = SUBSCRIPTION,
            **more: object) -> Resource:  # fmt: skip
    permissions = [{"actions": list(actions), "notActions": list(without)}]
    properties = {"permissions": permissions, "assignableScopes": [scope], **more}
    return resource(DEFINITION, properties, name="own")


LISTING = [
    "*",
    "Microsoft.Devices/*",
    "microsoft.devices/iothubs/*",
    "Microsoft.Devices/iotHubs/listkeys/Action",
    "Microsoft.Devices/iotHubs/iotHubKeys/listkeys/action",
    "Microsoft.Devices/provisioningServices/listkeys/action",
    "*/action",
    "*/listkeys/action",
]
HARMLESS = ["*/read", "Microsoft.Devices/iotHubs/read", "Microsoft.Storage/*", "Microsoft.Devices"]


@pytest.mark.parametrize("action", LISTING)
def test_a_role_of_ones_own_that_lists_keys(action: str) -> None:
    own = defined(action)
    assert said(judge("role-definition-lists-keys", own)) == [("open", "properties.permissions")]
    assert powerful(given(made(own), made(GROUPED)), own) == ["open"]
    assert judge("role-definition-lists-keys", own, given(made(own), made(GROUPED))) == []


@pytest.mark.parametrize("action", HARMLESS)
def test_a_role_of_ones_own_that_lists_no_keys(action: str) -> None:
    assert judge("role-definition-lists-keys", defined(action)) == []
    assert powerful(given(made(defined(action)), made(GROUPED)), defined(action)) == []


def test_what_a_role_of_ones_own_takes_away_is_not_there() -> None:
    without = ("Microsoft.Devices/*/listkeys/action",)
    assert (
        judge("role-definition-lists-keys", defined("Microsoft.Devices/*", without=without)) == []
    )
    some = ("Microsoft.Devices/iotHubs/listkeys/action",)
    assert judge("role-definition-lists-keys", defined("Microsoft.Devices/*", without=some)) != []


def test_a_role_of_ones_own_that_gives_roles() -> None:
    own = defined("Microsoft.Authorization/roleAssignments/*")
    assert powerful(given(made(own), made(STORE)), own) == ["open"]


def test_a_role_of_ones_own_that_is_not_known() -> None:
    own = defined(UNKNOWN)
    for rule in ("role-definition-lists-keys", "role-custom-owner"):
        assert [finding.status for finding in judge(rule, own)] == ["undecided"]
    assert powerful(given(made(own), made(GROUPED)), own) == ["undecided"]


@pytest.mark.parametrize(
    "scope",
    [SUBSCRIPTION, "/", "/providers/Microsoft.Management/managementGroups/all",
     Made(("/subscriptions/", Hole("call:x", "subscriptionId")))],
)  # fmt: skip
def test_an_owner_by_another_name(scope: object) -> None:
    path = [("open", "properties.permissions")]
    assert said(judge("role-custom-owner", defined("*", scope=scope))) == path
    assert said(judge("role-custom-owner", defined("*", without=("A/*",), scope=scope))) == path
    silent = resource(DEFINITION, {"permissions": [{"actions": ["*"]}]}, body={"scope": scope})
    assert said(judge("role-custom-owner", silent)) == path


def test_no_owner_by_another_name() -> None:
    group = f"{SUBSCRIPTION}/resourceGroups/g"
    assert judge("role-custom-owner", defined("*", scope=group)) == []
    assert judge("role-custom-owner", defined("*/read", "Microsoft.Devices/*")) == []
    assert judge("role-custom-owner", defined("*/read", scope=UNKNOWN)) == []
    undecided = judge("role-custom-owner", defined("*", scope=UNKNOWN))
    assert [finding.status for finding in undecided] == ["undecided"]


ASSIGNED = resource(IDENTITY, name="i")
SENDER = resource(
    HUB, name="sender", references={"identity.userAssignedIdentities": (ASSIGNED.address,)}
)
PLACE = resource(CONTAINER, name="c")
PRINCIPALS = [made(SENDER, "identity.principalId"), made(ASSIGNED, "principalId")]


def hub_given(role: object, scope: object, principal: object) -> list[tuple[str, str]]:
    stack = (GROUPED, ASSIGNED, SENDER, PLACE, given(role, scope, principal))
    return said(judge("hub-identity-too-powerful", *stack))


@pytest.mark.parametrize("principal", PRINCIPALS)
def test_a_hub_only_sends(principal: object) -> None:
    writers = [guid for guid, role in BUILT_IN.items() if Power.WRITES_DATA in role.powers]
    for role in writers:
        assert hub_given(role, made(PLACE), principal) == []
        literal = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.EventHub/namespaces/n"
        assert hub_given(role, literal, principal) == []
        assert hub_given(role, made(GROUPED), principal) == [("open", "scope")]
        assert hub_given(role, SUBSCRIPTION, principal) == [("open", "scope")]
    for role in (OWNER, CONTRIBUTOR, HUB_READER):
        assert hub_given(role, made(PLACE), principal) == [("open", ROLE_PATH)]
    assert hub_given(UNKNOWN, made(PLACE), principal) == [("undecided", ROLE_PATH)]
    assert hub_given(BLOB_WRITER, UNKNOWN, principal) == [("undecided", "scope")]


def test_whose_identity_it_is_decides() -> None:
    other = resource(IDENTITY, name="other")
    somebody = given(OWNER, made(GROUPED), made(other, "principalId"))
    assert judge("hub-identity-too-powerful", GROUPED, SENDER, other, somebody) == []
    assert hub_given(OWNER, made(GROUPED), SOMEBODY) == []
    assert hub_given(OWNER, made(GROUPED), UNKNOWN) == [("undecided", "properties.principalId")]
    assert hub_given(BLOB_WRITER, made(PLACE), UNKNOWN) == []
    unknown = given(OWNER, made(GROUPED), UNKNOWN)
    assert judge("hub-identity-too-powerful", GROUPED, IN_GROUP, unknown) != []
    assert judge("hub-identity-too-powerful", GROUPED, STORE, unknown) == []


@pytest.mark.parametrize(
    ("location", "severity"),
    [("eastus", HIGH), ("East US", HIGH), ("usgovvirginia", HIGH), (None, HIGH), (UNKNOWN, HIGH),
     ("westeurope", INFO), ("West Europe", INFO)],
)  # fmt: skip
def test_hub_min_tls_region_aware(location: object, severity: int) -> None:
    def judged(properties: object) -> list[Finding]:
        return judge("hub-old-tls", resource(HUB, properties, body={"location": location}))

    (missing,) = judged({})
    assert missing.severity == severity
    assert ("no enforcement for" in missing.message) == (severity == INFO)
    (old,) = judged({"minTlsVersion": "1.0"})
    assert old.severity == HIGH
    assert judged({"minTlsVersion": "1.2"}) == []
    assert said(judged({"minTlsVersion": UNKNOWN})) == [("undecided", "properties.minTlsVersion")]


def declared(token: str, options: dict[str, object] | None = None, **inputs: Any) -> Stack:
    """A stack with a group and one resource in it, as the program gate reads its two runs."""
    made_group = hand.resource(hand.GROUP, "g", resourceGroupName="g")
    there = hand.resource(token, "it", resourceGroupName="g", **inputs)
    there |= {"options": options or {}}
    return hand.stack(
        hand.recording("preview", made_group, there), hand.recording("canary", made_group, there)
    )


@pytest.mark.parametrize(
    "token",
    [
        "azure-native:iothub:IotHubResource",
        "azure-native:devices:IotHubResource",
        "azure-native:devices/v20221115preview:IotHubResource",
        "azure-native_iothub_v20230630:iothub:IotHubResource",
        "azure-native-v2:devices:IotHubResource",
        "azure-native:iothub/v20300101preview:IotHubResource",
    ],
)
def test_preview_token_matched(token: str) -> None:
    findings = evaluate(catalogue.RULES, declared(token), TEAM).findings
    open_ones = {finding.rule.id for finding in findings if finding.status == "open"}
    assert {"hub-local-auth", "hub-old-tls", "stateful-unprotected"} <= open_ones


@pytest.mark.parametrize(
    "token", ["azure-native:iothub:HubOfTomorrow", "azure-native_devices_v20300101::IotHubV2"]
)
def test_preview_token_that_nobody_knows_is_reported(token: str) -> None:
    findings = evaluate(catalogue.RULES, declared(token), TEAM).findings
    named = [finding for finding in findings if finding.subject.name == "it"]
    assert [(finding.rule.id, finding.status) for finding in named] == [
        ("not-covered", "undecided")
    ]
    assert token in named[0].message


@pytest.mark.parametrize(
    ("token", "ignored", "path"),
    [
        (hand.HUB, "properties.disableLocalAuth", "properties.disableLocalAuth"),
        (hand.HUB, 'properties["disableLocalAuth"]', "properties.disableLocalAuth"),
        (hand.HUB, "*", "*"),
        (hand.STORAGE, "allowSharedKeyAccess", "properties.allowSharedKeyAccess"),
        (hand.STORAGE, "networkRuleSet", "properties.networkAcls"),
        (hand.STORAGE, "enableHttpsTrafficOnly", "properties.supportsHttpsTrafficOnly"),
        (hand.WORKSPACE, "retentionInDays", "properties.retentionInDays"),
    ],
)
def test_what_a_program_ignores_is_named_as_arm_does(token: str, ignored: str, path: str) -> None:
    rule = catalogue.find("security-change-ignored")
    assert rule is not None
    stack = declared(token, {"ignoreChanges": [ignored, "tags"]})
    assert said(list(evaluate([rule], stack, TEAM).findings)) == [("open", path)]


@pytest.mark.parametrize(
    ("at_scope", "inputs"),
    [
        ("azure-native:authorization:ManagementLockAtResourceGroupLevel",
         {"resourceGroupName": "g"}),
        ("azure-native:authorization:ManagementLockByScope",
         {"scope": f"{SUBSCRIPTION}/resourceGroups/g"}),
    ],
)  # fmt: skip
def test_a_lock_on_the_group_by_its_name_protects(at_scope: str, inputs: dict[str, str]) -> None:
    rule = catalogue.find("stateful-unprotected")
    assert rule is not None
    there = [
        hand.resource(hand.GROUP, "g", resourceGroupName="g"),
        hand.resource(hand.HUB, "it", resourceGroupName="g"),
        hand.resource(at_scope, "lock", level="CanNotDelete", **inputs),
    ]
    for count, expected in ((3, []), (2, [("open", "")])):
        preview, canary = (hand.recording(mode, *there[:count]) for mode in ("preview", "canary"))
        findings = evaluate([rule], hand.stack(preview, canary), TEAM).findings
        assert said(list(findings)) == expected
