"""Who reaches hub, DPS and vault, and where the hub sends data."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import pytest

from hubwarden_policies import catalogue
from hubwarden_policies.evaluate import Finding, evaluate
from hubwarden_policies.model import UNKNOWN, Hole, Location, Made, Resource, Secret, Stack
from hubwarden_policies.rule import CRITICAL, HIGH, LOW, MEDIUM, Severity
from hubwarden_policies.team import Limits, Team

HUB = "Microsoft.Devices/IotHubs"
DPS = "Microsoft.Devices/provisioningServices"
VAULT = "Microsoft.KeyVault/vaults"
ENDPOINT = "Microsoft.Network/privateEndpoints"
ZONES = "Microsoft.Network/privateEndpoints/privateDnsZoneGroups"
TODAY = date(2026, 11, 24)
PRIVATE = Team(today=TODAY, devices="private")
INTERNET = Team(today=TODAY, devices="internet")
UPLOADS = "DefaultEndpointsProtocol=https;AccountName=uploads"


def resource(arm_type: str, properties: object = None, name: str = "x", **more: Any) -> Resource:
    body: dict[str, Any] = {"name": name}
    if properties is not None:
        body["properties"] = properties
    places = (Location("__main__.py", 7),)
    return Resource(arm_type, name, f"urn:{arm_type}::{name}", body, locations=places, **more)


def judge(rule: str, *resources: Resource, team: Team = PRIVATE) -> list[Finding]:
    found = catalogue.find(rule)
    assert found is not None
    judgement = evaluate([found], Stack("plant", "dev", resources), team)
    assert judgement.crashes == ()
    return list(judgement.findings)


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.status, finding.path) for finding in findings]


def of(arm_type: str, value: object, rule: str, team: Team = PRIVATE) -> list[tuple[str, str]]:
    return said(judge(rule, resource(arm_type, value), team=team))


def rule_set(*masks: object, action: object = "Deny", built_in: object = True) -> dict[str, Any]:
    rules = [{"filterName": "f", "ipMask": mask, "action": "Allow"} for mask in masks]
    said = {"defaultAction": action, "ipRules": rules, "applyToBuiltInEventHubEndpoint": built_in}
    return {"networkRuleSets": {key: value for key, value in said.items() if value is not None}}


def filters(*rules: tuple[str, object]) -> dict[str, Any]:
    """An ordered list of `(action, range)`."""
    return {"ipFilterRules": [{"action": action, "ipMask": mask} for action, mask in rules]}


def firewall(*values: object, action: object = "Deny", public: object = None) -> dict[str, Any]:
    found: dict[str, Any] = {"networkAcls": {"ipRules": [{"value": value} for value in values]}}
    if action is not None:
        found["networkAcls"]["defaultAction"] = action
    if public is not None:
        found["publicNetworkAccess"] = public
    return found


# How wide a range is, in each of the four places where one may stand: the rule, the type, what is
# around the range, and its path.
PLACES: dict[str, tuple[str, str, Any, str, Severity]] = {
    "rule set": ("hub-wide-ip-range", HUB, rule_set, "networkRuleSets.ipRules[0].ipMask", HIGH),
    "hub filter": ("hub-wide-ip-range", HUB, lambda mask: filters(("Accept", mask)),
                   "ipFilterRules[0].ipMask", HIGH),
    "dps filter": ("dps-wide-ip-range", DPS, lambda mask: filters(("accept", mask)),
                   "ipFilterRules[0].ipMask", MEDIUM),
    "vault": ("kv-wide-ip-range", VAULT, firewall, "networkAcls.ipRules[0].value", HIGH),
}  # fmt: skip


def ranged(place: str, mask: object, team: Team = PRIVATE) -> Severity | str | None:
    """How bad a range is at a place; "undecided" or None where it is no finding."""
    rule, arm_type, around, path, _ = PLACES[place]
    found = judge(rule, resource(arm_type, around(mask)), team=team)
    assert len(found) <= 1
    for finding in found:
        assert finding.path == f"properties.{path}"
        return finding.severity if finding.status == "open" else "undecided"
    return None


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "mask",
    ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", " 0.0.0.0/0 ", "0.0.0.0/0.0.0.0", "8.8.8.8/0",
     "::/0", "::/1", "8000::/1", "2000::/3", "2000::/4", "3000::/4",
     "::ffff:0:0/96", "::ffff:0.0.0.0/97", "::ffff:0:0/95", "::/64"],
)  # fmt: skip
def test_half_of_the_internet_is_critical_however_it_is_written(place: str, mask: str) -> None:
    assert ranged(place, mask) == CRITICAL


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "mask",
    ["203.0.113.0/23", "203.0.113.77/23", "0.0.0.0/2", "52.0.0.0/8", "172.16.0.0/11",
     "::ffff:203.0.112.0/119", "2001:db8::/63", "2000::/5", "fc00::/6"],
)  # fmt: skip
def test_a_range_that_is_wider_than_the_limit(place: str, mask: str) -> None:
    *_, severity = PLACES[place]
    assert ranged(place, mask) == severity


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "mask",
    ["203.0.113.0/24", "203.0.113.77", "203.0.113.77/32", "::ffff:203.0.113.0/120",
     "2001:db8::/64", "2001:db8::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
     "100.64.0.0/10", "fc00::/7", "fe80::/10"],
)  # fmt: skip
def test_a_range_that_is_narrow_or_private(place: str, mask: str) -> None:
    assert ranged(place, mask) is None


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "mask",
    [UNKNOWN, Made((Hole("urn:x", "ip"),)), Made((Hole("urn:x", "ip"), "/24")), Secret(UNKNOWN),
     "office", "*", "", "203.0.113.0/33", "203.0.113.0-203.0.113.9", 24],
)  # fmt: skip
def test_what_is_no_range_or_not_known_is_undecided(place: str, mask: object) -> None:
    assert ranged(place, mask) == "undecided"


@pytest.mark.parametrize("place", PLACES)
def test_the_width_is_the_teams(place: str) -> None:
    def team(**limits: int) -> Team:
        return Team(today=TODAY, devices="private", limits=Limits(**limits))

    assert ranged(place, "203.0.113.0/24", team(widest_range=25)) is not None
    assert ranged(place, "52.0.0.0/8", team(widest_range=8)) is None
    assert ranged(place, "2001:db8::/64", team(widest_ipv6_range=65)) is not None
    assert ranged(place, "2001:db8::/32", team(widest_ipv6_range=32)) is None
    # No limit makes half of the internet a narrow range.
    assert ranged(place, "0.0.0.0/1", team(widest_range=1)) == CRITICAL


@pytest.mark.parametrize(
    ("rule", "arm_type"), [("hub-wide-ip-range", HUB), ("dps-wide-ip-range", DPS)]
)
def test_who_is_rejected_is_not_let_in(rule: str, arm_type: str) -> None:
    assert of(arm_type, filters(("Reject", "0.0.0.0/0"), ("reject", "0.0.0.0/1")), rule) == []


def test_an_unknown_range_does_not_hide_a_wide_one() -> None:
    assert of(HUB, rule_set(UNKNOWN, "0.0.0.0/0"), "hub-wide-ip-range") == [
        ("undecided", "properties.networkRuleSets.ipRules[0].ipMask"),
        ("open", "properties.networkRuleSets.ipRules[1].ipMask"),
    ]


@pytest.mark.parametrize("action", ["Allow", "Deny", None])
def test_a_vault_open_to_everybody_by_its_ip_rules_is_critical_whatever_its_default(
    action: str | None,
) -> None:
    # Checkov's CKV_AZURE_189 passes an open vault as soon as it has any IP rule.
    vault = resource(VAULT, firewall("0.0.0.0/0", action=action, public="Enabled"))
    (finding,) = judge("kv-wide-ip-range", vault)
    assert (finding.status, finding.severity) == ("open", CRITICAL)


def test_a_wide_range_of_a_closed_vault_is_low() -> None:
    closed = resource(VAULT, firewall("0.0.0.0/0", "203.0.0.0/16", public="disabled"))
    assert [found.severity for found in judge("kv-wide-ip-range", closed)] == [LOW, LOW]
    unknown = firewall("0.0.0.0/0", public=UNKNOWN)
    assert of(VAULT, unknown, "kv-wide-ip-range") == [
        ("undecided", "properties.publicNetworkAccess")
    ]


@pytest.mark.parametrize(
    ("value", "severity"),
    [
        (None, HIGH),
        ({}, HIGH),
        ({"networkAcls": None}, HIGH),
        ({"networkAcls": {}}, HIGH),
        ({"publicNetworkAccess": "Enabled", "networkAcls": {"bypass": "AzureServices"}}, HIGH),
        (firewall("203.0.113.0/24", action=None), HIGH),
        (firewall("203.0.113.0/24", action="Allow"), HIGH),
        (firewall(action="Allow", public="SecuredByPerimeter"), HIGH),
        (firewall(action="Allow", public="Disabled"), LOW),
        (firewall(action="Deny"), None),
        (firewall(action="deny", public="Enabled"), None),
        (firewall(action="Deny", public=UNKNOWN), None),
        (firewall(action=None, public="Disabled"), None),
        ({"publicNetworkAccess": "Disabled"}, None),
    ],
)
def test_the_default_of_a_vaults_firewall(value: object, severity: Severity | None) -> None:
    found = judge("kv-open-firewall", resource(VAULT, value))
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])
    assert all(finding.path == "properties.networkAcls.defaultAction" for finding in found)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (UNKNOWN, "properties"),
        ({"networkAcls": UNKNOWN}, "properties.networkAcls"),
        (firewall(action=UNKNOWN), "properties.networkAcls.defaultAction"),
        ({"publicNetworkAccess": UNKNOWN}, "properties.publicNetworkAccess"),
    ],
)
def test_an_unknown_firewall_is_undecided(value: object, path: str) -> None:
    assert of(VAULT, value, "kv-open-firewall") == [("undecided", path)]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        # Checkov's CKV_AZURE_108 passes a hub that says nothing; Azure opens it.
        (None, "networkRuleSets"),
        ({}, "networkRuleSets"),
        ({"publicNetworkAccess": "Enabled", "networkRuleSets": None}, "networkRuleSets"),
        (rule_set("203.0.113.0/24", action="Allow"), "networkRuleSets.defaultAction"),
        (rule_set(action="allow"), "networkRuleSets.defaultAction"),
        (filters(("Accept", "203.0.113.0/24")), "ipFilterRules"),
        (filters(("Reject", "203.0.113.0/24")), "ipFilterRules"),
        (filters(("Reject", "0.0.0.0/1")), "ipFilterRules"),
        (filters(("Accept", "0.0.0.0/0")), "ipFilterRules"),
        # The rule set is the newer of the two, and it says that nobody is kept out.
        ({**rule_set(action="Allow"), **filters(("Reject", "0.0.0.0/0"))},
         "networkRuleSets.defaultAction"),
    ],
)  # fmt: skip
def test_a_hub_that_lets_in_whoever_it_does_not_name(value: object, path: str) -> None:
    assert of(HUB, value, "hub-open-ip-filter") == [("open", f"properties.{path}")]


@pytest.mark.parametrize(
    "value",
    [
        rule_set("203.0.113.0/24"),
        rule_set(action="deny"),
        # The API denies where no default action is given.
        rule_set("203.0.113.0/24", action=None),
        filters(("Accept", "203.0.113.0/24"), ("Reject", "0.0.0.0/0")),
        filters(("Accept", UNKNOWN), ("Reject", "0.0.0.0/0")),
        filters(("Reject", UNKNOWN), ("Reject", "0.0.0.0/0")),
        filters(("Reject", "0.0.0.0/1"), ("Reject", "128.0.0.0/1")),
        {"publicNetworkAccess": "Disabled"},
        {"publicNetworkAccess": "disabled", "networkRuleSets": UNKNOWN},
    ],
)
def test_a_hub_that_keeps_out_whom_it_does_not_name(value: object) -> None:
    assert of(HUB, value, "hub-open-ip-filter") == []


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (UNKNOWN, "properties"),
        ({"publicNetworkAccess": UNKNOWN}, "properties.publicNetworkAccess"),
        ({"networkRuleSets": UNKNOWN}, "properties.networkRuleSets"),
        (rule_set(action=UNKNOWN), "properties.networkRuleSets.defaultAction"),
        ({"ipFilterRules": UNKNOWN}, "properties.ipFilterRules"),
        (filters(("Reject", UNKNOWN)), "properties.ipFilterRules[0].ipMask"),
        (filters(("Reject", "everyone")), "properties.ipFilterRules[0].ipMask"),
    ],
)
def test_a_hubs_filter_that_is_not_known(value: object, path: str) -> None:
    assert of(HUB, value, "hub-open-ip-filter") == [("undecided", path)]


@pytest.mark.parametrize("built_in", [False, None])
def test_a_rule_set_that_leaves_the_built_in_endpoint_open(built_in: bool | None) -> None:
    path = "properties.networkRuleSets.applyToBuiltInEventHubEndpoint"
    rule = "hub-open-built-in-endpoint"
    value = rule_set("203.0.113.0/24", built_in=built_in)
    assert of(HUB, value, rule) == [("open", path)]
    assert of(HUB, {**value, "publicNetworkAccess": "Disabled"}, rule) == []
    assert of(HUB, rule_set(built_in=UNKNOWN), rule) == [("undecided", path)]


@pytest.mark.parametrize("value", [None, {}, filters(("Accept", "0.0.0.0/0")), rule_set()])
def test_without_a_rule_set_there_is_nothing_to_apply(value: object) -> None:
    assert of(HUB, value, "hub-open-built-in-endpoint") == []


@pytest.mark.parametrize(
    ("rule", "arm_type", "value"),
    [
        ("hub-open-ip-filter", HUB, {}),
        ("hub-wide-ip-range", HUB, rule_set("0.0.0.0/0")),
        ("hub-wide-ip-range", HUB, filters(("Accept", "0.0.0.0/0"))),
        ("hub-open-built-in-endpoint", HUB, rule_set(built_in=False)),
        ("dps-wide-ip-range", DPS, filters(("Accept", "0.0.0.0/0"))),
    ],
)
def test_an_endpoint_that_is_closed_or_declared_needs_no_filter(
    rule: str, arm_type: str, value: dict[str, Any]
) -> None:
    (private,) = judge(rule, resource(arm_type, value))
    (silent,) = judge(rule, resource(arm_type, value), team=Team(today=TODAY))
    assert 'devices = "internet"' not in private.fix
    assert ('devices = "internet"' in silent.fix) == (rule != "hub-open-built-in-endpoint")
    assert of(arm_type, value, rule, INTERNET) == []
    assert of(arm_type, {**value, "publicNetworkAccess": "Disabled"}, rule) == []


def test_devices_over_the_internet_open_no_vault() -> None:
    value = firewall("0.0.0.0/0", action="Allow")
    assert of(VAULT, value, "kv-open-firewall", INTERNET) != []
    assert of(VAULT, value, "kv-wide-ip-range", INTERNET) != []


CLOSED = {"publicNetworkAccess": "Disabled"}
CLOSED_PATH = "properties.publicNetworkAccess"


def endpoint(
    target: object = f"urn:{HUB}::x",
    kind: str = "privateLinkServiceConnections",
    name: str = "way",
) -> Resource:
    """A private endpoint that leads to the resource with this address, or to another value."""
    service = Made((Hole(target, "id"),)) if isinstance(target, str) else target
    connection = {"name": "c", "properties": {"privateLinkServiceId": service}}
    return resource(ENDPOINT, {kind: [connection]}, name)


def zones(of: str = "way", configs: object = ({"name": "hub"},), name: str = "zones") -> Resource:
    value = {"privateDnsZoneConfigs": list(configs) if isinstance(configs, tuple) else configs}
    return resource(ZONES, value, name, references={"parent": (f"urn:{ENDPOINT}::{of}",)})


def reached(*around: Resource, hub: object = CLOSED, team: Team = PRIVATE) -> list[tuple[str, str]]:
    return said(judge("hub-unreachable", resource(HUB, hub), *around, team=team))


MANUAL = "manualPrivateLinkServiceConnections"


@pytest.mark.parametrize("devices", ["private", None])
def test_a_closed_hub_needs_a_private_endpoint_that_clients_find(
    devices: Literal["private"] | None,
) -> None:
    team = Team(today=TODAY, devices=devices)
    assert reached(team=team) == [("open", CLOSED_PATH)]
    assert reached(endpoint(), team=team) == [("open", CLOSED_PATH)]
    assert reached(endpoint(), zones(), team=team) == []


@pytest.mark.parametrize(
    "around",
    [
        (endpoint(f"urn:{HUB}::other"), zones()),
        (endpoint(f"urn:{VAULT}::x"), zones()),
        (endpoint(), zones(of="another")),
        (endpoint(), zones(configs=())),
        (zones(),),
        (resource(ENDPOINT, {}, "way"), zones()),
        (resource(ENDPOINT, {"privateLinkServiceConnections": [{"name": "c"}]}, "way"), zones()),
    ],
)
def test_what_leads_elsewhere_is_no_way_to_the_hub(around: tuple[Resource, ...]) -> None:
    assert reached(resource(HUB, {}, "other"), resource(VAULT), *around) == [("open", CLOSED_PATH)]


def test_one_good_way_is_enough() -> None:
    assert reached(endpoint(name="first"), endpoint(), zones()) == []
    assert reached(endpoint(kind=MANUAL, name="first"), endpoint(), zones(), zones("first")) == []
    assert reached(endpoint(UNKNOWN, name="first"), endpoint(), zones()) == []
    assert reached(endpoint(), zones(configs=UNKNOWN, name="first"), zones()) == []


@pytest.mark.parametrize(
    "around",
    [
        (endpoint(UNKNOWN),),
        (endpoint(kind=MANUAL), zones()),
        (endpoint(UNKNOWN, kind=MANUAL),),
        (resource(ENDPOINT, {"privateLinkServiceConnections": UNKNOWN}),),
        (resource(ENDPOINT, UNKNOWN),),
        (endpoint(), zones(configs=UNKNOWN)),
    ],
)
def test_a_way_that_is_not_known_is_undecided(around: tuple[Resource, ...]) -> None:
    ((status, _),) = reached(*around)
    assert status == "undecided"


def test_an_open_hub_needs_no_private_endpoint() -> None:
    for value in (None, {}, {"publicNetworkAccess": "Enabled"}):
        assert reached(hub=value) == []
        assert reached(hub=value, team=INTERNET) == []
    assert reached(hub={"publicNetworkAccess": UNKNOWN}) == [("undecided", CLOSED_PATH)]


def test_a_fleet_on_the_internet_reaches_no_closed_hub() -> None:
    hub = resource(HUB, CLOSED)
    (finding,) = judge("hub-unreachable", hub, endpoint(), zones(), team=INTERNET)
    assert finding.severity == HIGH
    assert 'devices = "private"' in finding.fix


def test_each_hub_is_judged_by_itself() -> None:
    hubs = [resource(HUB, {"publicNetworkAccess": UNKNOWN}, "a"), resource(HUB, CLOSED, "b")]
    found = judge("hub-unreachable", *hubs)
    assert [(finding.status, finding.subject.name) for finding in found] == [
        ("undecided", "a"),
        ("open", "b"),
    ]


def sends(hosts: object = None, **more: object) -> dict[str, object]:
    said = {} if hosts is None else {"allowedFqdnList": hosts}
    return {"restrictOutboundNetworkAccess": True, **said, **more}


TO_STORAGE = {"storageEndpoints": {"$default": {"connectionString": UPLOADS}}}
TO_EVENTS = {"routing": {"endpoints": {"eventHubs": [{"name": "alarms"}]}}}
HOST = "uploads.blob.core.windows.net"
MADE_HOST = Made((Hole("urn:account", "name"), ".blob.core.windows.net"))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (None, "restrictOutboundNetworkAccess"),
        ({}, "restrictOutboundNetworkAccess"),
        ({"restrictOutboundNetworkAccess": False}, "restrictOutboundNetworkAccess"),
        ({"allowedFqdnList": [HOST]}, "restrictOutboundNetworkAccess"),
        (sends(["*"]), "allowedFqdnList[0]"),
        (sends([HOST, "*.blob.core.windows.net"]), "allowedFqdnList[1]"),
        (sends([], **TO_STORAGE), "allowedFqdnList"),
        (sends(None, **TO_EVENTS), "allowedFqdnList"),
    ],
)
def test_a_hub_that_sends_anywhere(value: object, path: str) -> None:
    assert of(HUB, value, "hub-open-outbound") == [("open", f"properties.{path}")]


@pytest.mark.parametrize(
    "value",
    [
        # Without an endpoint there is no host to name.
        sends(),
        sends([]),
        sends([], routing={"endpoints": {"eventHubs": []}}),
        sends([], storageEndpoints={"$default": {"connectionString": "", "containerName": ""}}),
        sends([HOST], **TO_STORAGE),
        sends([MADE_HOST], **TO_STORAGE),
        sends([Made((Hole("urn:account", "host"),))], **TO_STORAGE),
    ],
)
def test_a_hub_that_sends_where_it_says(value: object) -> None:
    assert of(HUB, value, "hub-open-outbound") == []
    # What devices use to come in says nothing about what goes out.
    assert of(HUB, {}, "hub-open-outbound", INTERNET) != []


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (UNKNOWN, ""),
        ({"restrictOutboundNetworkAccess": UNKNOWN}, ".restrictOutboundNetworkAccess"),
        (sends(UNKNOWN), ".allowedFqdnList"),
        (sends([HOST, UNKNOWN]), ".allowedFqdnList[1]"),
        (sends([Made((Hole("config:plant:host", ""),))]), ".allowedFqdnList[0]"),
        (sends([Made((Hole("config:plant:account", ""), ".blob.core.windows.net"))]),
         ".allowedFqdnList[0]"),
        (sends([], storageEndpoints={"$default": {"connectionString": UNKNOWN}}),
         ".storageEndpoints.$default.connectionString"),
        (sends([], routing={"endpoints": UNKNOWN}), ".routing.endpoints"),
    ],
)  # fmt: skip
def test_hosts_that_are_not_known(value: object, path: str) -> None:
    assert of(HUB, value, "hub-open-outbound") == [("undecided", f"properties{path}")]


def upload(**endpoint: object) -> dict[str, Any]:
    return {"storageEndpoints": {"$default": {"connectionString": UPLOADS, **endpoint}}}


UPLOAD = "properties.storageEndpoints.$default"
NOT_SET = {"connectionString": ""}


@pytest.mark.parametrize("kind", ["keyBased", "KEYBASED", None, ""])
def test_uploads_without_an_identity(kind: str | None) -> None:
    rule = "hub-file-upload-without-identity"
    path = f"{UPLOAD}.authenticationType"
    assert of(HUB, upload(authenticationType=kind), rule) == [("open", path)]
    # What every hub without file upload is exported with.
    assert of(HUB, upload(authenticationType=kind, **NOT_SET), rule) == []


@pytest.mark.parametrize("kind", ["identityBased", "IdentityBased"])
def test_uploads_with_an_identity(kind: str) -> None:
    rule = "hub-file-upload-without-identity"
    assert of(HUB, upload(authenticationType=kind), rule) == []
    assert of(HUB, upload(authenticationType=kind, connectionString=UNKNOWN), rule) == []


def test_uploads_that_are_not_known() -> None:
    rule = "hub-file-upload-without-identity"
    assert of(HUB, {"storageEndpoints": UNKNOWN}, rule) == [
        ("undecided", "properties.storageEndpoints")
    ]
    assert of(HUB, upload(authenticationType=UNKNOWN), rule) == [
        ("undecided", f"{UPLOAD}.authenticationType")
    ]
    assert of(HUB, upload(connectionString=UNKNOWN), rule) == [
        ("undecided", f"{UPLOAD}.connectionString")
    ]
    # A secret is something, whatever it is.
    assert of(HUB, upload(connectionString=Secret(UNKNOWN)), rule) == [
        ("open", f"{UPLOAD}.authenticationType")
    ]


@pytest.mark.parametrize(
    "ttl", [None, "PT1H", "pt1h", "PT60M", "PT3600S", "PT0H60M", "PT30M", "PT0.5H", "P0DT1H"]
)
def test_an_upload_url_that_lives_an_hour_at_most(ttl: str | None) -> None:
    assert of(HUB, upload(sasTtlAsIso8601=ttl), "hub-file-upload-long-sas") == []


@pytest.mark.parametrize("ttl", ["PT1H1S", "PT61M", "PT2H", "PT24H", "P1D", "P1W", "P0DT1H0.5S"])
def test_an_upload_url_that_lives_longer(ttl: str) -> None:
    rule, path = "hub-file-upload-long-sas", f"{UPLOAD}.sasTtlAsIso8601"
    assert of(HUB, upload(sasTtlAsIso8601=ttl), rule) == [("open", path)]
    assert of(HUB, upload(sasTtlAsIso8601=ttl, **NOT_SET), rule) == []


@pytest.mark.parametrize("ttl", [UNKNOWN, "1 hour", "P", "PT", "", "01:00:00", "P1Y", "P1M", 60])
def test_a_lifetime_that_nobody_can_read_is_undecided(ttl: object) -> None:
    found = of(HUB, upload(sasTtlAsIso8601=ttl), "hub-file-upload-long-sas")
    assert found == [("undecided", f"{UPLOAD}.sasTtlAsIso8601")]


def test_the_lifetime_is_the_teams() -> None:
    def lives(ttl: str | None, hours: float) -> list[tuple[str, str]]:
        team = Team(today=TODAY, limits=Limits(upload_hours=hours))
        return of(HUB, upload(sasTtlAsIso8601=ttl), "hub-file-upload-long-sas", team)

    assert lives("PT4H", 4) == []
    assert lives("PT4H1S", 4) != []
    # Azure's default of an hour counts where nothing is said.
    assert lives(None, 0.5) != []


KINDS = ["eventHubs", "serviceBusQueues", "serviceBusTopics", "storageContainers",
         "cosmosDBSqlContainers", "cosmosDBSqlCollections"]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_endpoint_needs_the_identity(kind: str) -> None:
    def routed(said: object) -> list[tuple[str, str]]:
        endpoints = [{"name": "good", "authenticationType": "identityBased"}, said]
        value = {"routing": {"endpoints": {kind: endpoints}}}
        return of(HUB, value, "hub-routing-without-identity")

    path = f"properties.routing.endpoints.{kind}[1]"
    for said in ({"name": "x"}, {"authenticationType": "keyBased"}, {"authenticationType": None}):
        assert routed(said) == [("open", f"{path}.authenticationType")]
    assert routed({"authenticationType": "IdentityBased"}) == []
    assert routed({"authenticationType": UNKNOWN}) == [("undecided", f"{path}.authenticationType")]
    assert routed(UNKNOWN) == [("undecided", path)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_found_in_every_kind_of_endpoint(kind: str) -> None:
    value = {"routing": {"endpoints": {kind: [{"connectionString": Secret(UNKNOWN)}]}}}
    path = f"properties.routing.endpoints.{kind}[0].connectionString"
    assert of(HUB, value, "hub-routing-key") == [("open", path)]


ROUTE = {"source": "DeviceMessages", "condition": "level > 3", "isEnabled": True}
FALLBACK = {"source": "DeviceMessages", "condition": "true", "endpointNames": ["events"],
            "isEnabled": True}  # fmt: skip


def falls(fallback: object, *routes: object) -> list[tuple[str, str]]:
    value = {"routing": {"routes": list(routes) or [ROUTE], "fallbackRoute": fallback}}
    return of(HUB, value, "hub-without-fallback-route")


@pytest.mark.parametrize(
    ("fallback", "path"),
    [
        (None, ""),
        ({**FALLBACK, "isEnabled": False}, ".isEnabled"),
        ({"endpointNames": ["events"]}, ".isEnabled"),
        ({**FALLBACK, "endpointNames": []}, ".endpointNames"),
        ({**FALLBACK, "endpointNames": ["archive"]}, ".endpointNames"),
        ({**FALLBACK, "condition": "false"}, ".condition"),
        ({**FALLBACK, "condition": "level > 3"}, ".condition"),
    ],
)
def test_messages_that_no_route_takes_are_dropped(fallback: object, path: str) -> None:
    assert falls(fallback) == [("open", f"properties.routing.fallbackRoute{path}")]


@pytest.mark.parametrize("fallback", [FALLBACK, {**FALLBACK, "condition": None}])
def test_messages_that_no_route_takes_fall_back(fallback: object) -> None:
    assert falls(fallback) == []
    assert falls(fallback, UNKNOWN) == []


@pytest.mark.parametrize("value", [None, {}, {"routing": {}}, {"routing": {"routes": []}}])
def test_without_routes_everything_goes_to_the_built_in_endpoint(value: object) -> None:
    assert of(HUB, value, "hub-without-fallback-route") == []


@pytest.mark.parametrize("condition", ["true", "TRUE", None])
def test_a_route_that_takes_everything_leaves_nothing_over(condition: str | None) -> None:
    assert falls(None, ROUTE, {**ROUTE, "condition": condition}) == []
    assert falls(None, UNKNOWN, {**ROUTE, "condition": condition}) == []


@pytest.mark.parametrize(
    "route",
    [
        {**ROUTE, "condition": "true", "isEnabled": False},
        {**ROUTE, "condition": "true", "source": "TwinChangeEvents"},
        {**ROUTE, "condition": "true or false"},
    ],
)
def test_a_route_that_takes_only_some_messages(route: object) -> None:
    assert falls(None, route) == [("open", "properties.routing.fallbackRoute")]


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"routing": UNKNOWN}, "routing"),
        ({"routing": {"routes": UNKNOWN}}, "routing.routes"),
        ({"routing": {"routes": [UNKNOWN]}}, "routing.routes[0]"),
        ({"routing": {"routes": [ROUTE], "fallbackRoute": UNKNOWN}}, "routing.fallbackRoute"),
        ({"routing": {"routes": [ROUTE], "fallbackRoute": {**FALLBACK, "isEnabled": UNKNOWN}}},
         "routing.fallbackRoute.isEnabled"),
    ],
)  # fmt: skip
def test_routes_that_are_not_known(value: object, path: str) -> None:
    assert of(HUB, value, "hub-without-fallback-route") == [("undecided", f"properties.{path}")]
