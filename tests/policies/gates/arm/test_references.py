"""What the resources of a template say of each other."""

from __future__ import annotations

from typing import Any

import pytest
from tests.policies.gates.arm.writing import (
    DPS_AT,
    HUB,
    HUB_AT,
    INNER,
    WORKSPACE,
    Seen,
    hub,
    nested,
    setting,
    template,
)

UNKNOWN_NAME = "[concat(parameters('plant'), '-hub')]"
PLANT = {**WORKSPACE, "plant": {"type": "string"}}
VARIABLES = {
    "hub": "[resourceId('Microsoft.Devices/IotHubs', variables('name'))]",
    "name": UNKNOWN_NAME,
}
HUB_ID = "resourceId('Microsoft.Devices/IotHubs', concat(parameters('plant'), '-hub'))"


def logged(first: Any, second: Any, **further: Any) -> Seen:
    return Seen(template([first, second], parameters=PLANT, **further))


@pytest.mark.parametrize(
    "scope",
    [
        f"[{HUB_ID}]",
        "[resourceId('microsoft.devices/iothubs', concat(parameters('PLANT'), '-HUB'))]",
        "[format('Microsoft.Devices/IotHubs/{0}', concat(parameters('plant'), '-hub'))]",
        "[concat('Microsoft.Devices/IotHubs/', parameters('plant'), '-hub')]",
        "[concat(resourceGroup().id, '/providers/Microsoft.Devices/IotHubs/', variables('name'))]",
        "[resourceId(resourceGroup().name, 'Microsoft.Devices/IotHubs', variables('name'))]",
        "[variables('hub')]",
    ],
)
def test_a_setting_belongs_to_the_resource_of_its_scope(scope: str) -> None:
    seen = logged(hub(UNKNOWN_NAME), setting(scope=scope), variables=VARIABLES)
    assert seen.errors == []
    assert seen.of("hub-without-logs") == seen.of("hub-without-logs", "undecided") == set()


@pytest.mark.parametrize(
    "scope",
    [
        "[resourceId('Microsoft.Devices/IotHubs', concat(parameters('plant'), '-hub2'))]",
        "[resourceId('Microsoft.KeyVault/vaults', concat(parameters('plant'), '-hub'))]",
        "[resourceId('Microsoft.Devices/IotHubs/certificates', 'x', parameters('plant'))]",
    ],
)
def test_a_setting_on_something_else_helps_nobody(scope: str) -> None:
    seen = logged(hub("telemetry"), setting(scope=scope))
    assert HUB_AT in (seen.of("hub-without-logs") | seen.of("hub-without-logs", "undecided"))
    assert Seen(template([hub("a"), setting(scope=scope)], parameters=PLANT)).errors == []


def test_a_hub_with_a_similar_name_has_no_logs_of_the_other() -> None:
    scope = "[resourceId('Microsoft.Devices/IotHubs', 'telemetry')]"
    seen = Seen(
        template([hub("telemetry"), hub("telemetry2"), setting(scope=scope)], parameters=WORKSPACE)
    )
    assert seen.of("hub-without-logs") == {f"{HUB}(telemetry2)"}


def test_a_hub_of_another_group_has_logs_of_its_own() -> None:
    scope = "[resourceId('elsewhere', 'Microsoft.Devices/IotHubs', 'telemetry')]"
    inside = template([hub("telemetry")])
    one = nested(inside, resourceGroup="here")
    seen = Seen(template([one, setting(scope=scope)], parameters=WORKSPACE))
    assert len(seen.of("hub-without-logs")) == 1


def test_a_group_that_may_be_another_leaves_it_undecided() -> None:
    scope = "[resourceId(parameters('plant'), 'Microsoft.Devices/IotHubs', 'telemetry')]"
    seen = logged(hub("telemetry"), setting(scope=scope))
    assert seen.of("hub-without-logs") == set()
    assert seen.of("hub-without-logs", "undecided") == {HUB_AT}


def test_a_scope_nobody_knows_is_undecided_and_shows_the_expression() -> None:
    parameters = {**WORKSPACE, "target": {"type": "string"}}
    seen = Seen(template([hub(), setting(scope="[parameters('target')]")], parameters=parameters))
    assert seen.of("hub-without-logs", "undecided") == {HUB_AT}


@pytest.mark.parametrize(
    ("arm_type", "name"),
    [
        (
            "Microsoft.Devices/IotHubs/providers/diagnosticSettings",
            "telemetry/Microsoft.Insights/logs",
        ),
        (
            "microsoft.devices/iothubs/providers/diagnosticsettings",
            "[concat('telemetry', '/microsoft.insights/logs')]",
        ),
    ],
)
def test_the_older_spelling_of_an_extension_is_understood(arm_type: str, name: str) -> None:
    one = setting(type=arm_type, name=name)
    seen = Seen(template([hub(), one], parameters=WORKSPACE))
    assert seen.errors == []
    assert {one.type for one in seen.resources.values()} == {
        "Microsoft.Devices/IotHubs",
        "Microsoft.Insights/diagnosticSettings",
    }
    assert seen.of("hub-without-logs") == set()


def test_an_extension_inside_of_its_resource_is_on_it() -> None:
    one = setting(type="providers/diagnosticSettings", name="Microsoft.Insights/logs")
    seen = Seen(template([hub(resources=[one]), hub("other")], parameters=WORKSPACE))
    assert seen.errors == []
    assert seen.of("hub-without-logs") == {f"{HUB}(other)"}


def test_a_setting_may_stand_in_another_template_than_its_hub() -> None:
    inside = template(
        [setting(scope="[parameters('hub')]")],
        parameters={**WORKSPACE, "hub": {"type": "string"}},
    )
    given = {"hub": "[reference('made').outputs.id.value]", "workspaceId": "x"}
    made = template(
        [hub("[concat('h', uniqueString(resourceGroup().id))]")],
        outputs={
            "id": {
                "type": "string",
                "value": "[resourceId('Microsoft.Devices/IotHubs', "
                "concat('h', uniqueString(resourceGroup().id)))]",
            }
        },
    )
    seen = Seen(template([nested(inside, "logs", parameters=given), nested(made, "made")]))
    assert seen.errors == []
    assert seen.of("hub-without-logs") == set()


def lock(**further: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Authorization/locks",
        "apiVersion": "2020-05-01",
        "name": "keep",
        "properties": {"level": "CanNotDelete"},
        **further,
    }


@pytest.mark.parametrize(
    "further",
    [
        {},
        {"scope": "[resourceGroup().id]"},
        {"scope": "[resourceId('Microsoft.Devices/IotHubs', 'telemetry')]"},
        {
            "type": "Microsoft.Devices/IotHubs/providers/locks",
            "name": "telemetry/Microsoft.Authorization/keep",
        },
    ],
)
def test_a_lock_holds_its_group_or_what_it_is_on(further: dict[str, Any]) -> None:
    assert Seen(template([hub(), lock(**further)])).of("stateful-unprotected") == set()


def test_a_lock_on_one_hub_does_not_hold_the_other() -> None:
    on = lock(scope="[resourceId('Microsoft.Devices/IotHubs', 'telemetry')]")
    seen = Seen(template([hub(), hub("other"), on]))
    assert seen.of("stateful-unprotected") == {f"{HUB}(other)"}


def test_a_lock_in_another_group_holds_nothing_here() -> None:
    inside = nested(template([lock()]), resourceGroup="elsewhere")
    assert Seen(template([hub(), inside])).of("stateful-unprotected") == {HUB_AT}


def test_a_group_that_is_declared_is_the_group_of_what_is_put_into_it() -> None:
    group = {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "1", "name": "rg"}
    inside = nested(template([hub()]), resourceGroup="rg")
    seen = Seen(template([group, inside], level="subscriptionD"))
    made = seen.resources[f"{INNER}.{HUB_AT}"]
    assert made.references["group"] == ("Microsoft.Resources/resourceGroups(rg)",)


def dps(link: Any) -> dict[str, Any]:
    return {
        "type": "Microsoft.Devices/provisioningServices",
        "apiVersion": "2022-12-12",
        "name": "dps",
        "location": "westeurope",
        "sku": {"name": "S1", "capacity": 1},
        "properties": {
            "publicNetworkAccess": "Disabled",
            "iotHubs": [{"location": "westeurope", "connectionString": link}],
        },
    }


def test_a_link_leads_to_the_hub_that_its_host_is_asked_of() -> None:
    key = f"listKeys({HUB_ID}, '2023-06-30').value[0].primaryKey"
    host = f"reference({HUB_ID}).hostName"
    link = (
        f"[concat('HostName=', {host}, ';SharedAccessKeyName=iothubowner;SharedAccessKey=', {key})]"
    )
    seen = logged(hub(UNKNOWN_NAME), dps(link))
    assert seen.errors == []
    assert seen.of("dps-unknown-hub") == seen.of("dps-unknown-hub", "undecided") == set()
    assert seen.of("dps-link-owner-policy") == {DPS_AT}
    assert seen.of("dps-link-keyless-hub") == {DPS_AT}


def test_a_link_to_a_host_that_is_written_out_and_is_nobodys_is_flagged() -> None:
    link = "HostName=strange.azure-devices.net;SharedAccessKeyName=link;SharedAccessKey=PLANTED"
    assert logged(hub(UNKNOWN_NAME), dps(link)).of("dps-unknown-hub") == {DPS_AT}


def test_an_identity_by_name_is_a_reference() -> None:
    identity = {
        "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
        "apiVersion": "2023-01-31",
        "name": "[parameters('plant')]",
        "location": "westeurope",
    }
    key = "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', parameters('plant'))]"
    one = hub(identity={"type": "UserAssigned", "userAssignedIdentities": {key: {}}})
    made = logged(one, identity).resources[HUB_AT]
    assert made.references["identity.userAssignedIdentities"] == (
        "Microsoft.ManagedIdentity/userAssignedIdentities([parameters('plant')])",
    )


def test_ids_with_the_wrong_number_of_names_are_told() -> None:
    scope = "[resourceId('Microsoft.Devices/IotHubs/certificates', 'telemetry')]"
    seen = Seen(template([hub(), setting(scope=scope)], parameters=WORKSPACE))
    assert any("is given 1 names" in error for error in seen.errors)
    assert "hub-without-logs" in {rule for rule, _, _ in seen.said("undecided")}


@pytest.mark.parametrize(("name", "status"), [("-hub", None), ("-hub2", "undecided")])
def test_a_host_that_is_put_together_is_the_hubs_whose_name_it_has(
    name: str, status: str | None
) -> None:
    key = f"listKeys({HUB_ID}, '2023-06-30').value[0].primaryKey"
    host = f"'HostName=', parameters('plant'), '{name}.azure-devices.net;SharedAccessKeyName=x;'"
    seen = logged(hub(UNKNOWN_NAME), dps(f"[concat({host}, 'SharedAccessKey=', {key})]"))
    # A key of the same hub says nothing of where the devices are sent.
    assert seen.of("dps-unknown-hub") == set()
    expected = set() if status is None else {DPS_AT}
    assert seen.of("dps-unknown-hub", "undecided") == expected
