"""What a template declares: loops, conditions, templates within, names and case."""

from __future__ import annotations

from typing import Any

import pytest
from tests.policies.gates.arm.writing import HUB, HUB_AT, INNER, SAFE, Seen, hub, nested, template

from hubwarden_policies.model import Made


def test_a_bad_hub_is_flagged_at_the_line_and_column_of_its_property() -> None:
    seen = Seen(template([hub(properties={**SAFE, "disableLocalAuth": False})]))
    assert seen.errors == []
    assert seen.line("hub-local-auth").startswith('"disableLocalAuth": false')


def test_what_is_absent_is_flagged_where_it_would_stand() -> None:
    seen = Seen(template([hub(properties={"publicNetworkAccess": "Disabled"})]))
    assert seen.line("hub-local-auth").startswith('"properties": {')


def test_a_value_from_a_variable_is_flagged_at_its_use() -> None:
    bad = hub(properties={**SAFE, "publicNetworkAccess": "[variables('access')]"})
    seen = Seen(template([bad], variables={"access": "Enabled"}))
    assert seen.line("hub-public-network").startswith('"publicNetworkAccess": "[variables(')


@pytest.mark.parametrize(
    "resource",
    [
        hub(type="microsoft.devices/IOTHUBS", properties={"publicnetworkaccess": "enabled"}),
        {
            "Type": "Microsoft.Devices/iotHubs",
            "ApiVersion": "2023-06-30",
            "Name": "x",
            "Properties": {"PublicNetworkAccess": "Enabled"},
        },
    ],
)
def test_case_hides_nothing(resource: dict[str, Any]) -> None:
    seen = Seen({"$schema": "", "contentVersion": "1.0.0.0", "Resources": [resource]})
    assert seen.errors == []
    assert {path for rule, _, path in seen.said() if rule == "hub-public-network"} == {
        "properties.publicNetworkAccess"
    }


def test_the_api_and_the_canonical_type_are_kept() -> None:
    one = Seen(template([hub(type="microsoft.devices/iothubs")])).resources[HUB_AT]
    assert (one.type, one.api_version, one.name) == (
        "Microsoft.Devices/IotHubs", "2023-06-30", "telemetry",
    )  # fmt: skip


def test_a_loop_makes_one_resource_a_turn() -> None:
    seen = Seen(template([hub("[concat('hub', copyIndex(1))]", copy={"name": "hubs", "count": 3})]))
    assert {address: one.name for address, one in seen.resources.items()} == {
        f"{HUB}([concat('hub', copyIndex(1))])[{turn}]": f"hub{turn + 1}" for turn in range(3)
    }


def test_a_loop_of_which_nobody_knows_the_end_is_judged_once() -> None:
    bad = hub(
        "[format('hub{0}', copyIndex())]",
        copy={"name": "hubs", "count": "[length(parameters('plants'))]"},
        properties={},
    )
    seen = Seen(template([bad], parameters={"plants": {"type": "array"}}))
    assert seen.of("hub-local-auth") == {
        "Microsoft.Devices/IotHubs([format('hub{0}', copyIndex())])"
    }
    assert seen.errors == []


def test_a_loop_without_turns_makes_nothing() -> None:
    assert Seen(template([hub(copy={"name": "hubs", "count": 0})])).resources == {}


@pytest.mark.parametrize("count", [801, -1, "x", 1.5, True, None])
def test_a_loop_that_azure_refuses_is_told_and_its_resource_judged(count: Any) -> None:
    seen = Seen(template([hub(copy={"name": "hubs", "count": count}, properties={})]))
    assert any("`count` of a loop" in error for error in seen.errors)
    assert seen.of("hub-local-auth") == {HUB_AT}


def test_a_loop_of_a_property_makes_its_items_and_their_lines() -> None:
    rules = {
        "name": "ipRules",
        "count": 2,
        "input": {
            "filterName": "[concat('r', copyIndex('ipRules'))]",
            "action": "Allow",
            "ipMask": "[createArray('203.0.113.7/32', '0.0.0.0/0')[copyIndex('ipRules')]]",
        },
    }
    open_to_all = {
        "publicNetworkAccess": "Enabled",
        "networkRuleSets": {"defaultAction": "Deny", "copy": [rules]},
    }
    seen = Seen(template([hub(properties={**SAFE, **open_to_all})]))
    assert "properties.networkRuleSets.ipRules[1].ipMask" in {
        path for rule, _, path in seen.said() if rule == "hub-wide-ip-range"
    }
    assert seen.line("hub-wide-ip-range").startswith('"ipMask": "[createArray(')


def test_a_loop_of_a_variable_makes_an_array() -> None:
    copied = [{"name": "names", "count": 2, "input": "[concat('hub', copyIndex('names'))]"}]
    seen = Seen(template([hub("[variables('names')[1]]")], variables={"copy": copied}))
    assert seen.resources[f"{HUB}([variables('names')[1]])"].name == "hub1"


def test_a_loop_of_a_property_with_no_known_end_is_undecided_and_never_empty() -> None:
    rules = {"name": "authorizationPolicies", "count": "[parameters('n')]", "input": {}}
    seen = Seen(
        template([hub(properties={**SAFE, "copy": [rules]})], parameters={"n": {"type": "int"}})
    )
    value = seen.resources[HUB_AT].properties["properties"]["authorizationPolicies"]
    assert isinstance(value, Made)


@pytest.mark.parametrize(
    ("condition", "deployed"),
    [
        (False, False),
        ("[equals(parameters('stage'), 'prod')]", False),
        ("[not(equals(parameters('stage'), 'prod'))]", True),
        ("[parameters('unknown')]", True),
        (True, True),
    ],
)
def test_what_is_switched_off_is_not_judged(condition: Any, deployed: bool) -> None:
    parameters = {"stage": {"type": "string", "defaultValue": "dev"}, "unknown": {"type": "bool"}}
    seen = Seen(template([hub(condition=condition)], parameters=parameters))
    assert bool(seen.resources) is deployed
    assert seen.errors == []
    left_out = [one.what for one in seen.unseen]
    assert left_out == ([] if deployed else [HUB_AT])


def test_what_is_left_out_is_said_of_what_a_rule_would_have_read() -> None:
    off = {"condition": False, "apiVersion": "2022-03-01", "name": "x"}
    seen = Seen(
        template(
            [
                hub(resources=[{**off, "type": "certificates"}]),
                {**off, "type": "Microsoft.Sql/servers"},
                {**off, "type": "Microsoft.Resources/deployments", "properties": {}},
                hub("[concat('h', copyIndex())]", copy={"name": "hubs", "count": 0}),
            ]
        )
    )
    assert [(one.what, one.reason.partition(" with")[0]) for one in seen.unseen] == [
        (f"{HUB_AT}.certificates(x)", "its condition is false"),
        ("Microsoft.Resources/deployments(x)", "its condition is false"),
        (f"{HUB}([concat('h', copyIndex())])", "its loop makes none"),
    ]


def test_children_have_their_whole_type_and_name_in_both_spellings() -> None:
    below = {"type": "certificates", "apiVersion": "2023-06-30", "name": "root", "properties": {}}
    beside = {
        **below,
        "type": "Microsoft.Devices/iotHubs/Certificates",
        "name": "telemetry/other",
    }
    found = Seen(template([hub(resources=[below]), beside])).resources
    assert {(one.type.rpartition("/")[2], one.name) for one in found.values()} == {
        ("IotHubs", "telemetry"),
        ("certificates", "telemetry/root"),
        ("certificates", "telemetry/other"),
    }
    assert found[f"{HUB_AT}.certificates(root)"].references["parent"] == (HUB_AT,)
    assert found[f"{HUB}/certificates(telemetry/other)"].references["parent"] == (HUB_AT,)


def test_symbolic_names_are_addresses_and_what_exists_is_only_read() -> None:
    existing = {
        "existing": True,
        "type": "Microsoft.Devices/IotHubs",
        "apiVersion": "2023-06-30",
        "name": "old",
    }
    seen = Seen(template({"new": hub(), "old": existing}, languageVersion="2.0"))
    assert set(seen.resources) == {"new"}


def test_existing_is_no_word_of_a_template_without_symbols() -> None:
    assert set(Seen(template([hub(existing=True)])).resources) == {HUB_AT}


def test_a_template_within_is_judged_with_the_values_it_is_given() -> None:
    access = {"access": {"type": "string", "defaultValue": "Disabled"}}
    inside = hub(properties={**SAFE, "publicNetworkAccess": "[parameters('access')]"})
    whole = template(
        [nested(template([inside], parameters=access), parameters={"access": "Enabled"})]
    )
    seen = Seen(whole)
    at = f"{INNER}.{HUB_AT}"
    assert ("hub-public-network", at, "properties.publicNetworkAccess") in seen.said()
    assert seen.line("hub-public-network").startswith('"publicNetworkAccess": "[parameters(')


@pytest.mark.parametrize(("scope", "found"), [("inner", "Enabled"), ("outer", "Disabled")])
def test_the_scope_of_expressions_decides_whose_variables_they_see(scope: str, found: str) -> None:
    inside = hub(properties={**SAFE, "publicNetworkAccess": "[variables('access')]"})
    one = nested(template([inside], variables={"access": "Enabled"}))
    one["properties"]["expressionEvaluationOptions"] = {"scope": scope}
    seen = Seen(template([one], variables={"access": "Disabled"}))
    made = seen.resources[f"{INNER}.{HUB_AT}"]
    assert made.properties["properties"]["publicNetworkAccess"] == found


def test_outer_is_what_azure_takes_where_nothing_is_said() -> None:
    one = nested(template([hub("[variables('name')]")], variables={"name": "inner"}))
    del one["properties"]["expressionEvaluationOptions"]
    seen = Seen(template([one], variables={"name": "outer"}))
    assert seen.resources[f"{INNER}.{HUB}([variables('name')])"].name == "outer"


def test_a_parameter_that_may_be_null_is_null_where_nothing_is_given() -> None:
    inside = template(
        [hub(condition="[not(empty(parameters('name')))]")],
        parameters={"name": {"type": "string", "nullable": True}},
        languageVersion="2.0",
    )
    assert set(Seen(template([nested(inside)])).resources) == {INNER}


def test_a_name_that_another_template_puts_out_is_that_name() -> None:
    first = template([], outputs={"name": {"type": "string", "value": "fleet"}})
    second = template([hub("[parameters('name')]")], parameters={"name": {"type": "string"}})
    seen = Seen(
        template(
            [
                nested(
                    second,
                    "second",
                    parameters={"name": "[reference('first').outputs.name.value]"},
                ),
                nested(first, "first"),
            ]
        )
    )
    assert seen.errors == []
    assert (
        seen.resources[
            "Microsoft.Resources/deployments(second).Microsoft.Devices/IotHubs([parameters('name')])"
        ].name
        == "fleet"
    )


def test_types_nobody_judges_are_counted_and_unknown_ones_of_ours_named() -> None:
    other = {"type": "Microsoft.Compute/virtualMachines", "apiVersion": "1", "name": "vm"}
    group = {"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "1", "name": "nsg"}
    strange = {"type": "Microsoft.Devices/beacons", "apiVersion": "1", "name": "b"}
    seen = Seen(template([other, group, strange]))
    stack = seen.collected.stack
    assert stack is not None
    assert stack.other == {
        "Microsoft.Compute/virtualMachines": 1,
        "Microsoft.Network/networkSecurityGroups": 1,
    }
    assert seen.said("undecided") == {("not-covered", "Microsoft.Devices/beacons(b)", "type")}


def test_a_name_that_nobody_knows_is_shown_as_its_expression() -> None:
    seen = Seen(template([hub("[concat('hub-', parameters('plant'))]")], parameters={
        "plant": {"type": "string"}
    }))  # fmt: skip
    assert (
        seen.resources[f"{HUB}([concat('hub-', parameters('plant'))])"].name
        == "hub-{parameters('plant')}"
    )


def test_what_nobody_knows_is_undecided_and_shows_its_expression() -> None:
    one = hub(properties={**SAFE, "publicNetworkAccess": "[parameters('network').access]"})
    seen = Seen(template([one], parameters={"network": {"type": "object"}}))
    (found,) = (f for f in seen.findings if f.rule.id == "hub-public-network")
    assert found.status == "undecided"
    assert "parameters('network').access" in found.message


def test_one_more_resource_changes_the_address_of_none() -> None:
    """Waivers and baselines go by it."""
    hubs = [hub("one"), hub("[parameters('plant')]"), hub("many", copy={"name": "c", "count": 2})]
    inside = nested(template([hub("within")]))
    plants = {"plant": {"type": "string"}}
    before = Seen(template([*hubs, inside], parameters=plants))
    after = Seen(template([hub("new"), inside, *hubs[::-1]], parameters=plants))
    assert set(before.resources) == {
        f"{HUB}(one)",
        f"{HUB}([parameters('plant')])",
        f"{HUB}(many)[0]",
        f"{HUB}(many)[1]",
        INNER,
        f"{INNER}.{HUB}(within)",
    }
    assert set(after.resources) - set(before.resources) == {f"{HUB}(new)"}
    assert set(before.resources) < set(after.resources)


def test_no_two_resources_have_one_address() -> None:
    twice = [hub("one"), hub("one", properties={**SAFE, "disableLocalAuth": False})]
    looped = hub("two", copy={"name": "c", "count": 2})
    seen = Seen(template([*twice, hub("two"), looped, hub(5), hub("x" * 9000)]))
    assert len(seen.resources) == 7
    assert seen.of("hub-local-auth") == {f"{HUB}(one)#2"}
    assert max(map(len, seen.resources)) < 200


def test_any_number_of_one_name_is_told_apart() -> None:
    """In no time: compared with all before it each, a hostile template took a day."""
    seen = Seen(template([hub()] * 4000))
    assert len(seen.resources) == 4000
    assert f"{HUB_AT}#4000" in seen.resources
