"""What Pulumi's classic provider `azure` has in a state, judged as what Azure has."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.policies.gates.state.test_state import SECRET, SIGNATURE, TEAM, URN, stack, state

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.gates.state.gate import collect
from hubwarden_policies.model import INEXPRESSIBLE, Resource, Secret, Stack

GROUP = "/subscriptions/s/resourceGroups/plant"
HUB_ID = f"{GROUP}/providers/Microsoft.Devices/iotHubs/telemetry"
IOT_HUB = "azure:iot/ioTHub:IoTHub"


def entry(token: str, name: str, /, **inputs: Any) -> dict[str, Any]:
    inputs = {"__defaults": ["name"], "name": name, "resourceGroupName": "plant", **inputs}
    return {"urn": f"{URN}{token}::{name}", "type": token, "custom": True, "inputs": inputs}


def hub(**inputs: Any) -> dict[str, Any]:
    sku = {"__defaults": [], "name": "S1", "capacity": 1}
    return entry(IOT_HUB, "telemetry", location="westeurope", sku=sku, **inputs)


def policy(name: str, hub_name: str = "telemetry", /, **rights: bool) -> dict[str, Any]:
    token = "azure:iot/sharedAccessPolicy:SharedAccessPolicy"
    return entry(token, name, iothubName=hub_name, **rights)


def collected(*resources: dict[str, Any]) -> Stack:
    found = collect(state(*resources), "state.json")
    assert found.errors == ()
    assert found.stack is not None
    return found.stack


def only(arm_type: str, *resources: dict[str, Any]) -> Resource:
    (found,) = collected(*resources).of_type(arm_type)
    return found


def examined(*resources: dict[str, Any]) -> Examined:
    raw = state(stack(), *resources)
    return judged(collect(raw, "state.json"), name="prod", rules=RULES, team=TEAM)


def said(*resources: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    found = examined(*resources)
    assert found.judgement is not None
    return {
        (one.rule.id, one.status, one.subject.name, one.path) for one in found.judgement.findings
    }


LOCAL_AUTH = ("hub-local-auth", "open", "telemetry", "properties.disableLocalAuth")


@pytest.mark.parametrize(("enabled", "open_"), [(True, True), (False, False), (None, True)])
def test_whether_a_hub_takes_keys(enabled: bool | None, open_: bool) -> None:
    inputs = {} if enabled is None else {"localAuthenticationEnabled": enabled}
    assert (LOCAL_AUTH in said(hub(**inputs))) is open_


def test_what_the_provider_has_no_words_for_is_counted_and_no_finding() -> None:
    found = examined(hub(localAuthenticationEnabled=False))
    assert found.judgement is not None
    paths = {one.path for one in found.judgement.inexpressible}
    assert "properties.restrictOutboundNetworkAccess" in paths
    assert paths.isdisjoint(one.path for one in found.judgement.findings)
    properties = only("Microsoft.Devices/IotHubs", hub()).properties["properties"]
    assert properties["disableDeviceSAS"] is INEXPRESSIBLE


def test_names_blocks_and_lists_are_azures() -> None:
    found = only(
        "Microsoft.Devices/IotHubs",
        hub(
            minTlsVersion="1.2",
            tags={"costCenter": "7", "routes": "kept"},
            networkRuleSets=[
                {
                    "__defaults": ["defaultAction"],
                    "defaultAction": "Deny",
                    "ipRules": [{"__defaults": [], "name": "office", "ipMask": "10.0.0.0/8"}],
                }
            ],
            routes=[{"name": "all", "source": "DeviceMessages", "endpointNames": ["events"]}],
            fallbackRoute={"__defaults": ["enabled"], "enabled": False},
            identity={"type": "SystemAssigned"},
        ),
    ).properties
    assert found["tags"] == {"costCenter": "7", "routes": "kept"}
    assert found["identity"] == {"type": "SystemAssigned"}
    assert found["properties"]["minTlsVersion"] == "1.2"
    (rule,) = found["properties"]["networkRuleSets"]["ipRules"]
    assert (rule["filterName"], rule["ipMask"]) == ("office", "10.0.0.0/8")
    (route,) = found["properties"]["routing"]["routes"]
    assert route["endpointNames"] == ["events"]
    assert found["properties"]["routing"]["fallbackRoute"]["isEnabled"] is False


def test_endpoints_that_are_secret_as_a_whole_are_read() -> None:
    endpoints = [{"type": "AzureIotHub.EventHub", "name": "e", "connectionString": "planted"}]
    hidden = {SIGNATURE: SECRET, "plaintext": json.dumps(endpoints)}
    found = only("Microsoft.Devices/IotHubs", hub(endpoints=hidden)).properties["properties"]
    (event_hub,) = found["routing"]["endpoints"]["eventHubs"]
    assert event_hub["connectionString"] == Secret("planted")


def test_a_policy_of_its_own_is_one_of_the_hubs() -> None:
    all_rights = dict.fromkeys(("registryWrite", "serviceConnect", "deviceConnect"), True)
    found = only("Microsoft.Devices/IotHubs", hub(), policy("app", **all_rights))
    assert found.properties["properties"]["authorizationPolicies"] == [
        {"keyName": "app", "rights": "RegistryWrite, ServiceConnect, DeviceConnect"}
    ]
    wide = {path for _, _, _, path in said(hub(), policy("app", **all_rights))}
    narrow = {path for _, _, _, path in said(hub(), policy("app", serviceConnect=True))}
    assert "properties.authorizationPolicies[0].rights" in wide - narrow


def test_a_piece_of_a_hub_that_is_elsewhere_is_not_covered() -> None:
    found = collected(hub(), policy("app", "another", serviceConnect=True))
    assert [one.name for one in found.uncovered] == ["app"]
    verdict = ("not-covered", "open", "app", "type")
    assert verdict in said(hub(), policy("app", "another", serviceConnect=True))
    assert verdict not in said(hub(), policy("app", serviceConnect=True))


def test_a_route_of_its_own_and_a_block_of_its_own() -> None:
    found = only(
        "Microsoft.Devices/IotHubs",
        hub(),
        entry("azure:iot/route:Route", "all", iothubName="telemetry", source="DeviceMessages"),
        entry(
            "azure:iot/fallbackRoute:FallbackRoute", "rest", iothubName="telemetry", enabled=False
        ),
    ).properties["properties"]["routing"]
    assert [route["name"] for route in found["routes"]] == ["all"]
    assert found["fallbackRoute"]["isEnabled"] is False


def test_rules_of_an_accounts_network_may_be_a_resource_of_their_own() -> None:
    account = entry("azure:storage/account:Account", "uploads", minTlsVersion="TLS1_2")
    account_id = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/uploads"
    rules = entry(
        "azure:storage/accountNetworkRules:AccountNetworkRules", "closed",
        storageAccountId=account_id, defaultAction="Deny", bypasses=["AzureServices"],
    )  # fmt: skip
    found = only("Microsoft.Storage/storageAccounts", account, rules).properties["properties"]
    assert found["networkAcls"] == {"defaultAction": "Deny", "bypass": "AzureServices"}


def test_a_vault_is_judged_by_path() -> None:
    bare = entry("azure:keyvault/keyVault:KeyVault", "keys", skuName="standard", tenantId="t")
    kept = {**bare["inputs"], "purgeProtectionEnabled": True, "rbacAuthorizationEnabled": True}
    open_ = {path for _, status, name, path in said(bare) if (status, name) == ("open", "keys")}
    closed = {path for _, _, _, path in said({**bare, "inputs": kept})}
    assert {"properties.enablePurgeProtection", "properties.enableRbacAuthorization"} <= open_
    assert closed.isdisjoint({"properties.enablePurgeProtection"})
    assert "properties.enableRbacAuthorization" not in closed


def test_a_dps_with_a_link_in_clear() -> None:
    link = {"connectionString": "HostName=a.azure-devices.net", "location": "westeurope"}
    clear = entry("azure:iot/iotHubDps:IotHubDps", "enrolment", linkedHubs=[link])
    hidden = {SIGNATURE: SECRET, "ciphertext": "v1:a:b"}
    secret = entry(
        "azure:iot/iotHubDps:IotHubDps", "enrolment",
        linkedHubs=[{**link, "connectionString": hidden}],
    )  # fmt: skip
    assert "dps-link-in-clear" in {rule for rule, *_ in said(clear)}
    assert "dps-link-in-clear" not in {rule for rule, *_ in said(secret)}


@pytest.mark.parametrize("by", ["enabledLogs", "logs"])
def test_a_diagnostic_setting_is_of_the_hub_that_it_names(by: str) -> None:
    setting = entry(
        "azure:monitoring/diagnosticSetting:DiagnosticSetting", "logs",
        targetResourceId=HUB_ID, logAnalyticsWorkspaceId=f"{GROUP}/w",
        **{by: [{"categoryGroup": "allLogs"}]},
    )  # fmt: skip
    stack_ = collected(hub(), setting)
    (found,) = stack_.of_type("Microsoft.Insights/diagnosticSettings")
    (target,) = stack_.of_type("Microsoft.Devices/IotHubs")
    assert found.references["scope"] == (target.address,)
    without = {rule for rule, _, name, _ in said(hub()) if name == "telemetry"}
    with_ = {rule for rule, _, name, _ in said(hub(), setting) if name == "telemetry"}
    assert "hub-without-logs" in without
    assert "hub-without-logs" not in with_


def test_a_secret_is_below_its_vault() -> None:
    vault_id = f"{GROUP}/providers/Microsoft.KeyVault/vaults/keys"
    stack_ = collected(
        entry("azure:keyvault/keyVault:KeyVault", "keys"),
        entry("azure:keyvault/secret:Secret", "hub", keyVaultId=vault_id, value="planted"),
    )
    (found,) = stack_.of_type("Microsoft.KeyVault/vaults/secrets")
    (vault,) = stack_.of_type("Microsoft.KeyVault/vaults")
    assert found.references["parent"] == (vault.address,)


def test_an_input_that_nobody_knows_is_named() -> None:
    found = collected(hub(selfDestruct=True))
    assert [(one.what, one.address) for one in found.unmapped] == [
        ("input selfDestruct of azurerm_iothub", f"{URN}{IOT_HUB}::telemetry")
    ]
    assert ("not-covered", "undecided", "telemetry", "type") in said(hub(selfDestruct=True))


def test_a_bridge_of_the_provider_by_its_own_name() -> None:
    other = {**hub(), "type": "azurerm:index/iothub:Iothub"}
    assert only("Microsoft.Devices/IotHubs", other).properties["name"] == "telemetry"


@pytest.mark.parametrize(("gone", "goes"), [(hub(), True), (policy("app"), False)])
def test_only_the_whole_takes_its_registry_along(gone: dict[str, Any], goes: bool) -> None:
    step = {"op": "delete", "urn": gone["urn"], "oldState": gone}
    found = collect(json.dumps({"steps": [step]}).encode(), "preview.json").stack
    assert found is not None
    assert bool(found.removals) is goes
