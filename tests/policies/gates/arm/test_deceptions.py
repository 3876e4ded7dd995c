"""Templates that look harmless and deploy what is not."""

from __future__ import annotations

from typing import Any

import pytest
from tests.policies.gates.arm.writing import SAFE, Seen, hub, nested, template

OPEN = {**SAFE, "publicNetworkAccess": "Enabled"}
PUBLIC = {
    "type": "blobServices/containers",
    "apiVersion": "2023-05-01",
    "name": "default/pictures",
    "properties": {"publicAccess": "Blob"},
}


def account(**further: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Storage/storageAccounts",
        "apiVersion": "2023-05-01",
        "name": "pictures",
        "kind": "StorageV2",
        "properties": {},
        **further,
    }


def test_the_condition_of_a_resource_is_none_of_its_children() -> None:
    seen = Seen(template([account(condition=False, resources=[PUBLIC])]))
    assert seen.errors == []
    assert list(seen.resources) == ["resources[0].resources[0]"]
    assert seen.resources["resources[0].resources[0]"].name == "pictures/default/pictures"
    assert seen.of("st-public-container") == {"resources[0].resources[0]"}


def test_an_index_without_a_name_is_that_of_the_resource() -> None:
    vault = {
        "type": "Microsoft.KeyVault/vaults",
        "apiVersion": "2023-07-01",
        "name": "[concat('vault', copyIndex())]",
        "copy": {"name": "vaults", "count": 2},
        "properties": {
            "publicNetworkAccess": "Enabled",
            "networkAcls": {
                "defaultAction": "Deny",
                "copy": [
                    {
                        "name": "ipRules",
                        "count": 1,
                        "input": {"value": "[variables('ranges')[copyIndex()]]"},
                    }
                ],
            },
        },
    }
    seen = Seen(template([vault], variables={"ranges": ["198.51.100.7/32", "0.0.0.0/1"]}))
    assert seen.errors == []
    assert seen.of("kv-wide-ip-range") == {"resources[0][1]"}


def test_a_variable_has_no_index_of_the_resource_that_asks_for_it_first() -> None:
    loop = {"name": "hubs", "count": 2}
    properties = {**SAFE, "publicNetworkAccess": "[variables('access')]"}
    two = hub("[concat('h', copyIndex())]", copy=loop, properties=properties)
    access = "[if(equals(copyIndex('hubs'), 0), 'Disabled', 'Enabled')]"
    seen = Seen(template([two], variables={"access": access}))
    assert len(seen.errors) == 1
    assert "copyIndex" in seen.errors[0]


@pytest.mark.parametrize(
    "change",
    [
        {"type": "[[concat('Microsoft.Devices', '/IotHubs')]"},
        {"properties": {**SAFE, "publicNetworkAccess": "[[concat('Dis', 'abled')]"}},
        {"properties": "[[json('{}')]"},
    ],
)
def test_what_azure_evaluates_a_second_time_is_an_error(change: dict[str, Any]) -> None:
    deployment = nested(template([hub(**change)]))
    seen = Seen(template([deployment]))
    assert not any("Azure evaluates this" in said for said in seen.errors)
    deployment["properties"]["expressionEvaluationOptions"]["scope"] = "outer"
    assert "Azure evaluates this text" in Seen(template([deployment])).errors[0]


@pytest.mark.parametrize(
    "further",
    [
        {"imports": {"az": {"provider": "AzureResourceManager", "version": "1.0"}}},
        {"extensions": {"az": {"name": "AzureResourceManager", "version": "1.0"}}},
        {"imports": {"az": {"provider": "Kubernetes", "version": "1.0"}}},
        {},
    ],
)
@pytest.mark.parametrize("word", ["import", "extension"])
def test_a_hub_is_a_hub_whoever_is_said_to_make_it(further: dict[str, Any], word: str) -> None:
    one = hub(properties=OPEN, **{word: "az"})
    seen = Seen(template({"hub": one}, languageVersion="2.0", **further))
    assert seen.of("hub-public-network") == {"hub"}


def test_a_resource_of_another_maker_has_names_of_its_own() -> None:
    group = {"import": "graph", "type": "Microsoft.Graph/groups@v1.0", "properties": {}}
    maker = {"graph": {"provider": "MicrosoftGraph", "version": "1.0"}}
    seen = Seen(template({"group": group}, languageVersion="2.0", imports=maker))
    assert seen.errors == []
    assert not seen.resources


def test_a_name_written_out_and_made_again_is_an_error() -> None:
    both = {**SAFE, "[concat('publicNetwork', 'Access')]": "Enabled"}
    seen = Seen(template([hub(properties=both)]))
    assert seen.errors == ["Two properties of an object have the same name: keep one."]
    assert seen.of("hub-public-network", "undecided") == {"resources[0]"}


@pytest.mark.parametrize("asked", ["subscription().tags.open", "resourceGroup().managedBy"])
def test_what_azure_says_of_the_place_is_undecided(asked: str) -> None:
    seen = Seen(template([hub(properties={**SAFE, "publicNetworkAccess": f"[{asked}]"})]))
    assert seen.errors == []
    assert seen.of("hub-public-network", "undecided") == {"resources[0]"}
