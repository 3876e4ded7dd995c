"""Credentials in templates: handed out, written out, declared as secure or not."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from tests.policies.gates.arm.writing import HUB_AT, INNER, Seen, hub, nested, template

KEY = "listKeys(resourceId('Microsoft.Devices/IotHubs', 'telemetry'), '2023-06-30')"
# Planted: it opens nothing, and no part of it may be seen again.
PLANTED = base64.b64encode(b"planted: opens nothing; 32 bytes").decode()
CONNECTION = f"HostName=p.azure-devices.net;SharedAccessKeyName=x;SharedAccessKey={PLANTED}"


def output(value: Any, kind: str = "string") -> dict[str, Any]:
    return {"out": {"type": kind, "value": value}}


@pytest.mark.parametrize(
    "value",
    [
        f"[{KEY}.value[0].primaryKey]",
        f"[concat('SharedAccessKey=', {KEY}.value[0].primaryKey)]",
        f"[base64({KEY}.value[0].primaryKey)]",
        f"[toUpper(substring({KEY}.value[0].primaryKey, 0, 10))]",
        f"[string({KEY})]",
        "[variables('key')]",
        f"[if(parameters('given'), {KEY}.value[0].primaryKey, '')]",
    ],
)
def test_a_key_in_an_output_is_flagged_at_the_output(value: str) -> None:
    seen = Seen(
        template(
            [hub()],
            outputs=output(value),
            variables={"key": f"[{KEY}.value[0].primaryKey]"},
            parameters={"given": {"type": "bool"}},
        )
    )
    assert seen.errors == []
    assert seen.of("credential-in-output") == {"main.json"}
    assert seen.line("credential-in-output").startswith('"value": "[')


@pytest.mark.parametrize("kind", ["securestring", "secureString", "SECUREOBJECT"])
def test_a_secure_output_is_no_leak(kind: str) -> None:
    seen = Seen(template([hub()], outputs=output(f"[{KEY}.value[0].primaryKey]", kind)))
    assert seen.of("credential-in-output") == set()


def test_a_key_deep_in_an_output_has_its_path() -> None:
    value = {"hub": {"keys": [f"[{KEY}.value[0].primaryKey]"]}}
    seen = Seen(template([hub()], outputs=output(value, "object")))
    assert {path for rule, _, path in seen.said() if rule == "credential-in-output"} == {
        "outputs.out.hub.keys[0]"
    }


def test_a_secure_parameter_in_an_output_is_flagged_and_named() -> None:
    seen = Seen(
        template(
            [hub()],
            parameters={"password": {"type": "securestring"}},
            outputs=output("[concat('pw:', parameters('password'))]"),
        )
    )
    (found,) = (f for f in seen.findings if f.rule.id == "credential-in-output")
    assert "the secure parameter password" in found.message


@pytest.mark.parametrize("value", ["[parameters('given')]", "[resourceGroup().location]", "x"])
def test_what_is_no_secret_may_be_put_out(value: str) -> None:
    parameters = {"given": {"type": "string"}}
    seen = Seen(template([hub()], parameters=parameters, outputs=output(value)))
    assert seen.of("credential-in-output") == set()


def test_a_count_of_keys_is_no_key() -> None:
    seen = Seen(template([hub()], outputs=output(f"[length({KEY}.value)]", "int")))
    assert seen.of("credential-in-output") == set()


@pytest.mark.parametrize(("kind", "leaks"), [("string", True), ("securestring", False)])
def test_a_key_given_to_a_template_within_must_be_declared_secure(kind: str, leaks: bool) -> None:
    inside = template([], parameters={"key": {"type": kind}})
    one = nested(inside, parameters={"key": f"[{KEY}.value[0].primaryKey]"})
    seen = Seen(template([hub(), one]))
    path = "properties.parameters.key.value"
    assert (("credential-leak", INNER, path) in seen.said()) is leaks


def test_a_key_that_a_template_within_puts_out_is_flagged_there_and_where_it_goes_on() -> None:
    inside = template([hub()], outputs=output(f"[{KEY}.value[0].primaryKey]"))
    seen = Seen(
        template([nested(inside, "made")], outputs=output("[reference('made').outputs.out.value]"))
    )
    assert seen.of("credential-in-output") == {"Microsoft.Resources/deployments(made)", "main.json"}


def test_a_key_in_a_tag_or_in_a_name_is_flagged() -> None:
    seen = Seen(
        template(
            [
                hub(tags={"key": f"[{KEY}.value[0].primaryKey]"}),
                {
                    "type": "Microsoft.Compute/virtualMachines",
                    "apiVersion": "1",
                    "name": f"[concat('vm', {KEY}.value[0].primaryKey)]",
                },
            ]
        )
    )
    assert {
        (address, path) for rule, address, path in seen.said() if rule == "credential-leak"
    } == {
        (HUB_AT, "tags.key"),
        (f"Microsoft.Compute/virtualMachines([concat('vm', {KEY}.value[0].primaryKey)])", "name"),
    }


def secret(value: str) -> dict[str, Any]:
    return {
        "type": "Microsoft.KeyVault/vaults/secrets",
        "apiVersion": "2023-07-01",
        "name": "plant/hub",
        "properties": {"value": value},
    }


@pytest.mark.parametrize(
    "value", [f"[{KEY}.value[0].primaryKey]", "[parameters('password')]", "[variables('key')]"]
)
def test_a_vault_is_where_a_key_belongs(value: str) -> None:
    seen = Seen(
        template(
            [hub(), secret(value)],
            parameters={"password": {"type": "securestring"}},
            variables={"key": f"[{KEY}.value[0].primaryKey]"},
        )
    )
    assert seen.of("kv-secret-in-clear") | seen.of("credential-leak") == set()


def test_a_vaults_secret_from_a_plain_parameter_stands_in_clear() -> None:
    seen = Seen(template([secret("[parameters('key')]")], parameters={"key": {"type": "string"}}))
    assert seen.of("kv-secret-in-clear") == {"Microsoft.KeyVault/vaults/secrets(plant/hub)"}


def test_a_default_that_is_a_key_is_flagged_at_its_line_though_it_is_declared_secure() -> None:
    parameters = {"hub": {"type": "securestring", "defaultValue": CONNECTION}}
    seen = Seen(template([hub()], parameters=parameters))
    assert (
        "config-connection-string", "main.json", "parameters.hub.defaultValue",
    ) in seen.said()  # fmt: skip
    assert seen.line("config-connection-string").startswith('"defaultValue"')
    assert seen.of("source-connection-string") == set()


def test_a_key_that_is_written_out_elsewhere_is_flagged_as_source() -> None:
    seen = Seen(template([hub()], variables={"unused": CONNECTION}))
    assert seen.of("source-connection-string") != set()


def test_a_key_in_a_comment_is_flagged_as_source() -> None:
    text = f'{{\n // {CONNECTION}\n "resources": []\n}}'
    assert Seen(text).of("source-connection-string") != set()


def test_no_message_of_any_kind_holds_a_planted_key() -> None:
    broken = {
        "a": f"[concat('{PLANTED}'",
        "b": f"[unknownFunction('{PLANTED}')]",
        "c": f"[parameters('{PLANTED}')]",
        "d": f"[add('{PLANTED}', 1)]",
        "e": f"[format('{{0}}{{5}}', '{PLANTED}')]",
    }
    seen = Seen(
        template(
            [hub(tags=broken), hub(name=[PLANTED]), hub(copy={"name": "x", "count": PLANTED})],
            parameters={"n": {"type": "int", "defaultValue": PLANTED}},
            outputs={"o": {"type": "string", "value": f"[concat('{PLANTED}', {KEY})]"}},
        ),
        parameters={"parameters": {"n": {"value": PLANTED}}},
    )
    assert len(seen.errors) >= 6
    said = [*seen.errors, *(f.message for f in seen.findings)]
    assert not [text for text in said if PLANTED in text]


def test_a_vaults_secret_that_a_template_within_is_given_stays_one() -> None:
    inside = template(
        [],
        parameters={"key": {"type": "string"}},
        outputs=output("[parameters('key')]"),
    )
    one = nested(inside)
    given = {"reference": {"keyVault": {"id": "[parameters('vault')]"}, "secretName": "key"}}
    one["properties"]["parameters"] = {"key": given}
    seen = Seen(template([one], parameters={"vault": {"type": "string"}}))
    assert seen.of("credential-in-output") == {INNER}


def test_what_a_template_within_puts_out_as_secure_is_a_secret_around_it() -> None:
    inside = template([], outputs=output("[newGuid()]", "securestring"))
    goes_on = output("[concat('x', reference('made').outputs.out.value)]")
    seen = Seen(template([nested(inside, "made")], outputs=goes_on))
    assert seen.of("credential-in-output") == {"main.json"}


FIRST = f"{KEY}.value"


@pytest.mark.parametrize(
    "value",
    [
        f"[{FIRST}[parameters('which')].primaryKey]",
        f"[createArray({FIRST}[0].primaryKey)[parameters('which')]]",
        f"[skip(createArray({FIRST}[0].primaryKey), parameters('which'))]",
        f"[map(parameters('some'), lambda('one', {FIRST}[0].primaryKey))]",
        f"[union(parameters('more'), createObject('key', {FIRST}[0].primaryKey))]",
        f"[if(parameters('open'), {FIRST}[0].primaryKey, variables('absent'))]",
        {"[parameters('name')]": f"[{FIRST}[0].primaryKey]"},
        {"copy": [{"name": "all", "count": "[parameters('which')]",
                   "input": f"[{FIRST}[copyIndex('all')].primaryKey]"}]},
    ],
)  # fmt: skip
def test_a_key_among_what_nobody_knows_is_seen_in_an_output(value: Any) -> None:
    types = {"which": "int", "some": "array", "more": "object", "open": "bool", "name": "string"}
    parameters = {name: {"type": kind} for name, kind in types.items()}
    outputs = {"shown": {"type": "object", "value": value}}
    seen = Seen(template([hub()], parameters=parameters, outputs=outputs))
    assert seen.errors == []
    assert [f.rule.id for f in seen.findings if f.path.startswith("outputs.shown")] == [
        "credential-in-output"
    ]


def test_a_loop_of_an_output_with_no_known_end_shows_keys_too() -> None:
    loop = {"count": "[parameters('many')]", "input": f"[{FIRST}[copyIndex()].primaryKey]"}
    outputs = {"shown": {"type": "array", "copy": loop}}
    seen = Seen(template([hub()], parameters={"many": {"type": "int"}}, outputs=outputs))
    assert seen.errors == []
    assert len(seen.of("credential-in-output")) == 1


@pytest.mark.parametrize("unknown", [True, False])
def test_what_a_function_makes_of_no_key_is_none(unknown: bool) -> None:
    given = "parameters('some')" if unknown else "createArray('a')"
    value = (
        f"[filter({given}, lambda('one', equals(lambdaVariables('one'), {FIRST}[0].primaryKey)))]"
    )
    parameters = {"some": {"type": "array"}}
    outputs = {"shown": {"type": "array", "value": value}}
    seen = Seen(template([hub()], parameters=parameters, outputs=outputs))
    assert not seen.of("credential-in-output")


@pytest.mark.parametrize("scope", ["inner", "outer"])
@pytest.mark.parametrize("spread", [True, False])
def test_a_key_in_a_parameter_is_seen_however_it_is_given(scope: str, spread: bool) -> None:
    deployment = nested(template([], parameters={"key": {"type": "string"}}))
    properties = deployment["properties"]
    properties["expressionEvaluationOptions"]["scope"] = scope
    key = f"{FIRST}[0].primaryKey"
    made = f"[createObject('key', createObject('value', {key}))]"
    properties["parameters"] = made if spread else {"key": {"value": f"[{key}]"}}
    seen = Seen(template([hub(), deployment]))
    assert seen.errors == []
    assert seen.of("credential-leak") == {INNER}


def made(kind: str, name: str, properties: Any) -> dict[str, Any]:
    return {"type": kind, "apiVersion": "2023-01-01", "name": name, "properties": properties}


def environment(name: str) -> Any:
    return [{"name": "HUB", name: f"[{FIRST}[0].primaryKey]"}]


@pytest.mark.parametrize(
    ("resource", "shown"),
    [
        (made("Microsoft.Web/sites/config", "s/appsettings",
              {"HUB": f"[{FIRST}[0].primaryKey]"}), 1),
        (made("Microsoft.Web/sites/config", "s/appsettings", {"PASS": "[parameters('word')]"}), 0),
        (made("Microsoft.Web/sites/slots", "s/x",
              {"siteConfig": {"appSettings": environment("value")}}), 1),
        (made("Microsoft.App/containerApps", "a",
              {"template": {"containers": [{"env": environment("value")}]}}), 1),
        (made("Microsoft.App/containerApps", "a",
              {"configuration": {"secrets": environment("value")}}), 0),
        (made("Microsoft.ContainerInstance/containerGroups", "c",
              {"containers": [{"properties": {"environmentVariables": environment("value")}}]}), 1),
        (made("Microsoft.ContainerInstance/containerGroups", "c", {"containers": [
            {"properties": {"environmentVariables": environment("secureValue")}}]}), 0),
        (made("Microsoft.Compute/virtualMachines/extensions", "v/e",
              {"settings": {"password": "[parameters('word')]"}}), 1),
        (made("Microsoft.Compute/virtualMachines/extensions", "v/e",
              {"protectedSettings": {"password": "[parameters('word')]"}}), 0),
    ],
)  # fmt: skip
def test_a_key_in_a_setting_that_azure_shows_is_flagged(
    resource: dict[str, Any], shown: int
) -> None:
    seen = Seen(template([hub(), resource], parameters={"word": {"type": "securestring"}}))
    assert seen.errors == []
    assert len(seen.of("credential-leak")) == shown


@pytest.mark.parametrize(("scope", "shown"), [("inner", set()), ("outer", {INNER})])
def test_what_a_template_around_puts_into_one_within_is_kept_with_it(
    scope: str, shown: set[str]
) -> None:
    value = f"[{FIRST}[0].primaryKey]"
    deployment = nested(
        template([made("Microsoft.KeyVault/vaults/secrets", "v/s", {"value": value})])
    )
    deployment["properties"]["expressionEvaluationOptions"]["scope"] = scope
    seen = Seen(template([hub(), deployment]))
    assert seen.errors == []
    assert seen.of("credential-leak") == shown
