"""Templates that look harmless and deploy what is not."""

from __future__ import annotations

from typing import Any

import pytest
from tests.policies.gates.arm.writing import (
    HUB_AT,
    SAFE,
    WORKSPACE,
    Seen,
    hub,
    nested,
    setting,
    template,
)

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
    assert list(seen.resources) == [
        "Microsoft.Storage/storageAccounts(pictures).blobServices/containers(default/pictures)"
    ]
    assert (
        seen.resources[
            "Microsoft.Storage/storageAccounts(pictures).blobServices/containers(default/pictures)"
        ].name
        == "pictures/default/pictures"
    )
    assert seen.of("st-public-container") == {
        "Microsoft.Storage/storageAccounts(pictures).blobServices/containers(default/pictures)"
    }


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
    assert seen.of("kv-wide-ip-range") == {
        "Microsoft.KeyVault/vaults([concat('vault', copyIndex())])[1]"
    }


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
    assert seen.of("hub-public-network", "undecided") == {HUB_AT}


@pytest.mark.parametrize("asked", ["subscription().tags.open", "resourceGroup().managedBy"])
def test_what_azure_says_of_the_place_is_undecided(asked: str) -> None:
    seen = Seen(template([hub(properties={**SAFE, "publicNetworkAccess": f"[{asked}]"})]))
    assert seen.errors == []
    assert seen.of("hub-public-network", "undecided") == {HUB_AT}


HUB_ID = "resourceId('Microsoft.Devices/IotHubs', 'telemetry')"
UNKNOWNS = {"some": {"type": "bool"}, "many": {"type": "int"}, "more": {"type": "int"}}
LOCK = {
    "type": "Microsoft.Authorization/locks",
    "apiVersion": "2020-05-01",
    "name": "keep",
    "properties": {"level": "CanNotDelete"},
}


@pytest.mark.parametrize(
    ("of_hub", "of_setting", "status"),
    [
        ({}, {}, None),
        ({}, {"condition": "[parameters('some')]"}, "undecided"),
        ({}, {"condition": False}, "open"),
        ({"condition": "[parameters('some')]"}, {"condition": "[parameters('some')]"}, None),
        ({}, {"copy": {"name": "all", "count": "[parameters('many')]"}}, "undecided"),
    ],
)
def test_a_setting_that_nobody_knows_of_makes_no_logs(
    of_hub: dict[str, Any], of_setting: dict[str, Any], status: str | None
) -> None:
    logs = setting(scope=f"[{HUB_ID}]", **of_setting)
    seen = Seen(template([hub(**of_hub), logs], parameters=WORKSPACE | UNKNOWNS))
    assert seen.errors == []
    assert [f.status for f in seen.findings if f.rule.id == "hub-without-logs"] == (
        [status] if status else []
    )


@pytest.mark.parametrize(("count", "status"), [("many", None), ("more", "undecided")])
def test_loops_that_turn_as_often_belong_together(count: str, status: str | None) -> None:
    def loop(count: str) -> dict[str, str]:
        return {"name": "all", "count": f"[parameters('{count}')]"}

    name = "concat('hub', copyIndex())"
    logs = setting(scope=f"[resourceId('Microsoft.Devices/IotHubs', {name})]", copy=loop(count))
    hubs = hub(f"[{name}]", copy=loop("many"))
    seen = Seen(template([hubs, logs], parameters=WORKSPACE | UNKNOWNS))
    assert [f.status for f in seen.findings if f.rule.id == "hub-without-logs"] == (
        [status] if status else []
    )


@pytest.mark.parametrize("scope", [{"scope": f"[{HUB_ID}]"}, {}])
def test_a_lock_that_nobody_knows_of_keeps_nothing(scope: dict[str, Any]) -> None:
    lock = {**LOCK, **scope, "condition": "[parameters('some')]"}
    seen = Seen(template([hub(), lock], parameters=UNKNOWNS))
    assert seen.of("stateful-unprotected", "undecided") == {HUB_AT}
    del lock["condition"]
    seen = Seen(template([hub(), lock], parameters=UNKNOWNS))
    assert not seen.of("stateful-unprotected", "undecided")
    assert not seen.of("stateful-unprotected")


@pytest.mark.parametrize(
    ("scope", "known"),
    [("[variables('scope')]", True), ("[parameters('scope')]", False), ("iner", False)],
)
def test_whose_names_a_template_sees_may_be_an_expression(scope: str, known: bool) -> None:
    within = template(
        [hub(properties={**SAFE, "publicNetworkAccess": "[variables('access')]"})],
        variables={"access": "Enabled"},
    )
    deployment = nested(within)
    deployment["properties"]["expressionEvaluationOptions"]["scope"] = scope
    seen = Seen(
        template(
            [deployment],
            variables={"scope": "Inner", "access": "Disabled"},
            parameters={"scope": {"type": "string"}},
        )
    )
    if known:
        assert seen.errors == []
        assert len(seen.of("hub-public-network")) == 1
    else:
        assert len(seen.errors) == 1
        assert 'neither "inner" nor "outer"' in seen.errors[0]


def test_a_deployment_written_as_an_extension_is_an_error() -> None:
    odd = nested(template([hub(properties=OPEN)]), "telemetry/Microsoft.Resources/inner")
    odd["type"] = "Microsoft.Devices/IotHubs/providers/deployments"
    assert "written as an extension" in Seen(template([odd])).errors[0]


def test_blanks_around_a_type_hide_nothing() -> None:
    seen = Seen(template([hub(type=" Microsoft.Devices/IotHubs ", properties=OPEN)]))
    assert seen.of("hub-public-network") == {HUB_AT}


def test_a_version_may_be_an_expression() -> None:
    old = account(apiVersion="[variables('version')]")
    seen = Seen(template([old], variables={"version": "2018-02-01"}))
    assert seen.of("st-plain-http") == {"Microsoft.Storage/storageAccounts(pictures)"}


RULES = {"name": "ipRules", "count": 1, "input": {"action": "Allow", "ipMask": "0.0.0.0/0"}}


@pytest.mark.parametrize(
    "sets",
    [
        {"copy": [RULES], "ipRules": []},
        {"ipRules": [], "copy": [RULES]},
        {"copy": [RULES, {**RULES, "name": "IPRules", "count": 0}]},
        {"copy": [RULES, {"name": "other", "input": 1}]},
    ],
)
def test_a_loop_that_another_value_covers_is_an_error(sets: dict[str, Any]) -> None:
    seen = Seen(template([hub(properties={**OPEN, "networkRuleSets": sets})]))
    assert len(seen.errors) == 1
