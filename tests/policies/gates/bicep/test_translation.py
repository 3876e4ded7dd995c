"""A Bicep text as a template, as Bicep's documentation shows what it is compiled to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hubwarden_policies.gates.bicep.files import Files
from hubwarden_policies.gates.bicep.template.build import Build, Built


def build(folder: Path, text: str, **others: str) -> tuple[Built, list[str]]:
    (folder / "main.bicep").write_text(text, encoding="utf-8")
    for name, said in others.items():
        (folder / f"{name}.bicep").write_text(said, encoding="utf-8")
    whole = Build(Files(folder))
    built = whole.build(whole.files.open(folder / "main.bicep"))
    return built, [refused.message for _, refused in whole.refused]


def template(folder: Path, text: str, **others: str) -> dict[str, Any]:
    built, refused = build(folder, text, **others)
    assert refused == []
    return built.template


PREAMBLE = """
param p object
param n string
param list array
resource st 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'st${n}'
}
resource many 'Microsoft.Storage/storageAccounts@2023-05-01' = [for (one, i) in list: {
  name: '${one.name}${i}'
}]
resource far 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  scope: resourceGroup('other')
  name: 'kv'
}
"""


@pytest.mark.parametrize(
    ("bicep", "arm"),
    [
        ("'a'", "a"),
        ("'[a]'", "[[a]"),
        ("'[a'", "[a"),
        ("-1", -1),
        ("null", None),
        ("{ a: [1, true] }", {"a": [1, True]}),
        ("'x-${n}-{}'", "[format('x-{0}-{{}}', parameters('n'))]"),
        ("'it\\'s ${n}'", "[format('it''s {0}', parameters('n'))]"),
        ("n == 'a' && !p.b", "[and(equals(parameters('n'), 'a'), not(parameters('p').b))]"),
        ("n =~ 'A'", "[equals(toLower(parameters('n')), toLower('A'))]"),
        ("p.a ?? 1 + 2", "[coalesce(parameters('p').a, add(1, 2))]"),
        ("p.?a.b", "[tryGet(tryGet(parameters('p'), 'a'), 'b')]"),
        ("p['a-b']", "[parameters('p')['a-b']]"),
        ("{ ...p, a: 1 }", "[shallowMerge(createArray(parameters('p'), createObject('a', 1)))]"),
        ("[...list, 1]", "[flatten(createArray(parameters('list'), createArray(1)))]"),
        ("{ '${n}': 1 }", {"[format('{0}', parameters('n'))]": 1}),
        ("map(list, x => x.y)", "[map(parameters('list'), lambda('x', lambdaVariables('x').y))]"),
        ("any(n)", "[parameters('n')]"),
        ("nameof(st)", "['st']"),
        ("az.resourceGroup().id", "[resourceGroup().id]"),
        (
            "st.id",
            "[resourceId('Microsoft.Storage/storageAccounts', format('st{0}', parameters('n')))]",
        ),
        ("st.properties.primaryEndpoints", "[reference('st').primaryEndpoints]"),
        ("st.sku.name", "[reference('st', '2023-05-01', 'full').sku.name]"),
        ("many[0].properties.x", "[reference(format('many[{0}]', 0)).x]"),
        (
            "many[1].name",
            "[format('{0}{1}', parameters('list')[1].name, 1)]",
        ),
        (
            "far.id",
            (
                "[extensionResourceId(format('/subscriptions/{0}/resourceGroups/{1}', "
                "subscription().subscriptionId, 'other'), 'Microsoft.KeyVault/vaults', 'kv')]"
            ),
        ),
        (
            "st.listKeys().keys[0].value",
            (
                "[listKeys(resourceId('Microsoft.Storage/storageAccounts', "
                "format('st{0}', parameters('n'))), '2023-05-01').keys[0].value]"
            ),
        ),
    ],
)
def test_expressions(tmp_path: Path, bicep: str, arm: Any) -> None:
    found = template(tmp_path, f"{PREAMBLE}output x object = {bicep}\n")
    assert found["outputs"]["x"]["value"] == arm


def test_loops_become_copies(tmp_path: Path) -> None:
    found = template(
        tmp_path,
        PREAMBLE
        + "var v = [for x in list: x.y]\n"
        + "resource r 'A.B/c@1' = [for x in range(0, 2): if (x > 0) {\n"
        + "  name: 'r${x}'\n  properties: {\n    rules: [for (a, i) in list: {\n      k: a.k\n"
        + "      i: i + x\n    }]\n  }\n}]\n"
        + "output o array = [for x in list: x]\n",
    )
    assert found["variables"]["copy"] == [
        {
            "name": "v",
            "count": "[length(parameters('list'))]",
            "input": "[parameters('list')[copyIndex('v')].y]",
        }
    ]
    resource = found["resources"]["r"]
    assert resource["copy"] == {"name": "r", "count": "[length(range(0, 2))]"}
    assert resource["condition"] == "[greater(range(0, 2)[copyIndex('r')], 0)]"
    assert resource["properties"]["copy"] == [
        {
            "name": "rules",
            "count": "[length(parameters('list'))]",
            "input": {
                "k": "[parameters('list')[copyIndex('rules')].k]",
                "i": "[add(copyIndex('rules'), range(0, 2)[copyIndex('r')])]",
            },
        }
    ]
    assert found["outputs"]["o"]["copy"] == {
        "count": "[length(parameters('list'))]",
        "input": "[parameters('list')[copyIndex()]]",
    }


def test_children_have_the_type_and_name_of_their_parents(tmp_path: Path) -> None:
    found = template(
        tmp_path,
        "param n string\n"
        "resource a 'A.B/c@1' = if (n == 'x') {\n  name: n\n"
        "  resource b 'd' = {\n    name: 'b'\n    resource e 'e@2' = {\n      name: 'e'\n"
        "      properties: {\n        s: b.properties.s\n      }\n    }\n  }\n}\n"
        "resource f 'A.B/c/d@3' = {\n  parent: a\n  name: 'f'\n}\n"
        "resource g 'A.B/c/d/e@3' = {\n  name: '${n}/b/g'\n}\n"
        "resource h 'X.Y/z@1' = {\n  scope: a::b\n  name: 'h'\n}\n",
    )["resources"]
    assert list(found) == ["a", "a::b", "a::b::e", "f", "g", "h"]
    assert (found["a::b"]["type"], found["a::b"]["apiVersion"]) == ("A.B/c/d", "1")
    assert found["a::b"]["condition"] == "[equals(parameters('n'), 'x')]"
    assert found["a::b::e"]["name"] == "[format('{0}/{1}/{2}', parameters('n'), 'b', 'e')]"
    assert found["a::b::e"]["properties"]["s"] == "[reference('a::b').s]"
    assert found["f"]["name"] == "[format('{0}/{1}', parameters('n'), 'f')]"
    assert found["h"]["scope"] == "[resourceId('A.B/c/d', parameters('n'), 'b')]"


def test_what_only_azure_knows_is_written_out_where_it_is_used(tmp_path: Path) -> None:
    found = template(
        tmp_path,
        PREAMBLE
        + "var keys = st.listKeys()\nvar first = keys.keys[0].value\nvar plain = st.id\n"
        + "output x string = first\n",
    )
    assert list(found["variables"]) == ["plain"]
    assert found["outputs"]["x"]["value"].startswith("[listKeys(")


def test_parameters_say_what_a_template_can_say(tmp_path: Path) -> None:
    found = template(
        tmp_path,
        "type tier = 'a' | 'b'\ntype cfg = {\n  @secure()\n  key: string\n}\n"
        "@secure()\nparam a string\nparam b tier?\nparam c cfg\n"
        "@sys.allowed([1, 2])\nparam d int = 1\n@secure()\noutput o string = a\n",
    )
    assert found["parameters"] == {
        "a": {"type": "secureString"},
        "b": {"type": "string", "nullable": True, "allowedValues": ["a", "b"]},
        "c": {"type": "secureObject"},
        "d": {"type": "int", "allowedValues": [1, 2], "defaultValue": 1},
    }
    assert found["outputs"]["o"] == {"type": "secureString", "value": "[parameters('a')]"}


def test_a_module_is_a_deployment_of_its_own(tmp_path: Path) -> None:
    found = template(
        tmp_path,
        "param kv string\nresource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {\n"
        "  name: kv\n}\n"
        "module m './other.bicep' = {\n  name: 'm'\n  scope: resourceGroup('rg')\n"
        "  params: {\n    secret: vault.getSecret('s')\n    x: 1\n  }\n}\n"
        "output y int = m.outputs.y\n",
        other="@secure()\nparam secret string\nparam x int\noutput y int = x\n",
    )
    module = found["resources"]["m"]
    assert module["type"] == "Microsoft.Resources/deployments"
    assert module["resourceGroup"] == "['rg']"
    assert module["properties"]["expressionEvaluationOptions"] == {"scope": "inner"}
    assert module["properties"]["parameters"] == {
        "secret": {
            "reference": {
                "keyVault": {"id": "[resourceId('Microsoft.KeyVault/vaults', parameters('kv'))]"},
                "secretName": "['s']",
            }
        },
        "x": {"value": 1},
    }
    assert module["properties"]["template"]["outputs"]["y"]["value"] == "[parameters('x')]"
    assert found["outputs"]["y"]["value"] == "[reference('m').outputs.y.value]"


def test_functions_and_imports(tmp_path: Path) -> None:
    found = template(
        tmp_path,
        "import { base, twice as double } from 'other.bicep'\nimport * as o from 'other.bicep'\n"
        "func own(a string) string => '${a}!'\n"
        "output x string = own(double(base))\noutput y string = o.base\n",
        other="var inner = 'b'\n@export()\nvar base = '${inner}c'\n"
        "@export()\nfunc twice(a string) string => '${a}${a}'\n",
    )
    assert found["outputs"]["x"]["value"] == "[__bicep.own(__bicep.twice(format('{0}c', 'b')))]"
    assert found["outputs"]["y"]["value"] == "[format('{0}c', 'b')]"
    [functions] = found["functions"]
    assert functions["members"]["twice"] == {
        "parameters": [{"name": "a", "type": "string"}],
        "output": {
            "type": "string",
            "value": "[format('{0}{1}', parameters('a'), parameters('a'))]",
        },
    }


def test_files_are_read_inside_the_root(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": "[x]" /* kept */}', encoding="utf-8")
    (tmp_path / "a.txt").write_text("said", encoding="utf-8")
    (tmp_path / "a.yaml").write_text("a: 1", encoding="utf-8")
    found = template(
        tmp_path,
        "var j = loadJsonContent('a.json')\nvar t = loadTextContent('./a.txt')\n"
        "var y = loadYamlContent('a.yaml')\nvar b = loadFileAsBase64('a.txt')\n",
    )
    variables = found["variables"]
    held = [value for name, value in variables.items() if name.startswith("$file")]
    assert held == [{"a": "[[x]"}, "said", "c2FpZA=="]
    assert variables["y"] == "[parameters('loadYamlContent(''a.yaml'')')]"
    assert list(found["parameters"]) == ["loadYamlContent('a.yaml')"]


def test_places_lead_to_the_file_that_says_it(tmp_path: Path) -> None:
    built, _ = build(
        tmp_path,
        "module m 'other.bicep' = {\n  name: 'm'\n}\n",
        other="resource r 'A.B/c@1' = {\n  name: 'r'\n  properties: {\n    rules: [\n"
        "      { a: 1 }\n      {   b: 2 }\n    ]\n    each: [for x in [1]: {\n      k: x\n    }]\n"
        "  }\n}\n",
    )
    inner = ("resources", "m", "properties", "template", "resources", "r", "properties")

    def place(*path: str | int) -> tuple[str, int, int | None]:
        found = built.places.find(path)
        return (found.file, found.line, found.column)

    assert place("resources", "m", "name") == ("main.bicep", 2, 3)
    assert place(*inner, "rules", 1, "b") == ("other.bicep", 6, 11)
    assert place(*inner, "rules", 1, "missing") == ("other.bicep", 6, 7)
    assert place(*inner, "copy", 0, "input", "k") == ("other.bicep", 9, 7)
