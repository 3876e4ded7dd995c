"""What is no template, what a parameters file says, and what cannot be seen: told, never silent."""

from __future__ import annotations

import json
from base64 import b64encode
from typing import Any

import pytest
from tests.policies.gates.arm.writing import HUB_AT, SAFE, Seen, hub, nested, template

from hubwarden_policies.gates.arm.gate import collect, collect_template
from hubwarden_policies.model import UNKNOWN, Location, Secret

BAD = hub(properties={**SAFE, "disableLocalAuth": False})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '"x"',
        "{",
        json.dumps([template([BAD])]),
        json.dumps(template([BAD])) * 2,
        json.dumps(template(None)),
    ],
)
def test_what_is_no_template_is_an_error_with_a_place(text: str) -> None:
    found = collect(text.encode(), "main.json")
    assert found.stack is None
    assert [error.exit_code for error in found.errors] == [4]
    assert found.errors[0].location is not None


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "[variables('x')]",
        5,
        [],
        {"name": "x", "apiVersion": "1"},
        {"type": "Microsoft.Devices/IotHubs", "name": "x"},
        {"type": "Microsoft.Devices/IotHubs", "apiVersion": "1"},
        {"type": ["a"], "apiVersion": "1", "name": "x"},
        {"type": "IotHubs", "apiVersion": "1", "name": "x"},
        {"type": "Microsoft.Devices/IotHubs", "apiVersion": "1", "name": "x/y"},
        {"type": "Microsoft.Devices/IotHubs/certificates", "apiVersion": "1", "name": "x"},
        {"type": "A.B/c/providers/locks", "apiVersion": "1", "name": "x"},
        hub("other", properties=[]),
        hub("other", resources="x"),
        hub("other", tags={"a": "[nothing('x')]"}),
        hub("other", tags={"a": "[parameters('none')]"}),
        hub("other", tags={"a": "[variables('none')]"}),
        hub("other", tags={"a": "[variables('a')]"}),
        hub("other", tags={"a": "[copyIndex()]"}),
        hub("other", tags={"a": "[own.f('x')]"}),
        nested(template([], parameters={"p": {"type": "string"}}), parameters={"q": 1}),
        nested(template([], parameters={"p": {"type": "string"}})),
        nested(template([hub("[parameters('p')]")], parameters={"p": {"type": "string"}})),
        {**nested({}), "properties": {"templateLink": {"uri": "https://example.org/t.json"}}},
        {**nested({}), "properties": {"templateLink": {"relativePath": "hub.json"}}},
        {**nested({}), "properties": {"template": "[parameters('x')]"}},
        {**nested({}), "properties": {}},
        nested(template("[variables('x')]")),
        {
            "type": "Microsoft.Resources/templateSpecs/versions",
            "apiVersion": "1",
            "name": "a/b",
            "properties": {"mainTemplate": template([hub()])},
        },
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_what_is_not_understood_is_told_at_its_place_and_the_rest_is_judged(
    broken: Any, first: bool
) -> None:
    resources = [broken, BAD] if first else [BAD, broken]
    seen = Seen(template(resources, variables={"a": "[variables('b')]", "b": "[variables('a')]"}))
    assert seen.errors
    assert all(error.location is not None for error in seen.collected.errors)
    assert HUB_AT in seen.of("hub-local-auth")


def test_a_linked_template_is_named_without_its_signature() -> None:
    link = {"uri": "https://example.org/t.json?se=1&sig=PLANTED"}
    seen = Seen(template([{**nested({}), "properties": {"templateLink": link}}]))
    (error,) = seen.errors
    assert "https://example.org/t.json" in error
    assert "PLANTED" not in error


def test_a_script_that_a_template_runs_is_named() -> None:
    script = {"type": "Microsoft.Resources/deploymentScripts", "apiVersion": "1", "name": "s"}
    stack = Seen(template([script])).collected.stack
    assert stack is not None
    assert [one.address for one in stack.unseen] == ["Microsoft.Resources/deploymentScripts(s)"]


GIVEN = {
    "access": {
        "type": "string",
        "defaultValue": "Disabled",
        "allowedValues": ["Enabled", "Disabled"],
    },
    "key": {"type": "securestring"},
    "count": {"type": "int", "defaultValue": 1},
}


def with_parameters(**given: Any) -> Seen:
    one = hub(properties={**SAFE, "publicNetworkAccess": "[parameters('access')]"})
    outputs = {"o": {"type": "string", "value": "[parameters('key')]"}}
    return Seen(template([one], parameters=GIVEN, outputs=outputs), {"parameters": given})


def test_a_parameters_file_decides_and_not_the_default() -> None:
    assert with_parameters().of("hub-public-network") == set()
    seen = with_parameters(ACCESS={"value": "Enabled"})
    assert seen.of("hub-public-network") == {HUB_AT}
    assert seen.errors == []


def test_a_reference_to_a_vault_is_a_secret_that_nobody_knows() -> None:
    seen = with_parameters(key={"reference": {"keyVault": {"id": "x"}, "secretName": "k"}})
    assert seen.errors == []
    assert seen.of("credential-in-output") == {"main.json"}


@pytest.mark.parametrize(
    "given",
    [
        {"acess": {"value": "Enabled"}},
        {"access": {"value": "Secured"}},
        {"access": {"value": 1}},
        {"count": {"value": "1"}},
        {"count": {"value": True}},
        {"access": {}},
        {"access": "Enabled"},
        {"access": None},
    ],
)
def test_a_parameters_file_that_azure_refuses_is_an_error(given: Any) -> None:
    seen = with_parameters(**given)
    assert len(seen.errors) == 1
    assert seen.collected.errors[0].location is not None


@pytest.mark.parametrize("text", ["", "[]", '{"parameters": []}', "{"])
def test_what_is_no_parameters_file_is_an_error_in_that_file(text: str) -> None:
    found = collect(json.dumps(template([BAD])).encode(), "main.json", (text.encode(), "p.json"))
    (error,) = found.errors
    assert error.location is not None
    assert error.location.file == "p.json"
    assert found.stack is not None


def test_a_key_in_a_parameters_file_is_flagged_there() -> None:
    key = b64encode(b"planted 123").decode()
    planted = f"HostName=p.azure-devices.net;SharedAccessKeyName=x;SharedAccessKey={key}"
    seen = with_parameters(key={"value": planted})
    (found,) = (f for f in seen.findings if f.rule.id == "config-connection-string")
    assert (found.path, found.locations[0].file) == ("parameters.key.value", "p.json")


def test_a_template_of_another_language_brings_its_own_places_and_values() -> None:
    one = {"hub": hub(tags={"key": "[parameters('key')]", "x": "[parameters('x')]"})}
    made = template(
        one, languageVersion="2.0", parameters={"key": {"type": "string"}, "x": {"type": "string"}}
    )
    found = collect_template(
        made,
        "main.bicep",
        lambda path: Location("main.bicep", len(path) + 1),
        {"key": Secret("planted"), "x": UNKNOWN},
    )
    assert found.errors == ()
    assert found.stack is not None
    assert [flow.path for flow in found.stack.flows or ()] == ["tags.key"]
    assert found.locate is not None
    assert found.locate("hub", "properties.disableLocalAuth") == Location("main.bicep", 5)
