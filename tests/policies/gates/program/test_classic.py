"""Pulumi's classic provider `azure` in a program: nothing is known, and all is judged."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.policies.gates.program import hand_made as hand

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.graph.sent import last_name
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.gates.terraform.bridged import arm_path_of, attributes_of
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret, Stack
from hubwarden_policies.team import Team

IOT_HUB = "azure:iot/ioTHub:IoTHub"
POLICY = "azure:iot/sharedAccessPolicy:SharedAccessPolicy"
SETTING = "azure:monitoring/diagnosticSetting:DiagnosticSetting"
HUBS = "Microsoft.Devices/IotHubs"
PROGRAM = """
import pulumi

group = pulumi.CustomResource(
    "azure:core/resourceGroup:ResourceGroup", "plant", {"location": "westeurope"}
)
hub = pulumi.CustomResource(
    "azure:iot/ioTHub:IoTHub",
    "telemetry",
    {
        "resourceGroupName": "plant",
        "name": "telemetry-plant",
        "localAuthenticationEnabled": LOCAL,
        "minTlsVersion": "1.2",
        "publicNetworkAccessEnabled": False,
        "identity": {"type": "SystemAssigned"},
        "sku": {"name": "S1", "capacity": 1},
    },
)
pulumi.CustomResource(
    "azure:iot/sharedAccessPolicy:SharedAccessPolicy",
    "everything",
    {
        "iothubName": "telemetry-plant",
        "name": "everything",
        "registryRead": True,
        "registryWrite": LOCAL,
        "serviceConnect": True,
        "deviceConnect": LOCAL,
    },
    opts=pulumi.ResourceOptions(depends_on=[hub]),
)
pulumi.CustomResource(
    "azure:monitoring/diagnosticSetting:DiagnosticSetting",
    "logs",
    {
        "targetResourceId": hub.id,
        "logAnalyticsWorkspaceId": "/subscriptions/s/resourceGroups/g/providers/"
        "Microsoft.OperationalInsights/workspaces/w",
        "enabledLogs": [{"categoryGroup": "allLogs"}],
    },
)
"""


def examined(folder: Path, program: str) -> Examined:
    (folder / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    found = read_project(folder)
    (result,) = examine(
        found,
        found.stacks,
        rules=RULES,
        team=lambda _stack: Team(today=date(2026, 1, 1)),
        conditions=Conditions(os.environ),
    )
    assert not result.errors
    return result


def verdicts(result: Examined) -> set[tuple[str, str, str]]:
    assert result.judgement
    return {(f.rule.id, f.status, f.path) for f in result.judgement.findings}


def test_a_program_with_keys_is_flagged_by_path(tmp_path: Path) -> None:
    found = verdicts(examined(tmp_path, PROGRAM.replace("LOCAL", "True")))
    assert ("hub-local-auth", "open", "properties.disableLocalAuth") in found
    rights = [path for _, status, path in found if status == "open" and path.endswith("rights")]
    assert rights == ["properties.authorizationPolicies[0].rights"]
    assert not {"not-covered", "hub-without-logs", "hub-old-tls"} & {rule for rule, *_ in found}


def test_a_clean_one_has_what_cannot_be_said_counted(tmp_path: Path) -> None:
    result = examined(tmp_path, PROGRAM.replace("LOCAL", "False"))
    about = {"hub-local-auth", "hub-public-network", "hub-old-tls", "not-covered"}
    assert about.isdisjoint(rule for rule, *_ in verdicts(result))
    assert result.judgement
    assert "properties.restrictOutboundNetworkAccess" in {
        one.path for one in result.judgement.inexpressible
    }


def sorted_out(*resources: dict[str, Any], mode: str = "preview", **fields: Any) -> Stack:
    recording = hand.recording(mode, *resources, **fields)
    return hand.stack(*((recording, None) if mode == "preview" else (None, recording)))


def hub(**inputs: Any) -> dict[str, Any]:
    return hand.resource(IOT_HUB, "telemetry", **inputs)


def test_an_unknown_owner_is_the_one_that_the_name_comes_from() -> None:
    policy = hand.resource(POLICY, "app", name="app", iothubName=hand.UNKNOWN, serviceConnect=True)
    urn = hand.urn(IOT_HUB, "telemetry")
    stack = sorted_out(hub(), policy | {"propertyDependencies": {"iothubName": [urn]}})
    (found,) = stack.of_type(HUBS)
    assert found.properties["properties"]["authorizationPolicies"][0]["keyName"] == "app"
    assert stack.uncovered == ()
    assert [one.name for one in sorted_out(hub(), policy).uncovered] == ["app"]


def test_a_made_up_name_leads_to_the_owner() -> None:
    urn = hand.urn(IOT_HUB, "telemetry")
    made = [["telemetry-hw1a2b3c", urn, "name"]]
    stack = sorted_out(
        hub(),
        hand.resource(POLICY, "app", name="app", iothubName="telemetry-hw1a2b3c"),
        mode="canary",
        made=made,
    )
    assert stack.uncovered == ()


def test_an_unknown_switch_is_unknown() -> None:
    stack = sorted_out(hub(localAuthenticationEnabled=hand.UNKNOWN, routes=hand.UNKNOWN))
    (found,) = stack.of_type(HUBS)
    assert found.properties["properties"]["disableLocalAuth"] is UNKNOWN
    assert found.properties["properties"]["routing"]["routes"] is UNKNOWN


def test_an_unknown_target_is_what_it_depends_on() -> None:
    setting = hand.resource(SETTING, "logs", targetResourceId=hand.UNKNOWN)
    urn = hand.urn(IOT_HUB, "telemetry")
    stack = sorted_out(hub(), setting | {"propertyDependencies": {"targetResourceId": [urn]}})
    (found,) = stack.of_type("Microsoft.Insights/diagnosticSettings")
    assert found.references["scope"] == (urn,)


def test_who_speaks_of_a_policy_speaks_of_its_hub() -> None:
    text = "HostName=planted-hw9z9z9z"
    dps = hand.resource(
        "azure:iot/iotHubDps:IotHubDps", "enrol", linkedHubs=[{"connectionString": text}]
    )
    policy = hand.resource(POLICY, "link", iothubName="telemetry-plant", name="link")
    made = [[text, hand.urn(POLICY, "link"), "primaryConnectionString"]]
    stack = sorted_out(hub(name="telemetry-plant"), policy, dps, mode="canary", made=made)
    (found,) = stack.of_type("Microsoft.Devices/provisioningServices")
    path = "properties.iotHubs[0].connectionString"
    assert found.references[path] == (hand.urn(IOT_HUB, "telemetry"),)


def test_a_private_endpoints_zones_are_a_resource_of_their_own() -> None:
    endpoint = hand.resource(
        "azure:privatelink/endpoint:Endpoint",
        "hub",
        privateServiceConnection={
            "isManualConnection": False,
            "privateConnectionResourceId": "/x",
            "subresourceNames": ["iotHub"],
        },
        privateDnsZoneGroup={"name": "zones", "privateDnsZoneIds": ["/zone"]},
    )
    stack = sorted_out(endpoint)
    (found,) = stack.of_type("Microsoft.Network/privateEndpoints")
    (connection,) = found.properties["properties"]["privateLinkServiceConnections"]
    assert connection["properties"]["groupIds"] == ["iotHub"]
    (zones,) = stack.of_type("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")
    assert zones.references["parent"] == (found.address,)


def test_paths_of_ignored_changes_are_azures() -> None:
    options = {"ignoreChanges": ["localAuthenticationEnabled", 'tags["a"]']}
    (found,) = sorted_out(hub() | {"options": options}).of_type(HUBS)
    assert found.options.ignore_changes == ("properties.disableLocalAuth", "tags")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("networkRuleSets[0].defaultAction", "properties.networkRuleSets.defaultAction"),
        ("routes[2].endpointNames", "properties.routing.routes[2].endpointNames"),
        ("endpoints", "properties.routing.endpoints"),
        ("endpoints[0].connectionString", "properties.routing.endpoints"),
        ("fileUpload.notifications", "properties.enableFileUploadNotifications"),
        ("fileUpload", "properties.storageEndpoints.$default"),
        ("selfDestruct", "selfDestruct"),
    ],
)
def test_paths(path: str, expected: str) -> None:
    assert arm_path_of("azurerm_iothub", path) == expected


@pytest.mark.parametrize(
    ("type_", "name", "attribute"),
    [
        ("azurerm_key_vault", "accessPolicies", "access_policy"),
        ("azurerm_storage_account", "networkRules", "network_rules"),
        ("azurerm_storage_account_network_rules", "bypasses", "bypass"),
        ("azurerm_storage_account_network_rules", "privateLinkAccesses", "private_link_access"),
        ("azurerm_storage_account", "nfsv3Enabled", "nfsv3_enabled"),
        ("azurerm_log_analytics_workspace", "immediateDataPurgeOn30DaysEnabled",
         "immediate_data_purge_on_30_days_enabled"),
        ("azurerm_iothub", "cloudToDevice", "cloud_to_device"),
        ("azurerm_key_vault", "contacts", "contact"),
    ],
)  # fmt: skip
def test_names(type_: str, name: str, attribute: str) -> None:
    assert attributes_of(type_, {name: 1, "__defaults": ["x"]}) == {attribute: 1}


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/keys", "keys"),
        ("keys", "keys"),
        (Secret("/a/keys/"), "keys"),
        (UNKNOWN, UNKNOWN),
        (Made((Hole("urn:v", "id"),)), Made((Hole("urn:v", "id"),))),
        (Made((Hole("urn:g", "id"), "/providers/A.B/c/keys")), "keys"),
        (
            Made(("/a/", Hole("urn:g", "name"), "/c/x-", Hole("urn:v", "name"))),
            Made(("x-", Hole("urn:v", "name"))),
        ),
    ],
)
def test_the_name_in_an_id(value: object, name: object) -> None:
    assert last_name(value) == name
