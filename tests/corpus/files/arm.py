"""ARM templates: how they are written, what they are called, what is in them, what lies beside.

The situations are those of which stock Checkov's verdicts were first collected, one each.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from tests.corpus.files.bodies import (
    BASE,
    CLEAN,
    CONNECTION,
    HUB,
    SAFE_HUB,
    SCHEMA,
    VAULT,
    both,
    deep,
    having,
    hub,
    nested,
    template,
    text,
    values,
    whole,
    without,
)
from tests.corpus.files.case import Case, Expected, case

_case = partial(case, "ARM")


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _written()
    yield from _called()
    yield from _spelled()
    yield from _listed()
    yield from _members()
    yield from _around()
    yield from _made()
    yield from _beside()


def _one(
    name: str,
    content: str | bytes,
    expected: Expected = "finds",
    bad: int = 2,
    *,
    file: str = "main.json",
    named: int | None = None,
) -> Case:
    return _case(name, {file: content}, bad, expected, named=named)


def _written() -> Iterator[Case]:
    first = '"location": "westeurope"'
    yield _one("two bad resources", BASE)
    yield _one("nothing bad", CLEAN, "clean", 0)
    yield _one("a comma too many", BASE.replace("\n  ]\n}", "\n  ],\n}"), "refuses")
    yield _one("the end is lost", BASE[:-20], "refuses")
    yield _one("an empty file", "", "nothing")
    yield _one("an empty object", "{}", "nothing", 0)
    yield _one("UTF-8 with a byte order mark", b"\xef\xbb\xbf" + BASE.encode())
    yield _one("UTF-16", BASE.encode("utf-16"))
    umlaut = text(template([hub(tags={"by": "XX"}), VAULT])).replace("XX", "J\xfcrgen")
    yield _one("latin-1", umlaut.encode("latin-1"), "refuses")
    yield _one("a comment on a line", BASE.replace('"resources"', '// ours\n  "resources"'))
    yield _one("a comment in between", BASE.replace('"resources"', '/* ours */\n  "resources"'))
    yield _one("a comment after a value", BASE.replace(f"{first},", f"{first}, // eu", 1))
    yield _one("indented by tabs", json.dumps(template(), indent="\t"))
    yield _one("a tab after a colon", BASE.replace('"name": "openhub"', '"name":\t"openhub"'))
    yield _one("an escaped slash", BASE.replace('"westeurope"', '"west\\/europe"', 1))
    smile = template([hub(tags={"o": "\U0001f600"}), VAULT])
    yield _one("an emoji as two escapes", text(smile))
    yield _one("an emoji as it is", json.dumps(smile, indent=2, ensure_ascii=False))
    yield _one("an escaped NUL", text(template([hub(tags={"o": "a\0b"}), VAULT])))
    yield _one("a control character", BASE.replace("openhub", "open\x07hub"))
    yield _one("a text over two lines", BASE.replace('"westeurope"', '"west\n europe"', 1))
    access = '"publicNetworkAccess": "Enabled"'
    twice = f'{access},\n "disableLocalAuth": false, "disableLocalAuth": true'
    yield _one("a key twice, the better value last", BASE.replace(access, twice, 1), "refuses")
    yield _one("all on one line", json.dumps(template(), separators=(",", ":")))
    yield _one("two documents", f'{{"$schema": "x", "contentVersion": "1"}}\n{BASE}', "refuses")
    yield _one("templates in an array", text([template([SAFE_HUB]), template()]), "refuses")
    huge = f'"n": 1e400, "m": 123456789012345678901234567890, {first}'
    yield _one("a number beyond all numbers", BASE.replace(first, huge, 1), "refuses")
    yield _one("NaN", BASE.replace(first, f'"n": NaN, {first}', 1), "refuses")


def _called() -> Iterator[Case]:
    yield _one("no $schema", text(without(template(), "$schema")))
    yield _one("no contentVersion", text(without(template(), "contentVersion")))
    for file in ("main.jsonc", "main.JSON", "main.template", "template", ".main.json"):
        yield _one(f"called {file}", BASE, file=file)
    yield _one("in the hidden folder .azure", BASE, file=".azure/main.json")
    yield _one("in node_modules", BASE, "nothing", file="node_modules/main.json")
    schema = BASE.replace("deploymentTemplate", "subscriptionDeploymentTemplate")
    yield _one("a template of a subscription", schema)


def _spelled() -> Iterator[Case]:
    lower = BASE.replace("Microsoft.Devices/IotHubs", "microsoft.devices/iothubs")
    yield _one("types in lower case", lower.replace("Microsoft.KeyVault", "microsoft.keyvault"))
    other = BASE.replace("/IotHubs", "/iotHubs").replace("KeyVault/vaults", "Keyvault/Vaults")
    yield _one("types in a case of their own", other)
    yield _one("properties in lower case", BASE.replace("publicNetwork", "publicnetwork"))
    capitals = BASE.replace('"type"', '"Type"').replace('"properties"', '"Properties"')
    yield _one("members in capitals", capitals)
    yield _one("resources in capitals", BASE.replace('"resources"', '"Resources"'))


def _listed() -> Iterator[Case]:
    bare = {"name": "x", "properties": {}}
    symbolic = {"hub": HUB, "vault": VAULT}
    yield _one("symbolic names", text(template(symbolic, languageVersion="2.0")))
    yield _one("no type before", text(template([bare, HUB, VAULT])), "refuses", named=2)
    yield _one("no type after", text(template([HUB, VAULT, bare])), "refuses", named=2)
    nameless = [without(HUB, "name"), without(VAULT, "name")]
    yield _one("no names", text(template(nameless)), "refuses")
    computed = [hub(name="[toLower('HUB')]"), {**VAULT, "name": "[toLower(concat('V', 'X'))]"}]
    yield _one("names by toLower", text(template(computed)))
    cut = [
        hub(name="[substring('abcdef', 0, 4)]"),
        {**VAULT, "name": "[join(createArray('a', 'b'), '-')]"},
    ]
    yield _one("names by substring and join", text(template(cut)))
    told = [
        hub(name="[concat(parameters('p'), 'hub')]"),
        {**VAULT, "name": "[format('{0}-v', parameters('p'))]"},
    ]
    asked = {"p": {"type": "string"}}
    yield _one("names by a parameter", text(template(told, parameters=asked)))
    literal = [hub(name="rejoin(x)"), {**VAULT, "name": "a-split(x)"}]
    yield _one("names that look like a function", text(template(literal)))
    yield _one("properties that are null", text(template(both(properties=None))))
    lacking = [without(HUB, "properties"), without(VAULT, "properties")]
    yield _one("no properties", text(template(lacking)))
    absent = both(properties="[variables('nowhere')]")
    yield _one("properties by a variable that is not there", text(template(absent)), "refuses")
    yield _one("properties in a list", text(template(both(properties=[]))), "refuses")
    yield _one("null among resources", text(template([None, HUB, VAULT])), "refuses", named=2)
    mixed = ["[variables('x')]", HUB, VAULT]
    yield _one("a text among resources", text(template(mixed)), "refuses", named=2)
    made = template("[variables('r')]", variables={"r": [HUB, VAULT]})
    yield _one("resources as an expression", text(made), "refuses")
    yield _one("resources that are null", text({**template(), "resources": None}), "refuses", 0)


def _members() -> Iterator[Case]:
    listed = template([hub(type=["a"]), VAULT])
    yield _one("a type in a list", text(listed), "refuses", 1, named=1)
    typed = [
        hub(type="[concat('Microsoft.Devices', '/IotHubs')]"),
        {**VAULT, "type": "[variables('t')]"},
    ]
    known = {"t": "Microsoft.KeyVault/vaults"}
    yield _one("types as expressions", text(template(typed, variables=known)))
    numbered = [hub(name=5), {**VAULT, "name": {"a": 1}}]
    yield _one("names that are no texts", text(template(numbered)), "refuses")
    yield _one("marked as existing", text(template(both(existing=True))))
    yield _one("marked as not existing", text(template(both(existing=False))))
    yield _one("never deployed", text(template(both(condition=False))), "nothing", 0)
    for name, said in {
        "dependsOn a text": "x",
        "dependsOn null": None,
        "dependsOn a number": [5],
        "dependsOn half an id": ["[resourceId('Microsoft.KeyVault/vaults')]"],
    }.items():
        yield _one(name, text(template([hub(dependsOn=said), VAULT])))
    # Without a bracket at its end it is a text.
    yield _one("half an expression", text(template([hub(managedBy="[reference("), VAULT])))


def _around() -> Iterator[Case]:
    odd: dict[str, dict[str, Any]] = {
        "parameters in a list": {"parameters": []},
        "parameters as a text": {"parameters": "x"},
        "a parameter that is a text": {"parameters": {"p": "x"}},
        "a parameter that is null": {"parameters": {"p": None}},
        "variables in a list": {"variables": ["a"]},
    }
    for name, more in odd.items():
        yield _one(name, text(template(**more)), "refuses")
    kinds = {"a": None, "b": [1], "c": "s", "d": 5}
    yield _one("variables of every kind", text(template(variables=kinds)))
    inner = nested(template())
    symbolic = template({"hub": HUB, "vault": VAULT}, languageVersion="2.0")
    yield _one("a nested template", text(template([inner])))
    yield _one("a template nested twice", text(template([nested(template([inner]), "outer")])))
    yield _one("symbolic names in a nested template", text(template([nested(symbolic)])))
    linked: dict[str, Any] = nested(None)
    linked["properties"] = {"mode": "Incremental", "templateLink": {"uri": "https://x/y.json"}}
    yield _one("a template that lies elsewhere", text(template([linked])), "refuses", 0)


_ASKED: Final = {"access": {"type": "string"}, "keyless": {"type": "bool"}}


def _made() -> Iterator[Case]:
    loops = [
        hub(copy={"name": "c", "count": 3}, name="[concat('h', copyIndex())]"),
        {**VAULT, "copy": {"name": "d", "count": 3}, "name": "[format('v{0}', copyIndex())]"},
    ]
    yield _one("loops", text(template(loops)))
    bound = [
        having(HUB, disableLocalAuth="[parameters('keyless')]"),
        having(VAULT, publicNetworkAccess="[parameters('access')]"),
    ]
    defaults = {"access": "Enabled", "keyless": False}
    bad = {name: {**one, "defaultValue": defaults[name]} for name, one in _ASKED.items()}
    yield _one("bad defaults", text(template(bound, parameters=bad)))
    # What is not known decides nothing, and the rest is bad enough.
    yield _one("no defaults", text(template(bound, parameters=_ASKED)), named=1)
    keyless = {"keyless": {"type": "bool", "defaultValue": True}}
    closed = whole(having(SAFE_HUB, disableLocalAuth="[parameters('keyless')]"))
    beside = {
        "main.json": text(template(closed, parameters=keyless)),
        "main.parameters.json": text(values(keyless=False)),
    }
    yield _case("a good default, and a parameters file that is bad", beside, 1)
    chosen = [
        having(HUB, disableLocalAuth="[if(equals(1, 1), false(), true())]"),
        having(VAULT, publicNetworkAccess="[if(true(), 'Enabled', 'Disabled')]"),
    ]
    yield _one("values by if()", text(template(chosen)))
    variables = [
        having(HUB, disableLocalAuth="[variables('keyless')]"),
        having(VAULT, publicNetworkAccess="[variables('access')]"),
    ]
    yield _one("bad variables", text(template(variables, variables=defaults)))
    secret = {"link": {"type": "securestring", "defaultValue": CONNECTION}}
    yield _one("a credential as a default", text(template([], parameters=secret)), "finds", 0)
    yield _one("900 levels", json.dumps(template([hub(tags=deep(900)), VAULT])), "refuses")
    yield _one("200 levels", json.dumps(template([hub(tags=deep(200)), VAULT])), "refuses")
    yield _one("YAML's key of merging", text(template([hub(**{"<<": {"type": "X"}}), VAULT])))
    yaml = (
        f"$schema: '{SCHEMA}'\ncontentVersion: '1'\nresources:\n- type: Microsoft.Devices/IotHubs\n"
        "  name: b\n  properties: {}\n- type: Microsoft.KeyVault/vaults\n  name: k\n"
        "  properties: {publicNetworkAccess: Enabled}\n"
    )
    yield _one("YAML", yaml, "refuses")


def _beside() -> Iterator[Case]:
    """What lies beside the template, or is asked for, and must not decide."""
    skip = {"checkov": {"skip": [{"id": "CKV_AZURE_189", "comment": "x"}]}}
    yield _one("a skip in the metadata", text(template([{**VAULT, "metadata": skip}])), bad=1)
    for name, config in {
        "soft-fail": "soft-fail: true\n",
        "skip-check": "skip-check:\n  - CKV_*\n",
        "skip-framework": "skip-framework:\n  - arm\n",
    }.items():
        yield _case(f".checkov.yaml with {name}", {"main.json": BASE, ".checkov.yaml": config}, 2)
    asked = {"main.json": BASE, "policy.main.json.json": '{"hub-open-windows": "mandatory"}'}
    yield _case("a rule is asked for that is not there", asked, 2, "refuses")
    yield _case("a folder that is not there", {"main.json": BASE}, 2, "refuses", target="no")
    yield _case("a file that is not there", {"main.json": BASE}, 2, "refuses", target="no.json")
    bicep = "resource h 'Microsoft.Devices/IotHubs@2023-06-30' = {\n  name: 'openhub'\n}\n"
    yield _case("ARM is expected, and Bicep is there", {"main.bicep": bicep}, 1)
    # Checkov's folder of external checks is the policy's folder here.
    yield _case("no folder of the policy", {"main.json": BASE}, 2, "refuses", policy_from="no")
    policies: tuple[tuple[str, str, str, Expected], ...] = (
        ("an empty folder of the policy", "own/.keep", "", "finds"),
        ("settings that are no TOML", "own/hubwarden.toml", "def (:\n", "refuses"),
        ("settings that nobody knows", "own/hubwarden.toml", "boom = true\n", "refuses"),
        ("levels that are no object", "own/policy.main.json.json", "null\n", "refuses"),
        (
            "levels of a rule that is not there",
            "own/policy.main.json.json",
            '{"ours": "x"}',
            "refuses",
        ),
    )
    for name, file, said, expected in policies:
        files = {"infra/main.json": BASE, file: said}
        yield _case(name, files, 2, expected, target="infra", policy_from="own")
