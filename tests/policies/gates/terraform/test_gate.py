"""Plans in, verdicts of the rules out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.policies.gates.terraform.plans import (
    FILE,
    HUB_VALUES,
    KEY,
    UNKNOWN,
    Block,
    Hidden,
    change,
    configured,
    hub,
    judge,
    one,
    plan,
    read,
    said,
    stack_of,
    verdicts,
)

from hubwarden_policies.gates.collected import Collected
from hubwarden_policies.gates.terraform.gate import collect
from hubwarden_policies.model import UNKNOWN as NOT_KNOWN
from hubwarden_policies.model import Hole, Made, Secret

GROUP = "/subscriptions/s/resourceGroups/rg/providers"


def found(block: Block, rule: str, *more: Block) -> set[tuple[str, str]]:
    """Status and path of what one rule says."""
    return {(status, path) for name, status, path in verdicts(read(block, *more)) if name == rule}


def diagnostics(name: str = "logs", **values: Any) -> Block:
    filled = {
        "name": name,
        "target_resource_id": UNKNOWN,
        "log_analytics_workspace_id": UNKNOWN,
        "enabled_log": [{"category": None, "category_group": "allLogs"}],
        "metric": [],
    }
    words = {
        "target_resource_id": said("azurerm_iothub.main.id"),
        "log_analytics_workspace_id": said("azurerm_log_analytics_workspace.logs.id"),
    }
    return Block(f"azurerm_monitor_diagnostic_setting.{name}", filled, words | values)


def policy(name: str, **values: Any) -> Block:
    filled = {
        "name": name,
        "iothub_name": "plant",
        "resource_group_name": "rg",
        **dict.fromkeys(("registry_read", "registry_write", "device_connect"), False),
        "service_connect": True,
        "primary_key": Hidden(UNKNOWN),
    }
    return Block(f"azurerm_iothub_shared_access_policy.{name}", {**filled, **values})


def azapi(**values: Any) -> Block:
    filled = {
        "type": "Microsoft.Devices/IotHubs@2023-06-30",
        "name": "plant",
        "location": "westeurope",
        "parent_id": "/subscriptions/s/resourceGroups/rg",
        "body": {"sku": {"name": "S1"}, "properties": {"disableLocalAuth": True}},
        "identity": [],
        "output": UNKNOWN,
    }
    return Block("azapi_resource.hub", {**filled, **values})


def test_a_hub_of_azurerm() -> None:
    assert found(hub(), "hub-local-auth") == set()
    bad = hub(local_authentication_enabled=True)
    assert found(bad, "hub-local-auth") == {("open", "properties.disableLocalAuth")}


def test_what_azurerm_cannot_say_is_neither_pass_nor_finding() -> None:
    expected = {("inexpressible", "properties.disableDeviceSAS")}
    assert found(hub(), "hub-device-sas") == expected


def test_what_protects_a_resource_is_not_in_a_plan() -> None:
    assert found(hub(), "stateful-unprotected") == {("inexpressible", "options.protect")}


def test_a_resource_has_its_label_and_its_address() -> None:
    resource = one(hub(key="north"))
    assert (resource.name, resource.address) == (
        'main["north"]',
        'azurerm_iothub.main["north"]',
    )
    assert resource.type == "Microsoft.Devices/IotHubs"
    assert resource.locations == ()


def test_what_nobody_sets_is_absent_and_what_is_not_known_is_undecided() -> None:
    endpoints = one(hub()).properties["properties"]["routing"]
    assert "endpoints" not in endpoints
    words = {"local_authentication_enabled": said("var.local")}
    block = Block(
        "azurerm_iothub.main", {**HUB_VALUES, "local_authentication_enabled": UNKNOWN}, words
    )
    assert found(block, "hub-local-auth") == {("undecided", "properties.disableLocalAuth")}


def test_keys_of_endpoints_are_secret() -> None:
    endpoint = {
        "type": "AzureIotHub.EventHub", "name": "a", "authentication_type": "keyBased",
        "connection_string": Hidden(f"Endpoint=sb://a/;SharedAccessKey={KEY}"),
    }  # fmt: skip
    sent = one(hub(endpoint=[endpoint])).properties["properties"]["routing"]["endpoints"]
    assert isinstance(sent["eventHubs"][0]["connectionString"], Secret)
    path = "properties.routing.endpoints.eventHubs[0].connectionString"
    assert ("open", path) in found(hub(endpoint=[endpoint]), "hub-routing-key")
    # What hides outputs in a state is Pulumi's.
    expected = {("inexpressible", "options.additionalSecretOutputs")}
    assert found(hub(endpoint=[endpoint]), "keys-in-outputs") == expected


def test_policies_belong_to_their_hub() -> None:
    block = hub(local_authentication_enabled=True)
    wide = policy("all", registry_write=True, device_connect=True)
    assert ("open", "properties.authorizationPolicies[0].rights") in found(
        block, "hub-wide-policy", wide
    )
    assert found(block, "hub-wide-policy", policy("reader")) == set()


def test_a_piece_is_found_by_what_its_block_mentions() -> None:
    words = {"iothub_name": said("azurerm_iothub.main.name"), "name": {"constant_value": "reader"}}
    values = {**policy("reader").values, "iothub_name": UNKNOWN}
    piece = Block("azurerm_iothub_shared_access_policy.reader", values, words)
    stack = read(hub(name="main", location=UNKNOWN), piece)
    (resource,) = stack.resources
    (sent,) = resource.properties["properties"]["authorizationPolicies"]
    assert sent["keyName"] == "reader"
    assert stack.unmapped == ()


def test_a_dynamic_block_over_an_unknown_list_is_not_known() -> None:
    setting = Block(
        "azurerm_monitor_diagnostic_setting.logs",
        {"name": "logs", "target_resource_id": UNKNOWN, "enabled_log": UNKNOWN, "metric": UNKNOWN},
        {"name": {"constant_value": "logs"}, "target_resource_id": said("azurerm_iothub.main.id")},
    )
    (sent,) = read(setting).of_type("Microsoft.Insights/diagnosticSettings")
    assert sent.properties["properties"] == {"logs": NOT_KNOWN}


def test_a_block_that_the_provider_fills_in_is_not_set() -> None:
    unset = {"name": "main", "route": UNKNOWN, "endpoint": UNKNOWN, "network_rule_set": UNKNOWN}
    block = Block("azurerm_iothub.main", unset, {"name": {"constant_value": "main"}})
    sent = one(block).properties["properties"]
    assert "routing" not in sent
    # This one it never fills in: it is a dynamic block.
    assert sent["networkRuleSets"] is NOT_KNOWN


def test_a_list_of_logs_in_old_words_is_the_only_one() -> None:
    setting = Block(
        "azurerm_monitor_diagnostic_setting.logs",
        {"name": "logs", "enabled_log": UNKNOWN, "log": [{"category_group": "allLogs"}]},
        {"log": [{"category_group": {"constant_value": "allLogs"}}]},
    )
    (sent,) = read(setting).of_type("Microsoft.Insights/diagnosticSettings")
    (log,) = sent.properties["properties"]["logs"]
    assert log["categoryGroup"] == "allLogs"


def test_a_piece_without_its_hub_is_undecided_and_named() -> None:
    stack = read(policy("all", iothub_name="elsewhere"))
    assert [unseen.what for unseen in stack.unmapped] == ["azurerm_iothub_shared_access_policy.all"]
    assert ("not-covered", "undecided", "type") in verdicts(stack)


def test_logs_of_a_hub_by_reference() -> None:
    assert ("open", "diagnosticSettings") in found(hub(), "hub-without-logs")
    assert found(hub(), "hub-without-logs", diagnostics()) == set()


def test_logs_of_something_else_are_not_the_hubs() -> None:
    other = diagnostics(target_resource_id=said("azurerm_key_vault.keys.id"))
    vault = Block("azurerm_key_vault.keys", {"name": "keys", "network_acls": []})
    assert ("open", "diagnosticSettings") in found(hub(), "hub-without-logs", other, vault)


def test_logs_of_nobody_knows_what_are_undecided() -> None:
    setting = diagnostics(target_resource_id=said("local.hub"))
    assert {status for status, _ in found(hub(), "hub-without-logs", setting)} == {"undecided"}


def test_instances_of_one_key_belong_together() -> None:
    hubs = [
        Block("azurerm_iothub.main", {**HUB_VALUES, "name": key}, key=key)
        for key in ("north", "south")
    ]
    words = {"target_resource_id": said("azurerm_iothub.main.id", "each.key")}
    values = {"name": "a", "target_resource_id": UNKNOWN, "storage_account_id": "/x",
              "enabled_log": [{"category_group": "allLogs"}]}  # fmt: skip
    north = Block("azurerm_monitor_diagnostic_setting.a", values, words, key="north")
    stack = read(*hubs, north)
    assert stack.resources[2].references["scope"] == ('azurerm_iothub.main["north"]',)
    loose = Block("azurerm_monitor_diagnostic_setting.a", values, words)
    assert "scope" not in read(*hubs, loose).resources[2].references


def test_names_are_followed_through_modules() -> None:
    in_module = Block("module.plant.azurerm_iothub.main", HUB_VALUES)
    setting = Block("module.logs.azurerm_monitor_diagnostic_setting.main", diagnostics().values)
    calls = {
        "plant": {
            "module": {
                "resources": configured([in_module]),
                "outputs": {"hub_id": {"expression": said("azurerm_iothub.main.id")}},
            }
        },
        "logs": {
            "expressions": {"target": said("module.plant.hub_id")},
            "module": {
                "resources": configured(
                    [
                        Block(
                            setting.address,
                            setting.values,
                            {"target_resource_id": said("var.target")},
                        )
                    ]
                ),
            },
        },
    }
    stack = read(in_module, setting, modules=calls)
    assert stack.resources[1].references["scope"] == ("module.plant.azurerm_iothub.main",)


def test_modules_that_refer_to_each_other_in_a_circle_end() -> None:
    block = Block("module.a.azurerm_iothub.main", HUB_VALUES, {"name": said("var.x")})
    circle = {"a": {"expressions": {"x": said("module.a.x")}, "module": {
        "resources": configured([block]),
        "outputs": {"x": {"expression": said("var.x")}},
    }}}  # fmt: skip
    assert read(block, modules=circle).resources[0].references == {}


def test_many_ways_through_modules_to_one_block_are_one() -> None:
    # Each of 40 modules asks two outputs of the next one: 2^40 ways, and a chain of 80 names.
    calls = {
        f"m{number}": {
            "expressions": {
                "x": said(f"module.m{number + 1}.a", f"module.m{number + 1}.b")
                if number < 39
                else said("azurerm_iothub.main.name")
            },
            "module": {"outputs": {name: {"expression": said("var.x")} for name in "ab"}},
        }
        for number in range(40)
    }
    values = {**policy("reader").values, "iothub_name": UNKNOWN}
    words = {"iothub_name": said("module.m0.a")}
    piece = Block("azurerm_iothub_shared_access_policy.reader", values, words)
    stack = read(hub(), piece, modules=calls)
    assert stack.unmapped == ()
    assert len(stack.resources[0].properties["properties"]["authorizationPolicies"]) == 1


def test_azapi_is_arm_as_it_is() -> None:
    resource = one(azapi())
    assert (resource.type, resource.api_version) == ("Microsoft.Devices/IotHubs", "2023-06-30")
    assert found(azapi(), "hub-device-sas") == {("open", "properties.disableDeviceSAS")}
    off = {"properties": {"disableDeviceSAS": True}}
    assert found(azapi(body=off), "hub-device-sas") == set()
    assert found(azapi(body=json.dumps(off)), "hub-device-sas") == set()


def test_a_body_of_azapi_that_is_not_known_decides_nothing() -> None:
    words = {"body": said("var.body")}
    block = Block("azapi_resource.hub", {**azapi().values, "body": UNKNOWN}, words)
    assert {status for status, _ in found(block, "hub-local-auth")} == {"undecided"}
    part = azapi(body={"properties": {"disableLocalAuth": UNKNOWN}})
    assert found(part, "hub-local-auth") == {("undecided", "properties.disableLocalAuth")}


def test_azapi_changes_what_azurerm_cannot_say() -> None:
    values = {"type": "Microsoft.Devices/IotHubs@2023-06-30", "resource_id": UNKNOWN,
              "body": {"properties": {"disableDeviceSAS": True}}}  # fmt: skip
    words = {"resource_id": said("azurerm_iothub.main.id")}
    patch = Block("azapi_update_resource.sas", values, words)
    assert found(hub(), "hub-device-sas", patch) == set()
    expected = {("inexpressible", "properties.disableModuleSAS")}
    assert found(hub(), "hub-module-sas", patch) == expected


def test_of_two_changes_of_one_property_nobody_knows_the_last() -> None:
    def patch(name: str, value: bool) -> Block:
        values = {
            "type": "Microsoft.Devices/IotHubs@2023-06-30",
            "resource_id": f"{GROUP}/Microsoft.Devices/IotHubs/plant",
            "body": {"properties": {"disableLocalAuth": value, "disableDeviceSAS": True}},
        }
        return Block(f"azapi_update_resource.{name}", values)

    both = (patch("a", False), patch("b", True))
    assert found(hub(), "hub-local-auth", *both) == {("undecided", "properties.disableLocalAuth")}
    assert found(hub(), "hub-device-sas", *both) == set()
    assert found(hub(), "hub-local-auth", patch("a", True), patch("b", True)) == set()


def test_a_change_of_what_the_plan_does_not_hold_is_undecided() -> None:
    values = {"type": "Microsoft.Devices/IotHubs@2023-06-30",
              "resource_id": f"{GROUP}/Microsoft.Devices/IotHubs/other", "body": {}}  # fmt: skip
    stack = read(Block("azapi_update_resource.sas", values))
    assert ("not-covered", "undecided", "type") in verdicts(stack)


def called(method: Any, **values: Any) -> Block:
    filled = {
        "type": "Microsoft.Devices/IotHubs@2023-06-30",
        "resource_id": f"{GROUP}/Microsoft.Devices/IotHubs/plant",
        "method": method,
        "action": None,
        "body": {"properties": {"disableLocalAuth": False}},
    }
    return Block("azapi_resource_action.open", {**filled, **values})


def test_an_action_that_changes_the_resource_itself_is_a_change_of_it() -> None:
    opened = {("open", "properties.disableLocalAuth")}
    assert found(hub(), "hub-local-auth", called("PATCH")) == opened
    # A whole body is not laid over the other one, and what it leaves out goes back.
    for block in (called("PUT"), called(UNKNOWN), called("DELETE", action=""), called("put")):
        assert found(hub(), "not-covered", block) == {("open", "type")}


@pytest.mark.parametrize("block", [
    called(None), called("POST", action="listKeys"), called("GET"),
    called("PUT", action="certificates"), called("PATCH", when="destroy"),
    called("PUT", type="Microsoft.Compute/virtualMachines@2024-07-01"),
])  # fmt: skip
def test_an_action_that_asks_is_none(block: Block) -> None:
    assert found(hub(), "hub-local-auth", block) == set()
    assert found(hub(), "not-covered", block) == set()


def test_an_action_of_which_nobody_knows_the_type_is_an_error() -> None:
    (error,) = collect(plan(called("PUT", type=UNKNOWN)), FILE).errors
    assert "azapi_resource_action.open" in error.message


def test_a_template_that_azapi_deploys_may_hold_anything() -> None:
    block = azapi(type="Microsoft.Resources/deployments@2024-03-01", body={})
    assert found(block, "not-covered") == {("open", "type")}


def test_parts_of_a_body_that_no_plan_shows_are_said() -> None:
    values = {**azapi().values, "sensitive_body": None}
    words = {"sensitive_body": said("var.secrets"), "body": {"constant_value": {}}}
    assert found(Block("azapi_resource.hub", values, words), "not-covered") == {
        ("undecided", "type")
    }
    named = {**values, "sensitive_body_version": {"properties.authorizationPolicies": "1"}}
    assert found(Block("azapi_resource.hub", named, words), "not-covered") == set()
    resource = one(Block("azapi_resource.hub", named, words))
    policies = resource.properties["properties"]["authorizationPolicies"]
    assert policies == Secret(NOT_KNOWN)


def test_a_type_of_a_namespace_of_ours_that_nobody_knows() -> None:
    stack = read(azapi(type="Microsoft.Devices/IotPlanes@2030-01-01"))
    assert ("not-covered", "undecided", "type") in verdicts(stack)
    stack = read(azapi(type="Microsoft.Compute/virtualMachines@2024-07-01"))
    assert stack.other == {"Microsoft.Compute/virtualMachines": 1}


def test_what_other_types_deploy_is_a_finding_and_the_rest_is_counted() -> None:
    account = Block("azurerm_iothub_device_update_account.a", {"name": "a"})
    stack = read(account, Block("random_id.a", {"byte_length": 4}))
    assert ("not-covered", "open", "type") in verdicts(stack)
    assert stack.other == {"random_id": 1}


@pytest.mark.parametrize("actions", [("delete",), ("forget",)])
def test_what_is_no_deployment_is_left_out_and_said(actions: tuple[str, ...]) -> None:
    bad = Block(
        "azurerm_iothub.old", {**HUB_VALUES, "local_authentication_enabled": True},
        actions=actions,
    )  # fmt: skip
    collected = collect(plan(bad), FILE)
    assert stack_of(collected).resources == ()
    assert len(collected.notes) == 1
    assert "1 resource" in collected.notes[0]


def test_what_stays_as_it_is_is_seen_and_not_judged() -> None:
    standing = Block(
        "azurerm_iothub.main", {**HUB_VALUES, "local_authentication_enabled": True},
        actions=("no-op",),
    )  # fmt: skip
    collected = collect(plan(standing), FILE)
    assert verdicts(stack_of(collected)) == set()
    assert "leaves 1 resource as it is" in collected.notes[0]
    # What changes a piece of it changes it.
    assert found(standing, "hub-local-auth", policy("reader")) == {
        ("open", "properties.disableLocalAuth")
    }


def test_what_is_imported_is_judged_though_nothing_of_it_changes() -> None:
    standing = Block(
        "azurerm_iothub.main", {**HUB_VALUES, "local_authentication_enabled": True},
        actions=("no-op",),
    )  # fmt: skip
    document = json.loads(plan(standing))
    document["resource_changes"][0]["change"]["importing"] = {"id": "/subscriptions/s"}
    stack = stack_of(collect(json.dumps(document).encode(), FILE))
    assert ("hub-local-auth", "open", "properties.disableLocalAuth") in verdicts(stack)


def test_what_loses_its_logs_is_judged_though_it_stays() -> None:
    standing = Block(hub().address, HUB_VALUES, actions=("no-op",))
    document = json.loads(plan(standing, Block(diagnostics().address, {}, actions=("delete",))))
    gone = {"target_resource_id": f"{GROUP}/Microsoft.Devices/IotHubs/plant", "name": "logs"}
    document["resource_changes"][1]["change"]["before"] = gone
    stack = stack_of(collect(json.dumps(document).encode(), FILE))
    assert ("hub-without-logs", "open", "diagnosticSettings") in verdicts(stack)
    gone["target_resource_id"] = f"{GROUP}/Microsoft.KeyVault/vaults/plant"
    assert verdicts(stack_of(collect(json.dumps(document).encode(), FILE))) == set()


def test_logs_that_stay_still_count() -> None:
    setting = Block(diagnostics().address, diagnostics().values, diagnostics().said, ("no-op",))
    changed = Block(hub().address, hub().values, actions=("update",))
    assert found(changed, "hub-without-logs", setting) == set()


@pytest.mark.parametrize("actions", [("delete", "create"), ("create", "delete"), ("update",)])
def test_what_is_replaced_or_updated_is_judged(actions: tuple[str, ...]) -> None:
    bad = Block(
        "azurerm_iothub.main", {**HUB_VALUES, "local_authentication_enabled": True},
        actions=actions,
    )  # fmt: skip
    assert found(bad, "hub-local-auth") == {("open", "properties.disableLocalAuth")}


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        (("delete",), {("hub", False)}),
        (("delete", "create"), {("hub", True)}),
        (("create", "delete"), {("hub", True)}),
        (("forget",), set()),
        (("update",), set()),
        (("no-op",), set()),
    ],
)
def test_what_a_plan_takes_away_is_told(actions: tuple[str, ...], expected: object) -> None:
    gone = read(Block("azurerm_iothub.hub", HUB_VALUES, actions=actions)).removals
    assert {(one.name, one.replaced) for one in gone} == expected
    assert all(one.type == "Microsoft.Devices/IotHubs" for one in gone)


def test_why_it_is_replaced() -> None:
    document = json.loads(
        plan(Block("azapi_resource.hub", azapi().values, actions=("delete", "create")))
    )
    document["resource_changes"][0]["change"]["replace_paths"] = [["location"], ["body", "sku", 0]]
    (gone,) = stack_of(collect(json.dumps(document).encode(), FILE)).removals
    assert gone.because == ("location", "body.sku.0")


def test_a_deferred_change_is_judged_as_far_as_it_is_known() -> None:
    held = change(hub(local_authentication_enabled=True))
    document = plan(deferred_changes=[{"reason": "provider", "resource_change": held}])
    collected = collect(document, FILE)
    stack = stack_of(collected)
    assert ("hub-local-auth", "open", "properties.disableLocalAuth") in verdicts(stack)
    assert any("deferred" in note for note in collected.notes)


def test_a_plan_that_only_refreshes_is_judged_by_its_values() -> None:
    document = json.loads(plan(hub(local_authentication_enabled=True)))
    del document["resource_changes"]
    stack = stack_of(collect(json.dumps(document).encode(), FILE))
    assert ("hub-local-auth", "open", "properties.disableLocalAuth") in verdicts(stack)


def test_a_state_is_judged_as_what_it_holds() -> None:
    values = {
        "name": "plant",
        "local_authentication_enabled": True,
        "shared_access_policy": [{"key_name": "iothubowner", "primary_key": KEY}],
    }
    document = {
        "format_version": "1.0",
        "values": {
            "outputs": {"key": {"sensitive": True, "value": KEY}},
            "root_module": {
                "child_modules": [
                    {
                        "address": 'module.plant["a.b"]',
                        "resources": [
                            {
                                "address": 'module.plant["a.b"].azurerm_iothub.main',
                                "mode": "managed",
                                "type": "azurerm_iothub",
                                "name": "main",
                                "values": values,
                            }
                        ],
                    }
                ]
            },
        },
    }
    stack = stack_of(collect(json.dumps(document).encode(), FILE))
    assert ("hub-local-auth", "open", "properties.disableLocalAuth") in verdicts(stack)
    assert stack.exports == {"key": Secret(KEY)}
    assert "authorizationPolicies" not in stack.resources[0].properties["properties"]


@pytest.mark.parametrize(
    ("more", "kind"),
    [({"errored": True}, "errored-plan"), ({"complete": False}, "incomplete-plan")],
)
def test_half_a_plan_is_judged_and_is_an_error(more: dict[str, Any], kind: str) -> None:
    collected = collect(plan(hub(local_authentication_enabled=True), **more), FILE)
    assert [(error.kind, error.exit_code) for error in collected.errors] == [(kind, 4)]
    assert collected.stack is not None
    assert ("hub-local-auth", "open", "properties.disableLocalAuth") in verdicts(collected.stack)


def test_an_attribute_that_nobody_knows_is_an_error() -> None:
    collected = collect(plan(hub(device_sas_enabled=False)), FILE)
    (error,) = collected.errors
    assert error.exit_code == 4
    assert "azurerm_iothub.main sets `device_sas_enabled`" in error.message
    computed = {**HUB_VALUES, "guid": UNKNOWN}
    assert collect(plan(Block("azurerm_iothub.main", computed)), FILE).errors == ()


def test_private_endpoints_and_their_zones() -> None:
    values = {
        "name": "hub", "private_service_connection": [
            {"name": "hub", "is_manual_connection": False, "subresource_names": ["iotHub"],
             "private_connection_resource_id": UNKNOWN, "private_ip_address": UNKNOWN}
        ],
        "private_dns_zone_group": [
            {"name": "zones", "private_dns_zone_ids": ["/a", "/b"], "id": UNKNOWN}
        ],
    }  # fmt: skip
    words = {
        "private_service_connection": [
            {"private_connection_resource_id": said("azurerm_iothub.main.id")}
        ],
        "private_dns_zone_group": [{}],
    }
    endpoint = Block("azurerm_private_endpoint.hub", values, words)
    assert ("open", "properties.publicNetworkAccess") in found(hub(), "hub-unreachable")
    assert found(hub(), "hub-unreachable", endpoint) == set()


def test_an_id_is_whole_and_that_of_an_account_may_go_on() -> None:
    lock = {"name": "keep", "scope": UNKNOWN, "lock_level": "CanNotDelete"}

    def locked(target: str) -> Any:
        words = {"scope": said(f"{target}.id")}
        account = Block("azurerm_storage_account.files", {"name": "files"})
        stack = read(hub(), account, Block("azurerm_management_lock.keep", lock, words))
        return stack.resources[-1].properties["scope"]

    assert locked("azurerm_iothub.main") == Made((Hole("azurerm_iothub.main", "id"),))
    assert locked("azurerm_storage_account.files") is NOT_KNOWN


@pytest.mark.parametrize(
    ("name", "expected"), [("link", set()), ("iothubowner", {("open", "properties.iotHubs[0]")})]
)
def test_a_link_tells_whose_key_it_has(name: str, expected: set[tuple[str, str]]) -> None:
    link = {"connection_string": Hidden(UNKNOWN), "location": "westeurope"}
    source = f"azurerm_iothub_shared_access_policy.{name}.primary_connection_string"
    words = {"linked_hub": [{"connection_string": said(source)}]}
    values = {"name": "enrol", "linked_hub": [link], "public_network_access_enabled": False}
    dps = Block("azurerm_iothub_dps.enrol", values, words)
    both = hub(local_authentication_enabled=True), policy(name, registry_write=True)
    about = {(status, path) for status, path in found(dps, "dps-link-owner-policy", *both)}
    assert {(status, path[:21]) for status, path in about} == expected
    assert found(dps, "dps-unknown-hub", *both) == set()
    assert found(dps, "dps-link-in-clear", *both) == set()


def test_a_vault_and_what_is_in_it() -> None:
    vault = Block("azurerm_key_vault.keys", {
        "name": "keys", "sku_name": "standard", "purge_protection_enabled": None,
        "rbac_authorization_enabled": True, "soft_delete_retention_days": 7,
        "public_network_access_enabled": True, "network_acls": [], "access_policy": UNKNOWN,
    })  # fmt: skip
    secret = Block("azurerm_key_vault_secret.hub", {
        "name": "hub", "value": Hidden(KEY), "expiration_date": None,
        "key_vault_id": UNKNOWN,
    }, {"key_vault_id": said("azurerm_key_vault.keys.id")})  # fmt: skip
    stack = read(vault, secret)
    rules = {rule for rule, status, _ in verdicts(stack) if status == "open"}
    assert {"kv-purge", "kv-short-retention", "kv-secret-without-expiry"} <= rules
    assert "kv-secret-in-clear" not in rules
    assert "kv-access-policies" not in rules
    assert stack.resources[1].references["parent"] == ("azurerm_key_vault.keys",)


def test_storage_and_its_rules() -> None:
    account = Block("azurerm_storage_account.files", {
        "name": "files", "shared_access_key_enabled": False, "https_traffic_only_enabled": True,
        "min_tls_version": "TLS1_2", "allow_nested_items_to_be_public": False,
        "network_rules": UNKNOWN,
    })  # fmt: skip
    rules = Block("azurerm_storage_account_network_rules.files", {
        "storage_account_id": UNKNOWN, "default_action": "Deny", "ip_rules": ["203.0.113.0/24"],
        "bypass": ["AzureServices"], "virtual_network_subnet_ids": [],
    }, {"storage_account_id": said("azurerm_storage_account.files.id")})  # fmt: skip
    container = Block("azurerm_storage_container.c", {
        "name": "c", "container_access_type": "blob", "storage_account_name": "files"
    })  # fmt: skip
    stack = read(account, rules, container)
    assert stack.resources[0].properties["properties"]["networkAcls"] == {
        "defaultAction": "Deny",
        "bypass": "AzureServices",
        "ipRules": [{"value": "203.0.113.0/24", "action": "Allow"}],
        "virtualNetworkRules": [],
    }
    said_ = verdicts(stack)
    assert ("st-public-container", "open", "properties.publicAccess") in said_
    assert not {rule for rule, _, _ in said_} & {"st-shared-key", "st-old-tls", "st-plain-http"}


def action(mode: str) -> dict[str, Any]:
    return {"mode": mode, "type": "azapi_resource_action", "name": "keys",
            "expressions": {"action": {"constant_value": "listKeys"}}}  # fmt: skip


def output(*names: str) -> dict[str, Any]:
    return {"outputs": {"key": {"expression": {"references": list(names)}}}}


@pytest.mark.parametrize("source", [
    "azurerm_iothub.main.shared_access_policy[0].primary_key",
    "azurerm_iothub_shared_access_policy.reader.primary_connection_string",
    "data.azurerm_key_vault_secret.hub.value",
    "azurerm_storage_account.files.primary_access_key",
])  # fmt: skip
def test_a_key_that_is_shown_in_an_output(source: str) -> None:
    shown = {"outputs": {"key": {"sensitive": False}}, "root": output(source)}
    assert ("credential-in-output", "open", "outputs.key") in verdicts(read(hub(), **shown))
    hidden = {**shown, "outputs": {"key": {"sensitive": True}}}
    assert not {rule for rule, *_ in verdicts(read(hub(), **hidden))} & {"credential-in-output"}


def test_what_is_no_key_in_an_output_is_none() -> None:
    shown = {"outputs": {"key": {"sensitive": False}},
             "root": output("azurerm_iothub.main.hostname")}  # fmt: skip
    assert "credential-in-output" not in {rule for rule, *_ in verdicts(read(hub(), **shown))}


def test_a_known_key_in_an_output() -> None:
    text = f"HostName=plant.azure-devices.net;SharedAccessKey={KEY}"
    stack = read(outputs={"hub": {"sensitive": False, "value": text}})
    assert ("credential-in-output", "open", "outputs.hub") in verdicts(stack)


def test_a_key_in_a_variable() -> None:
    text = f"HostName=plant.azure-devices.net;SharedAccessKey={KEY}"
    given = {"variables": {"hub": {"value": text}}}
    assert ("config-connection-string", "open", "variables.hub") in verdicts(read(**given))
    hidden = read(**given, root={"variables": {"hub": {"sensitive": True}}})
    assert verdicts(hidden) == set()
    assert hidden.config["hub"].value == Secret(text)


def test_what_azapi_lists_has_no_mark_and_is_followed() -> None:
    keys = "data.azapi_resource_action.keys"
    words = {"tags": {"references": [f"{keys}.output", keys]}}
    block = Block("azurerm_iothub.main", {**HUB_VALUES, "tags": {"key": UNKNOWN}}, words)
    document = json.loads(plan(block))
    document["configuration"]["root_module"]["resources"].append(action("data"))
    stack = stack_of(collect(json.dumps(document).encode(), FILE))
    assert ("credential-leak", "open", "tags") in verdicts(stack)
    assert [call.token for call in stack.calls] == ["azapi_resource_action:listKeys"]


def by_local(mode: str, local: str, value: Any, **mark: bool) -> set[str]:
    """What is undecided where keys are listed, and a tag and an output are made of a name."""
    words = {"tags": {"references": [local]}, "location": {"references": [local]}}
    values = {**HUB_VALUES, "tags": {"key": value}, "location": UNKNOWN}
    shown = {"sensitive": False, **({} if value == UNKNOWN else {"value": value}), **mark}
    root = {"outputs": {"key": {"expression": {"references": [local]}}}}
    block = Block("azurerm_iothub.main", values, words)
    document = json.loads(plan(block, outputs={"key": shown}, root=root))
    document["configuration"]["root_module"]["resources"].append(action(mode))
    stack = stack_of(collect(json.dumps(document).encode(), FILE))
    assert bool(stack.unmapped) == (("not-covered", "undecided", "type") in verdicts(stack))
    return {unseen.what for unseen in stack.unmapped}


def test_what_may_be_a_listed_key_by_way_of_a_local_is_undecided() -> None:
    both = {"the output key", "tags of azurerm_iothub.main"}
    assert by_local("data", "local.key", UNKNOWN) == both
    assert by_local("managed", "local.key", KEY) == both
    assert by_local("data", "local.key", "westeurope") == set()
    assert by_local("data", "var.key", UNKNOWN) == set()
    assert by_local("data", "local.key", UNKNOWN, sensitive=True) == both - {"the output key"}


LITERAL = f"HostName=plant.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey={KEY}"


def test_a_key_that_somebody_wrote_into_what_is_not_of_azure() -> None:
    def trigger(value: Any) -> Block:
        return Block("null_resource.enrol", {"triggers": {"hub": value}})

    assert found(trigger(LITERAL), "credential-leak") == {("open", "triggers.hub")}
    assert found(trigger(Hidden(LITERAL)), "credential-leak") == set()
    assert found(trigger("HostName=plant"), "credential-leak") == set()


def test_a_key_that_a_rule_reads_is_told_once() -> None:
    link = {"connection_string": LITERAL, "location": "westeurope"}
    dps = Block("azurerm_iothub_dps.main", {"name": "dps", "linked_hub": [link]})
    assert ("open", "properties.iotHubs[0].connectionString") in found(dps, "dps-link-in-clear")
    assert found(dps, "credential-leak") == set()
    assert found(hub(tags={"hub": LITERAL}), "credential-leak") == {("open", "tags.hub")}


def test_a_key_that_somebody_wrote_into_a_command() -> None:
    command = {"expressions": {"command": {"constant_value": f"enrol '{LITERAL}'"}}}
    more = {"provisioners": [{"type": "local-exec", **command}]}
    block = Block("null_resource.enrol", {"id": UNKNOWN}, more=more)
    assert found(block, "credential-leak") == {("open", "provisioners[0].expressions.command")}


def test_no_key_is_in_what_is_said() -> None:
    values = {**HUB_VALUES, "tags": {"a": KEY}, "nonsense": KEY, "local_authentication_enabled": 1}
    values["endpoint"] = [{"type": KEY, "name": KEY, "connection_string": Hidden(KEY), KEY: KEY}]
    bodies = [KEY, [KEY], {"properties": KEY}]
    blocks = [azapi(body=body, type=KEY if body == KEY else "A/b@1") for body in bodies]
    collected = collect(plan(Block("azurerm_iothub.main", values), *blocks), FILE)
    assert KEY not in repr([e.message for e in collected.errors if "nonsense" not in e.message])
    assert KEY not in repr(collected.notes)


def test_the_whole_way_from_a_bad_plan_to_a_good_one() -> None:
    bad = judge(read(hub(local_authentication_enabled=True, identity=[], min_tls_version=None)))
    rules = {finding.rule.id for finding in bad.findings}
    assert {"hub-local-auth", "hub-without-identity", "hub-old-tls"} <= rules
    good = judge(read(hub(), diagnostics()))
    assert not {f.rule.id for f in good.findings} & rules - {"hub-unreachable"}
    assert {one.path for one in good.inexpressible} >= {"properties.disableDeviceSAS"}


def test_a_plan_has_no_lines() -> None:
    collected = collect(plan(hub()), FILE)
    assert isinstance(collected, Collected)
    assert collected.locate is None
