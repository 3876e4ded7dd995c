"""Hub, DPS and vault: what each rule says of one resource, and of two that belong together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

import pytest

from hubwarden_policies import catalogue
from hubwarden_policies.evaluate import Finding, evaluate
from hubwarden_policies.model import UNKNOWN, Hole, Location, Made, Resource, Secret, Stack
from hubwarden_policies.rule import CRITICAL, HIGH, LOW, MEDIUM, Rule
from hubwarden_policies.team import Team

PRIVATE = Team(today=date(2026, 11, 24), devices="private")
HUB = "Microsoft.Devices/IotHubs"
DPS = "Microsoft.Devices/provisioningServices"
VAULT = "Microsoft.KeyVault/vaults"
SECRET = "Microsoft.KeyVault/vaults/secrets"
SITE = "Microsoft.Web/sites"
UPDATE = "Microsoft.DeviceUpdate/accounts/instances"

LINK = {"keyName": "dps-link", "rights": "RegistryWrite, ServiceConnect"}
OWNER = {"keyName": "iothubowner", "rights": "RegistryRead, RegistryWrite, ServiceConnect"}
KEY_FIELD = "SharedAccess" + "Key="  # planted: in pieces, so that no scanner finds a key here
KEY = "cGxhbnRlZA=="  # planted


def resource(arm_type: str, properties: object = None, name: str = "x", **more: Any) -> Resource:
    body: dict[str, Any] = {"name": name, "location": "westeurope"}
    if properties is not None:
        body["properties"] = properties
    more = {"locations": (Location("__main__.py", 7),), **more}
    return Resource(arm_type, name, f"urn:{arm_type}::{name}", body, **more)


def judge(rule: str, *resources: Resource, team: Team = PRIVATE, **more: Any) -> list[Finding]:
    found = catalogue.find(rule)
    assert found is not None
    judgement = evaluate([found], Stack("plant", "dev", resources, **more), team)
    assert judgement.crashes == ()
    return list(judgement.findings)


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.status, finding.path) for finding in findings]


def properties(rule: str, arm_type: str, value: object, **more: Any) -> list[tuple[str, str]]:
    return said(judge(rule, resource(arm_type, value), **more))


def made(*parts: str | Hole) -> Made:
    return Made(parts)


def hole(source: str, path: str = "primaryKey") -> Hole:
    return Hole(source, path)


CONFIG = hole("config:plant:key", "")
LISTED = hole("call:azure-native:iothub:listIotHubResourceKeysForKeyName")

# The rules that read one switch: rule, type, path below `properties`, what passes, what does not
# (None: absent).
SWITCHES: list[tuple[str, str, str, list[object], list[object]]] = [
    ("hub-local-auth", HUB, "disableLocalAuth", [True], [None, False]),
    ("hub-public-network", HUB, "publicNetworkAccess", ["Disabled", "disabled"],
     [None, "Enabled", "SecuredByPerimeter", ""]),
    ("dps-public-network", DPS, "publicNetworkAccess", ["Disabled", "DISABLED"],
     [None, "Enabled"]),
    ("kv-public-network", VAULT, "publicNetworkAccess", ["Disabled", "disabled"],
     [None, "enabled"]),
    ("hub-old-tls", HUB, "minTlsVersion", ["1.2", " 1.2", "1.3"],
     [None, "1.0", "1.1", "TLS1_2", "", "11.2", "1.20"]),
    ("kv-soft-delete-off", VAULT, "enableSoftDelete", [None, True], [False]),
    ("kv-short-retention", VAULT, "softDeleteRetentionInDays", [None, 90, 90.0], [7, 89]),
    ("kv-purge", VAULT, "enablePurgeProtection", [True], [None, False]),
    ("kv-access-policies", VAULT, "enableRbacAuthorization", [True], [None, False]),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "arm_type", "name", "passes", "fails"), SWITCHES)
def test_a_switch(
    rule: str, arm_type: str, name: str, passes: list[object], fails: list[object]
) -> None:
    path = f"properties.{name}"
    for value in passes:
        assert properties(rule, arm_type, {name: value}) == [], value
    for value in fails:
        assert properties(rule, arm_type, {name: value}) == [("open", path)], value
    for value in (UNKNOWN, made(hole("urn:x")), Secret(UNKNOWN)):
        assert properties(rule, arm_type, {name: value}) == [("undecided", path)]


@pytest.mark.parametrize(("rule", "arm_type", "name", "passes", "fails"), SWITCHES)
def test_a_switch_that_is_absent_means_what_azure_does(
    rule: str, arm_type: str, name: str, passes: list[object], fails: list[object]
) -> None:
    expected = [] if None in passes else [("open", f"properties.{name}")]
    assert said(judge(rule, resource(arm_type))) == expected
    assert properties(rule, arm_type, {}) == expected
    assert properties(rule, arm_type, UNKNOWN) == [("undecided", "properties")]
    assert None in passes or None in fails


@pytest.mark.parametrize("rule", ["hub-public-network", "dps-public-network"])
@pytest.mark.parametrize(
    ("devices", "findings", "advised"),
    [("internet", 0, False), ("private", 1, False), (None, 1, True)],
)
def test_the_public_endpoint_of_hub_and_dps_is_the_teams_word(
    rule: str, devices: Literal["internet", "private"] | None, findings: int, advised: bool
) -> None:
    arm_type = {"hub": HUB, "dps": DPS}[rule.partition("-")[0]]
    team = Team(today=date(2026, 11, 24), devices=devices)
    found = judge(rule, resource(arm_type, {}), team=team)
    assert len(found) == findings
    assert all(('devices = "internet"' in finding.fix) == advised for finding in found)
    assert all('public_network_access="Disabled"' in finding.fix for finding in found)


def test_devices_over_the_internet_need_no_public_vault() -> None:
    team = Team(today=date(2026, 11, 24), devices="internet")
    assert said(judge("kv-public-network", resource(VAULT), team=team)) != []


def test_a_declared_endpoint_is_not_read() -> None:
    team = Team(today=date(2026, 11, 24), devices="internet")
    hub = resource(HUB, {"publicNetworkAccess": UNKNOWN})
    assert judge("hub-public-network", hub, team=team) == []


def test_ip_rules_do_not_close_an_open_endpoint() -> None:
    open_vault = {
        "publicNetworkAccess": "Enabled",
        "networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "0.0.0.0/0"}]},
    }
    assert properties("kv-public-network", VAULT, open_vault)
    ruled = {"networkRuleSets": {"defaultAction": "Deny", "ipRules": []}}
    assert properties("hub-public-network", HUB, ruled)


def test_the_wrong_name_of_the_tls_property_is_named() -> None:
    (finding,) = judge("hub-old-tls", resource(HUB, {"minimumTlsVersion": "1.2"}))
    assert "minimumTlsVersion is no property of a hub" in finding.message


@pytest.mark.parametrize(
    ("location", "doubtful"),
    [("westeurope", True), ("West Europe", True), ("East US", False), ("eastus", False),
     ("southcentralus", False), ("westus2", False), ("usgovarizona", False),
     ("usgovvirginia", False), (UNKNOWN, False), (None, False)],
)  # fmt: skip
def test_tls_says_where_azure_documents_no_enforcement(location: object, doubtful: bool) -> None:
    hub = Resource(HUB, "x", "urn:x", {"location": location, "properties": {}})
    (finding,) = judge("hub-old-tls", hub)
    assert ("test the devices as well" in finding.message) == doubtful


def policies(*declared: object, **more: object) -> Mapping[str, object]:
    return {"authorizationPolicies": list(declared), **more}


@pytest.mark.parametrize("rule", ["hub-local-auth", "hub-unlisted-policy"])
@pytest.mark.parametrize(
    "rights",
    ["RegistryWrite, ServiceConnect", "ServiceConnect,RegistryWrite",
     "registrywrite, serviceconnect"],
)  # fmt: skip
def test_a_hub_that_is_declared_for_a_link_passes(rule: str, rights: str) -> None:
    assert properties(rule, HUB, policies({"keyName": "any", "rights": rights})) == []


@pytest.mark.parametrize(
    "declared",
    [
        [LINK, OWNER],
        [LINK, LINK],
        [{"keyName": "dps-link", "rights": "RegistryWrite"}],
        [{"keyName": "dps-link", "rights": "ServiceConnect"}],
        [{"keyName": "dps-link", "rights": "RegistryWrite, ServiceConnect, DeviceConnect"}],
        [{"keyName": "dps-link"}],
        [],
    ],
)
def test_anything_else_is_not_declared_for_a_link(declared: list[object]) -> None:
    assert properties("hub-local-auth", HUB, policies(*declared)) == [
        ("open", "properties.disableLocalAuth")
    ]
    assert properties("hub-unlisted-policy", HUB, policies(*declared)) != []


def test_an_unknown_policy_hides_no_switch_that_is_known() -> None:
    unknown = {"authorizationPolicies": UNKNOWN}
    for rule in ("hub-local-auth", "hub-unlisted-policy"):
        assert properties(rule, HUB, {**unknown, "disableLocalAuth": True}) == []
        assert properties(rule, HUB, unknown) == [("undecided", "properties.authorizationPolicies")]
        declared = policies(LINK, disableLocalAuth=UNKNOWN)
        assert properties(rule, HUB, declared) == []


def test_allow_list() -> None:
    other = {"keyName": "Reader", "rights": "RegistryRead"}
    path = "properties.authorizationPolicies"
    team = Team(today=date(2026, 11, 24), hub_policies=("READER",))
    assert properties("hub-unlisted-policy", HUB, policies(other)) == [
        ("open", f"{path}[0].keyName")
    ]
    assert properties("hub-unlisted-policy", HUB, policies(other), team=team) == []
    assert properties("hub-unlisted-policy", HUB, policies(other, OWNER), team=team) == [
        ("open", f"{path}[1].keyName")
    ]
    unknown = policies({"keyName": UNKNOWN, "rights": "x"}, OWNER)
    assert properties("hub-unlisted-policy", HUB, unknown, team=team) == [
        ("undecided", f"{path}[0].keyName"),
        ("open", f"{path}[1].keyName"),
    ]
    assert properties("hub-unlisted-policy", HUB, policies(OWNER, disableLocalAuth=True)) == []


def test_policies_that_azure_makes_itself_are_no_pass() -> None:
    omitted: list[dict[str, object]] = [
        {},
        {"authorizationPolicies": None},
        {"authorizationPolicies": []},
    ]
    for value in omitted:
        (finding,) = judge("hub-unlisted-policy", resource(HUB, value))
        assert finding.path == "properties.authorizationPolicies"
        assert "iothubowner" in finding.message


def updating(resource_id: object, **references: tuple[str, ...]) -> Resource:
    named = {f"properties.iotHubs[0].{name}": found for name, found in references.items()}
    body = {"iotHubs": [{"resourceId": resource_id}]}
    return resource(UPDATE, body, name="instance", references=named)


HUB_ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Devices/IotHubs/"


@pytest.mark.parametrize(
    ("resource_id", "expected"),
    [
        (made(hole(f"urn:{HUB}::x", "id")), []),
        (HUB_ID + "x", []),
        (HUB_ID.upper() + "X", []),
        (HUB_ID + "xy", [("open", "properties.disableLocalAuth")]),
        (made(hole(f"urn:{HUB}::other", "id")), [("undecided", "properties.iotHubs")]),
        (made("/subscriptions/s/providers/Microsoft.Web/sites/", CONFIG),
         [("open", "properties.disableLocalAuth")]),
        (made(HUB_ID, CONFIG), [("undecided", "properties.iotHubs")]),
        (UNKNOWN, [("undecided", "properties.iotHubs")]),
    ],
)  # fmt: skip
def test_device_update_is_a_declared_use(resource_id: object, expected: object) -> None:
    found = judge("hub-local-auth", resource(HUB, {}), updating(resource_id))
    assert said(found) == expected


def test_the_policies_of_a_hub_that_device_update_uses() -> None:
    named = updating(HUB_ID + "x")
    assert judge("hub-unlisted-policy", resource(HUB, {}), named) == []
    assert said(judge("hub-unlisted-policy", resource(HUB, {}), updating(HUB_ID + "y"))) != []
    declared = resource(HUB, policies(OWNER))
    assert said(judge("hub-unlisted-policy", declared, named)) == [
        ("open", "properties.authorizationPolicies[0].keyName")
    ]


def test_device_update_by_a_reference_of_the_gate() -> None:
    referring = updating(UNKNOWN, resourceId=(f"urn:{HUB}::x",))
    assert judge("hub-local-auth", resource(HUB, {}), referring) == []
    assert (
        judge("hub-local-auth", resource(HUB, {"disableLocalAuth": True}), updating(UNKNOWN)) == []
    )


def test_an_unknown_instance_hides_no_other() -> None:
    unknown = resource(UPDATE, UNKNOWN, name="unknown")
    assert judge("hub-local-auth", resource(HUB, {}), unknown, updating(HUB_ID + "x")) == []
    assert said(judge("hub-local-auth", resource(HUB, {}), unknown)) == [
        ("undecided", "properties")
    ]


@pytest.mark.parametrize(
    ("rule", "arm_type"), [("hub-policy-inline-key", HUB), ("dps-policy-inline-key", DPS)]
)
@pytest.mark.parametrize("name", ["primaryKey", "secondaryKey"])
def test_a_key_that_the_program_chooses(rule: str, arm_type: str, name: str) -> None:
    path = f"properties.authorizationPolicies[0].{name}"
    for key in (KEY, Secret(KEY), Secret(UNKNOWN), made(CONFIG), Secret(made(CONFIG)), 7):
        assert properties(rule, arm_type, policies({**LINK, name: key})) == [("open", path)]
    for unset in (None, ""):
        assert properties(rule, arm_type, policies({**LINK, name: unset})) == []
    assert properties(rule, arm_type, policies({**LINK, name: UNKNOWN})) == [("undecided", path)]
    assert properties(rule, arm_type, policies(UNKNOWN, {**LINK, name: KEY})) == [
        ("undecided", "properties.authorizationPolicies[0]"),
        ("open", path.replace("[0]", "[1]")),
    ]
    assert properties(rule, arm_type, {}) == []


def test_an_inline_key_names_its_policy() -> None:
    named = judge("hub-policy-inline-key", resource(HUB, policies({**LINK, "primaryKey": KEY})))
    assert "dps-link" in named[0].message
    unnamed = policies({"keyName": UNKNOWN, "primaryKey": KEY})
    assert len(judge("hub-policy-inline-key", resource(HUB, unnamed))) == 1


ROUTES = ["eventHubs", "serviceBusQueues", "serviceBusTopics", "storageContainers"]


@pytest.mark.parametrize(
    ("kind", "name"),
    [*((kind, "connectionString") for kind in ROUTES),
     ("cosmosDBSqlContainers", "primaryKey"), ("cosmosDBSqlContainers", "secondaryKey")],
)  # fmt: skip
def test_routing_with_a_key(kind: str, name: str) -> None:
    path = f"properties.routing.endpoints.{kind}[0].{name}"

    def routed(value: object) -> object:
        return {"routing": {"endpoints": {kind: [{"name": "a", name: value}]}}}

    for key in ("x", Secret("x"), Secret(UNKNOWN), made(CONFIG)):
        assert properties("hub-routing-key", HUB, routed(key)) == [("open", path)]
    for unset in (None, ""):
        assert properties("hub-routing-key", HUB, routed(unset)) == []
    assert properties("hub-routing-key", HUB, routed(UNKNOWN)) == [("undecided", path)]


def test_an_unknown_kind_of_endpoint_hides_no_other() -> None:
    endpoints = {"eventHubs": UNKNOWN, "storageContainers": [{"connectionString": "x"}]}
    assert properties("hub-routing-key", HUB, {"routing": {"endpoints": endpoints}}) == [
        ("undecided", "properties.routing.endpoints.eventHubs"),
        ("open", "properties.routing.endpoints.storageContainers[0].connectionString"),
    ]
    assert properties("hub-routing-key", HUB, {"routing": None}) == []


ACCOUNT = "DefaultEndpointsProtocol=https;AccountName=uploads"
ACCOUNT_KEY = "Account" + "Key="  # planted


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (ACCOUNT, None),
        ("", None),
        (None, None),
        ("https://uploads.blob.core.windows.net/", None),
        (made("DefaultEndpointsProtocol=https;AccountName=", hole("urn:a", "name")), None),
        (f"{ACCOUNT};{ACCOUNT_KEY}{KEY}", "open"),
        (f"{ACCOUNT};{ACCOUNT_KEY.lower()}{KEY}", "open"),
        (Secret(f"{ACCOUNT};{ACCOUNT_KEY}{KEY}"), "open"),
        (f"{ACCOUNT};{ACCOUNT_KEY}", None),
        (made(f"{ACCOUNT};{ACCOUNT_KEY}", CONFIG), "open"),
        (f"{ACCOUNT};SharedAccessSignature=sv=1", "open"),
        ("https://uploads.blob.core.windows.net/?sv=1&sig=x", "open"),
        (made(CONFIG), "undecided"),
        (made(CONFIG, ";EndpointSuffix=core.windows.net"), "undecided"),
        (Secret(UNKNOWN), "undecided"),
        (UNKNOWN, "undecided"),
    ],
)
def test_file_upload(value: object, status: str | None) -> None:
    endpoints = {"storageEndpoints": {"$default": {"connectionString": value}}}
    path = "properties.storageEndpoints.$default.connectionString"
    expected = [] if status is None else [(status, path)]
    assert properties("hub-file-upload-account-key", HUB, endpoints) == expected


def link(connection_string: object, **more: object) -> Mapping[str, object]:
    return {"iotHubs": [{"connectionString": connection_string, "location": "w", **more}]}


LINK_PATH = "properties.iotHubs[0].connectionString"
TO_HUB = f"HostName=x.azure-devices.net;SharedAccessKeyName=dps-link;{KEY_FIELD}"


@pytest.mark.parametrize(
    ("value", "findings"),
    [
        (TO_HUB + KEY, 1),
        (made(TO_HUB, LISTED), 1),
        (UNKNOWN, 1),
        (Secret(TO_HUB + KEY), 0),
        (Secret(made(TO_HUB, LISTED)), 0),
        (Secret(UNKNOWN), 0),
        (None, 0),
        ("", 0),
    ],
)
def test_a_linked_hubs_key_in_clear(value: object, findings: int) -> None:
    assert properties("dps-link-in-clear", DPS, link(value)) == [("open", LINK_PATH)] * findings


def test_what_encloses_a_secret_hides_it_as_well() -> None:
    assert properties("dps-link-in-clear", DPS, Secret(link(TO_HUB + KEY))) == []
    assert properties("dps-link-in-clear", DPS, {"iotHubs": Secret(link(KEY)["iotHubs"])}) == []
    assert said(judge("kv-secret-in-clear", resource(SECRET, Secret({"value": "x"})))) == []
    assert said(judge("kv-secret-in-clear", resource(SECRET, Secret(UNKNOWN)))) == []


@pytest.mark.parametrize("kind", ["SystemAssigned", "userassigned"])
def test_a_link_by_identity_has_no_key(kind: str) -> None:
    linked = link(signed("iothubowner"), authenticationType=kind)
    for rule in ("dps-link-in-clear", "dps-link-owner-policy"):
        assert properties(rule, DPS, linked) == []
    keyless = resource(HUB, {"disableLocalAuth": True})
    assert judge("dps-link-keyless-hub", keyless, resource(DPS, linked, name="dps")) == []
    by_key = link(TO_HUB + KEY, authenticationType="KeyBased")
    assert properties("dps-link-in-clear", DPS, by_key) != []


def signed(policy: str) -> str:
    return f"HostName=x.azure-devices.net;SharedAccessKeyName={policy};{KEY_FIELD}{KEY}"


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (signed("dps-link"), None),
        (signed("iothubowner"), "open"),
        (signed("IotHubOwner"), "open"),
        (Secret(signed("iothubowner")), "open"),
        (made(f"SharedAccessKeyName=iothubowner;{KEY_FIELD}", LISTED), "open"),
        (made("HostName=", hole("urn:h"), f";SharedAccessKeyName=link;{KEY_FIELD}", LISTED), None),
        (made("SharedAccessKeyName=", hole("call:x", "keyName"), f";{KEY_FIELD}", LISTED),
         "undecided"),
        (made(CONFIG), "undecided"),
        (Secret(UNKNOWN), "undecided"),
        (UNKNOWN, "undecided"),
        (made(CONFIG, f";{KEY_FIELD}", LISTED), "undecided"),
        (made(CONFIG, f";SharedAccessKeyName=link;{KEY_FIELD}", LISTED), None),
        (f"HostName=x.azure-devices.net;{KEY_FIELD}{KEY}", None),
        (None, None),
    ],
)  # fmt: skip
def test_a_link_as_the_owner(value: object, status: str | None) -> None:
    expected = [] if status is None else [(status, LINK_PATH)]
    assert properties("dps-link-owner-policy", DPS, link(value)) == expected


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (signed("service"), None),
        ("hunter2", None),
        (None, None),
        (signed("iothubowner"), "open"),
        (Secret(signed("provisioningserviceowner")), "open"),
        (Secret(made(f"SharedAccessKeyName=iothubowner;{KEY_FIELD}", CONFIG)), "open"),
        (made("SharedAccessKeyName=", hole("urn:x"), f";{KEY_FIELD}", CONFIG), "undecided"),
        (Secret(made(CONFIG)), "undecided"),
        (Secret(made(LISTED)), "undecided"),
        (Secret(made(hole("urn:random:index/randomPassword:RandomPassword::p", "result"))), None),
        (Secret(made(hole("call:azure-native:storage:listStorageAccountKeys"))), None),
        (Secret(UNKNOWN), "undecided"),
        (UNKNOWN, "undecided"),
    ],
)
def test_a_vault_that_hands_out_the_owners_key(value: object, status: str | None) -> None:
    expected = [] if status is None else [(status, "properties.value")]
    assert properties("kv-secret-hub-owner", SECRET, {"value": value}) == expected


@pytest.mark.parametrize(
    ("value", "findings"),
    [("x", 1), (made(LISTED), 1), (UNKNOWN, 1), (7, 1), (Secret("x"), 0), (Secret(UNKNOWN), 0),
     (Secret(made(LISTED)), 0), (None, 0), ("", 0)],
)  # fmt: skip
def test_a_vaults_secret_in_clear(value: object, findings: int) -> None:
    expected = [("open", "properties.value")] * findings
    assert properties("kv-secret-in-clear", SECRET, {"value": value}) == expected


def dps(connection_string: object, **more: Any) -> Resource:
    return resource(DPS, link(connection_string), name="dps", **more)


OF_HUB = hole(f"urn:{HUB}::x", "properties.hostName")


@pytest.mark.parametrize(
    ("value", "to_x"),
    [
        (signed("a"), True),
        (signed("a").replace("x.azure", "X.azure"), True),
        (signed("a").replace("x.azure", "y.azure"), False),
        (made("HostName=", OF_HUB, f";SharedAccessKeyName=a;{KEY_FIELD}", LISTED), True),
        (Secret(made("HostName=", OF_HUB, ".azure-devices.net;a=b")), True),
        (made(OF_HUB), True),
        (made("HostName=", CONFIG, f";{KEY_FIELD}", OF_HUB), None),
        (made(CONFIG), None),
        (UNKNOWN, None),
    ],
)
def test_which_hub_is_linked(value: object, to_x: bool | None) -> None:
    keyless = resource(HUB, {"disableLocalAuth": True})
    unused = resource(HUB, policies(LINK))
    status = {True: ["open"], False: [], None: ["undecided"]}[to_x]
    found = judge("dps-link-keyless-hub", keyless, dps(value))
    assert said(found) == [(word, LINK_PATH) for word in status]
    assert all(finding.subject.name == "dps" for finding in found)
    status = {True: [], False: ["open"], None: ["undecided"]}[to_x]
    found = judge("hub-unused-link-policy", unused, dps(value))
    assert said(found) == [(word, "properties.authorizationPolicies[0]") for word in status]
    assert all(finding.subject.name == "x" for finding in found)


def test_a_link_by_a_reference_of_the_gate() -> None:
    linking = dps(Secret(UNKNOWN), references={LINK_PATH: (f"urn:{HUB}::x",)})
    assert judge("hub-unused-link-policy", resource(HUB, policies(LINK)), linking) == []
    (finding,) = judge("dps-link-keyless-hub", resource(HUB, {"disableLocalAuth": True}), linking)
    assert finding.related == ((Location("__main__.py", 7), "the hub that accepts no keys"),)


def test_azures_default_is_named() -> None:
    (absent,) = judge("hub-local-auth", resource(HUB, {}))
    (off,) = judge("hub-local-auth", resource(HUB, {"disableLocalAuth": False}))
    assert absent.message == f"{off.message}, as Azure's default is"


def test_a_link_to_a_hub_with_keys_is_fine_whatever_it_is() -> None:
    assert judge("dps-link-keyless-hub", resource(HUB, {"disableLocalAuth": True}), dps(None)) == []
    assert judge("dps-link-keyless-hub", resource(HUB, {}), dps(UNKNOWN)) == []
    assert judge("dps-link-keyless-hub", dps(UNKNOWN)) == []
    doubtful = resource(HUB, {"disableLocalAuth": UNKNOWN})
    assert said(judge("dps-link-keyless-hub", doubtful, dps(signed("a")))) == [
        ("undecided", "properties.disableLocalAuth")
    ]


def test_a_link_policy_that_nobody_uses() -> None:
    rule = "hub-unused-link-policy"
    assert said(judge(rule, resource(HUB, policies(LINK)))) == [
        ("open", "properties.authorizationPolicies[0]")
    ]
    assert judge(rule, resource(HUB, policies(LINK, disableLocalAuth=True))) == []
    assert judge(rule, resource(HUB, policies(LINK, OWNER))) == []
    unknown = resource(DPS, UNKNOWN, name="dps")
    assert said(judge(rule, resource(HUB, policies(LINK)), unknown)) == [
        ("undecided", "properties.authorizationPolicies[0]")
    ]


def site(value: object, name: object = "HUB") -> Mapping[str, object]:
    return {"siteConfig": {"appSettings": [{"name": name, "value": value}]}}


SETTING = "properties.siteConfig.appSettings[0].value"


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("plant.azure-devices.net", None),
        (7, None),
        (None, None),
        ("@Microsoft.KeyVault(SecretUri=https://plant.vault.azure.net/secrets/hub)", None),
        (made("@microsoft.keyvault(SecretUri=", hole("urn:s", "uri"), ")"), None),
        (made("@Microsoft.KeyVault(", CONFIG, ")"), None),
        (made(hole(f"urn:{HUB}::x", "name")), None),
        ("InstrumentationKey=00000000;IngestionEndpoint=https://x", None),
        (signed("service"), "open"),
        (made(f"SharedAccessKeyName=service;{KEY_FIELD}", LISTED), "open"),
        (made(LISTED), "open"),
        (made(hole("call:azure-native:storage:listStorageAccountKeys", "keys[0].value")), "open"),
        (f"{ACCOUNT};{ACCOUNT_KEY}{KEY}", "open"),
        ("SharedAccessSignature sr=plant&sig=x&se=1", "open"),
        (made(CONFIG), "undecided"),
        (UNKNOWN, "undecided"),
        (Secret(UNKNOWN), "undecided"),
        (made("https://", CONFIG, "/api"), "undecided"),
        (made("HostName=", CONFIG), None),
    ],
)
def test_app_settings(value: object, status: str | None) -> None:
    expected = [] if status is None else [(status, SETTING)]
    assert properties("app-setting-connection-string", SITE, site(value)) == expected
    strings = {"siteConfig": {"connectionStrings": [{"name": "HUB", "connectionString": value}]}}
    path = "properties.siteConfig.connectionStrings[0].connectionString"
    expected = [] if status is None else [(status, path)]
    assert properties("app-setting-connection-string", SITE, strings) == expected


def test_a_marked_key_in_an_app_setting_is_less_bad() -> None:
    (plain,) = judge("app-setting-connection-string", resource(SITE, site(signed("a"))))
    (marked,) = judge("app-setting-connection-string", resource(SITE, site(Secret(signed("a")))))
    assert (plain.severity, marked.severity) == (CRITICAL, MEDIUM)
    assert "HUB" in plain.message
    (unnamed,) = judge("app-setting-connection-string", resource(SITE, site(signed("a"), UNKNOWN)))
    assert unnamed.message == "a setting holds a key"
    slot = resource(f"{SITE}/slots", site(signed("a")))
    assert len(judge("app-setting-connection-string", slot)) == 1


def test_what_another_package_declares_is_a_finding() -> None:
    other = resource("azure:keyvault/certificate:Certificate", {})
    (finding,) = judge("not-covered", uncovered=(other,))
    assert (finding.status, finding.path) == ("open", "type")
    assert finding.subject.type == "azure:keyvault/certificate:Certificate"
    assert judge("not-covered", resource(HUB, {})) == []


@pytest.mark.parametrize(
    ("rule", "severity"),
    [("hub-local-auth", HIGH), ("hub-policy-inline-key", CRITICAL), ("kv-short-retention", LOW),
     ("hub-unused-link-policy", MEDIUM), ("not-covered", HIGH), ("dps-link-in-clear", CRITICAL)],
)  # fmt: skip
def test_severity(rule: str, severity: int) -> None:
    found: Rule | None = catalogue.find(rule)
    assert found is not None
    assert found.severity == severity
