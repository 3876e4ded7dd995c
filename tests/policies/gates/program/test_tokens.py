"""Tokens of every spelling, and the ARM body that the inputs of a type make."""

from __future__ import annotations

import importlib
import re
import runpy
import sys
import typing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pulumi import _types

from hubwarden_policies.data import load
from hubwarden_policies.gates.program.graph.arm_body import arm_path, body, url_of
from hubwarden_policies.gates.program.graph.tokens import Kind, canonical, identify, is_azure_native
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

if TYPE_CHECKING:
    from collections.abc import Iterator

# Run as a file, because a folder of tests is no package.
SDK = runpy.run_path(str(Path(__file__).with_name("sdk_names.py")))

DEPLOYMENTS = "Microsoft.Resources/deployments"
HUB = "Microsoft.Devices/IotHubs"
DPS = "Microsoft.Devices/provisioningServices"
VAULT = "Microsoft.KeyVault/vaults"
STORAGE = "Microsoft.Storage/storageAccounts"
TYPES: dict[str, Any] = load("arm-types.json")["types"]


@pytest.mark.parametrize(
    ("token", "arm_type", "version"),
    [
        ("azure-native:iothub:IotHubResource", HUB, "2023-06-30"),
        ("azure-native:devices:IotHubResource", HUB, "2023-06-30"),
        ("azure-native:iothub/v20230630preview:IotHubResource", HUB, "2023-06-30-preview"),
        ("azure-native:devices/v20221115preview:IotHubResource", HUB, "2022-11-15-preview"),
        ("azure-native_iothub_v20230630:iothub:IotHubResource", HUB, "2023-06-30"),
        ("azure-native_devices_v20210702::IotHubResource", HUB, "2021-07-02"),
        ("azure-native-v2:devices:IotHubResource", HUB, "2023-06-30"),
        ("azure-nextgen:devices/latest:IotHubResource", HUB, "2023-06-30"),
        ("azure-nextgen:devices/v20200831:IotHubResource", HUB, "2020-08-31"),
        ("@pulumi/azure-native:iothub:IotHubResource", HUB, "2023-06-30"),
        ("azure-native:devices:IotDpsResource", DPS, "2023-03-01-preview"),
        ("azure-native:insights:DiagnosticSetting", "Microsoft.Insights/diagnosticSettings", None),
        ("azure-native:network:PrivateZone", "Microsoft.Network/privateDnsZones", None),
        ("azure-native:network:InterfaceEndpoint", "Microsoft.Network/privateEndpoints", None),
        (
            "azure-native:authorization:ManagementLockAtResourceGroupLevel",
            "Microsoft.Authorization/locks",
            None,
        ),
    ],
)
def test_every_spelling_of_a_token_means_one_arm_type(
    token: str, arm_type: str, version: str | None
) -> None:
    kind = identify(token)
    assert (kind.standing, kind.arm_type) == ("ours", arm_type)
    assert kind.api_version == (version or TYPES[arm_type]["pulumi"]["default_version"])
    assert is_azure_native(token)


def test_the_version_asked_for_is_the_inputs_then_the_tokens_then_the_packages() -> None:
    token = "azure-native:devices/v20221115preview:IotHubResource"
    assert identify(token, inputs={"azureApiVersion": "2025-01-01"}).api_version == "2025-01-01"
    assert identify(token, inputs={"azureApiVersion": UNKNOWN}).api_version == "2022-11-15-preview"
    package = {"name": "azure-native_iothub_v20260501preview", "version": "3.29.0"}
    plain = "azure-native:iothub:IotHubResource"
    assert identify(plain, package=package).api_version == "2026-05-01-preview"


def test_an_alias_names_the_type_of_a_renamed_one() -> None:
    alias = "azure-native:devices:IotHubResource"
    assert identify("azure-native:iothub:IotHub", aliases=[alias]).arm_type == HUB
    assert identify("shop:index:Hub", aliases=[alias]) == Kind("other")


@pytest.mark.parametrize(
    "token", ["azure-native:iothub:HubOfTomorrow", "azure-native_keyvault_v20300101:keyvault:Safe"]
)
def test_an_unknown_type_of_a_namespace_of_ours_is_unmapped(token: str) -> None:
    assert identify(token) == Kind("unmapped")


@pytest.mark.parametrize(
    "token",
    [
        "azure-native:iothub:PrivateEndpointConnection",
        "azure-native:network:NetworkInterface",
        "azure-native:insights:Component",
        "azure-native:compute:VirtualMachine",
        "azure-native:resources:DeploymentStacksWhatIfResultsAtSubscription",
        "random:index/randomId:RandomId",
        "pulumi:providers:azure-native",
        "azure-nativex:iothub:IotHubResource",
        "azure-native",
        "",
    ],
)
def test_other_types_are_neither_ours_nor_unmapped(token: str) -> None:
    assert identify(token) == Kind("other")


@pytest.mark.parametrize(
    ("token", "inputs", "arm_type"),
    [
        ("azure:keyvault/certificate:Certificate", {}, "Microsoft.KeyVault/vaults"),
        ("azure:eventhub/eventHub:EventHub", {}, "Microsoft.EventHub/namespaces/eventhubs"),
        ("azurerm:index/eventhub:Eventhub", {}, "Microsoft.EventHub/namespaces"),
        ("azapi:index/resource:Resource", {"type": "microsoft.devices/iothubs@2023-06-30"}, HUB),
        ("azapi:index/resource:Resource", {"type": f"{DEPLOYMENTS}@2024-03-01"}, DEPLOYMENTS),
        ("azure-native:resources:Deployment", {}, DEPLOYMENTS),
        ("azure-native:resources/v20240301:DeploymentAtSubscriptionScope", {}, DEPLOYMENTS),
        ("azure-native:resources:DeploymentStackAtResourceGroup", {}, DEPLOYMENTS),
        (
            "azure-native:resources:Resource",
            {"resourceProviderNamespace": "Microsoft.Resources", "resourceType": "deployments"},
            DEPLOYMENTS,
        ),
        (
            "azure:core/resourceGroupTemplateDeployment:ResourceGroupTemplateDeployment",
            {},
            DEPLOYMENTS,
        ),
    ],
)
def test_equal_types_of_other_packages_are_uncovered(
    token: str, inputs: dict[str, Any], arm_type: str
) -> None:
    assert identify(token, inputs=inputs) == Kind("uncovered", arm_type)


@pytest.mark.parametrize(
    ("token", "azurerm", "arm_type"),
    [
        ("azure:iot/ioTHub:IoTHub", "azurerm_iothub", HUB),
        ("azure:iot/iotHubDps:IotHubDps", "azurerm_iothub_dps", DPS),
        ("azurerm:index/iothubDps:IothubDps", "azurerm_iothub_dps", DPS),
        ("azure:keyvault/secret:Secret", "azurerm_key_vault_secret", f"{VAULT}/secrets"),
    ],
)
def test_what_the_table_of_azurerm_has_is_ours(token: str, azurerm: str, arm_type: str) -> None:
    assert identify(token) == Kind("ours", arm_type, None, azurerm)


def test_a_piece_is_told_from_what_it_is_a_piece_of() -> None:
    policy = identify("azure:iot/sharedAccessPolicy:SharedAccessPolicy")
    assert policy == Kind("part", HUB, None, "azurerm_iothub_shared_access_policy")
    renamed = identify("shop:index:Lock", aliases=["azure:management/lock:Lock"])
    assert renamed.azurerm == "azurerm_management_lock"


def test_every_type_of_the_table_has_a_token_of_pulumi_azure() -> None:
    tokens = load("pulumi-azure.json")["types"]
    assert set(tokens.values()) == set(load("azurerm.json")["types"])
    assert all(token.startswith("azure:") for token in tokens)


def test_what_other_packages_deploy_that_is_not_ours_is_other() -> None:
    assert identify("azure:compute/virtualMachine:VirtualMachine") == Kind("other")
    assert identify("azapi:index/resource:Resource", inputs={"type": "A.B/c@1"}) == Kind("other")
    assert identify("azapi:index/resource:Resource", inputs={"type": UNKNOWN}) == Kind("other")


def test_every_equal_type_is_one_of_ours() -> None:
    named = set(load("other-packages.json")["prefixes"].values())
    assert named <= {*TYPES, DEPLOYMENTS}


def test_the_generic_resource_is_the_type_that_its_inputs_name() -> None:
    inputs = {"resourceProviderNamespace": "microsoft.devices", "resourceType": "iotHubs"}
    token = "azure-native:resources:Resource"
    assert identify(token, inputs=inputs).arm_type == HUB
    child = {**inputs, "parentResourcePath": "iotHubs/h", "resourceType": "certificates"}
    assert identify(token, inputs=child).arm_type == HUB + "/certificates"
    assert identify(token, inputs={**inputs, "resourceType": UNKNOWN}) == Kind("other")


def registered() -> Iterator[tuple[str, list[str]]]:
    """Every resource of the installed SDK with the types of its aliases."""
    for path in SDK["sdk_folder"]().glob("*/*.py"):
        if not path.name.startswith(("_", "get_", "list_")):
            text = path.read_text()
            token = re.search(r"super\(\w+, __self__\)\.__init__\(\s*'(azure-native:[^']+)'", text)
            if token:
                yield token[1], re.findall(r'type_="(azure-native:[^"]+)"', text)


def test_of_the_whole_sdk_exactly_our_types_are_ours_and_none_is_unmapped() -> None:
    found: dict[str, set[str]] = {}
    templates = set()
    for token, aliases in registered():
        kind = identify(token, aliases=aliases)
        if kind == Kind("uncovered", DEPLOYMENTS):
            templates.add(token.rpartition(":")[2])
            continue
        assert kind.standing in {"ours", "other"}, token
        assert all(identify(a).standing != "unmapped" for a in aliases), token
        if kind.arm_type:
            found.setdefault(kind.arm_type, set()).add(token)
    assert set(found) == {name for name, entry in TYPES.items() if "pulumi" in entry}
    assert all(TYPES[name]["pulumi"]["token"] in tokens for name, tokens in found.items())
    scopes = ("AtManagementGroupScope", "AtScope", "AtSubscriptionScope", "AtTenantScope")
    stacks = ("AtManagementGroup", "AtResourceGroup", "AtSubscription")
    assert templates == {
        "Deployment",
        *(f"Deployment{scope}" for scope in scopes),
        *(f"DeploymentStack{scope}" for scope in stacks),
    }
    several = {name: len(tokens) for name, tokens in found.items() if len(tokens) > 1}
    assert several == {"Microsoft.Authorization/locks": 4, "Microsoft.Network/privateEndpoints": 2}


def test_the_table_of_names_is_that_of_the_installed_sdk() -> None:
    assert load("sdk-names.json") == SDK["names"](), "run tests/policies/gates/program/sdk_names.py"


def inputs_of(token: str) -> type:
    """The SDK's class for the inputs of a type; `InitArgs` where a nested type took the name."""
    _, module, name = token.split(":")
    package = importlib.import_module(f"pulumi_azure_native.{module}")
    home = sys.modules[getattr(package, name).__module__]
    found: type = getattr(home, f"{name}InitArgs", None) or getattr(home, f"{name}Args")
    return found


def nested(hint: Any, suffix: str = "") -> Iterator[tuple[str, type]]:
    """The input classes in a type, with the path from its value to theirs."""
    if isinstance(hint, type) and _types.is_input_type(hint):
        yield suffix, hint
        return
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is None:
        return
    if "Sequence" in str(origin) or origin is list:
        yield from nested(args[0], suffix + "[0]")
    elif "Mapping" in str(origin) or origin is dict:
        yield from nested(args[-1], suffix + ".ANY")
    else:
        for arg in args:
            yield from nested(arg, suffix)


def sdk_paths(cls: type, prefix: str = "", above: tuple[type, ...] = ()) -> Iterator[str]:
    """Every input of a class by its path, to the depth where a class holds itself."""
    for name, hint in _types.input_type_types(cls).items():
        yield prefix + name
        for suffix, inner in set(nested(hint)):
            if inner not in (cls, *above):
                yield from sdk_paths(inner, f"{prefix}{name}{suffix}.", (cls, *above))


def arm_paths(arm_type: str) -> set[str]:
    """The paths of the table, also those of objects that it lists by their properties only."""
    entry = TYPES[arm_type]
    found = set()
    for paths in (entry["properties"], *entry.get("only_in", {}).values()):
        for path in paths:
            plain = re.sub(r"<[^>]*>", "", path)
            found |= {plain[: m.start()] for m in re.finditer(r"[.\[]|$", plain)}
    return found


def is_returned(arm_type: str, path: str) -> bool:
    """Whether Azure only returns what holds this path, so that nobody listed what is in it."""
    paths: dict[str, str] = TYPES[arm_type]["properties"]
    above = {path[: match.start()] for match in re.finditer(r"[.\[]", path)}
    return any(paths.get(outer, "").endswith(" <") for outer in above)


@pytest.mark.parametrize(
    "arm_type", [t for t, e in TYPES.items() if {"pulumi", "properties"} <= e.keys()]
)
def test_every_input_of_the_sdk_has_its_counterpart_or_was_looked_at(arm_type: str) -> None:
    reviewed = set(load("azure-native.json")["without_counterpart"].get(arm_type, ()))
    there, missing = arm_paths(arm_type), set()
    own = url_of(arm_type)
    for path in sdk_paths(inputs_of(TYPES[arm_type]["pulumi"]["token"])):
        found = arm_path(arm_type, path).replace("[0]", "[]").replace(".ANY", ".*")
        if path not in own.parameters and found not in there and not is_returned(arm_type, found):
            missing.add(path.replace("[0]", "[]").replace(".ANY", ".*"))
    assert missing == reviewed


@pytest.mark.parametrize("arm_type", [t for t, e in TYPES.items() if "pulumi" in e])
def test_what_the_address_is_made_of_are_inputs_of_the_sdk(arm_type: str) -> None:
    url = url_of(arm_type)
    assert len(url.names) == arm_type.count("/")
    names = {name for name in url.parameters if not name.startswith("=")}
    given = set(_types.input_type_types(inputs_of(TYPES[arm_type]["pulumi"]["token"])))
    if arm_type == "Microsoft.Authorization/locks":
        # The types for one kind of scope have inputs that the one for all has not.
        given |= {"parentResourcePath", "resourceName", "resourceProviderNamespace", "resourceType"}
    assert names - {"resourceGroupName"} <= given


def test_what_the_sdk_keeps_as_arm_has_it_stays() -> None:
    inputs = {
        "resourceName": "h",
        "resourceGroupName": "rg",
        "azureApiVersion": "2023-06-30",
        "sku": {"name": "S1"},
        "properties": {"minTlsVersion": "1.2", "newer": {"a": [1]}},
    }
    made = body(HUB, inputs)
    assert made.properties == {
        "name": "h",
        "sku": {"name": "S1"},
        "properties": {"minTlsVersion": "1.2", "newer": {"a": [1]}},
    }
    assert made.parameters == {"resourceName": "h", "resourceGroupName": "rg"}


def test_what_the_sdk_flattens_and_renames_goes_back() -> None:
    inputs = {
        "accountName": "a",
        "kind": "StorageV2",
        "enableHttpsTrafficOnly": Secret(True),
        "networkRuleSet": {"ipRules": [{"iPAddressOrRange": UNKNOWN, "action": "Allow"}]},
        "encryption": Secret({"keyVaultProperties": {"keyName": "k"}}),
        "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/a", UNKNOWN]},
        "ofTomorrow": 1,
    }
    assert body(STORAGE, inputs).properties == {
        "name": "a",
        "kind": "StorageV2",
        "properties": {
            "supportsHttpsTrafficOnly": Secret(True),
            "networkAcls": {"ipRules": [{"value": UNKNOWN, "action": "Allow"}]},
            "encryption": Secret({"keyvaultproperties": {"keyname": "k"}}),
        },
        "identity": {
            "type": "UserAssigned",
            "userAssignedIdentities": {"/a": {}, "UNKNOWN": {}},
        },
        "ofTomorrow": 1,
    }


def test_a_flattened_name_beside_an_object_that_is_unknown_as_a_whole_is_not_lost() -> None:
    inputs = {"properties": UNKNOWN, "workspaceId": "w"}
    made = body("Microsoft.Insights/diagnosticSettings", inputs).properties
    assert made == {"properties": UNKNOWN, "workspaceId": "w"}


def test_a_name_that_azure_only_returns_is_part_of_the_address() -> None:
    made = body("Microsoft.Authorization/roleAssignments", {"scope": "/s", "principalId": "p"})
    assert made.properties == {"scope": "/s", "properties": {"principalId": "p"}}
    assert made.parameters == {"scope": "/s"}


def test_a_type_whose_properties_are_not_listed_keeps_all_but_the_top_in_properties() -> None:
    inputs = {"name": "w", "location": "l", "siteConfig": {"appSettings": [{"name": "a"}]}}
    assert body("Microsoft.Web/sites", inputs).properties == {
        "name": "w",
        "location": "l",
        "properties": {"siteConfig": {"appSettings": [{"name": "a"}]}},
    }


def test_made_up_keys_of_a_map_say_what_they_came_from() -> None:
    inputs = {"identity": {"userAssignedIdentities": [Made(("/x/", Hole("urn:a", "name")))]}}
    made = body(HUB, inputs).properties["identity"]["userAssignedIdentities"]
    assert made == {"/x/{urn:a.name}": {}}


@pytest.mark.parametrize(
    ("token", "path", "expected"),
    [
        ("azure-native:storage:StorageAccount", "tags.key", "tags.key"),
        ("azure-native:storage:StorageAccount", "accountName", "name"),
        (
            "azure-native:storage:StorageAccount",
            "networkRuleSet.ipRules[1].iPAddressOrRange",
            "properties.networkAcls.ipRules[1].value",
        ),
        (
            "azure-native:web:WebApp",
            "siteConfig.appSettings[0].value",
            "properties.siteConfig.appSettings[0].value",
        ),
        ("azure-native:insights:DiagnosticSetting", "resourceUri", "scope"),
        (HUB, "properties.routing.routes[2].name", "properties.routing.routes[2].name"),
        ("random:index/randomId:RandomId", "keepers.a", "keepers.a"),
    ],
)
def test_the_path_of_an_input_is_named_as_azure_names_it(
    token: str, path: str, expected: str
) -> None:
    assert arm_path(token, path) == expected


def test_arm_types_have_one_case() -> None:
    assert canonical("MICROSOFT.DEVICES/iothubs") == HUB
    assert canonical("Microsoft.Devices/other") is None


def test_a_name_that_azure_native_does_not_know_is_not_taken_for_one_that_it_does() -> None:
    # azure-native leaves such a name out of what it sends, whatever ARM would make of it.
    placed = body(HUB, {"properties": {"disableDeviceSas": True, "disableModuleSAS": True}})
    assert placed.properties == {
        "properties": {"disableDeviceSas": True, "disableModuleSAS": True},
    }
