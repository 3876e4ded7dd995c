"""More templates, and Bicep of more than one file: of our own making."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from tests.corpus.files.bicep import BASE as BICEP
from tests.corpus.files.bicep import HUB as BICEP_HUB
from tests.corpus.files.bodies import (
    BASE,
    HUB,
    PARAMETERS_SCHEMA,
    SAFE_HUB,
    VAULT,
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

_case = partial(case, "More ARM")
_bicep = partial(case, "More Bicep")


def cases() -> Iterator[Case]:
    """All of them."""
    yield from _texts()
    yield from _nested()
    yield from _loops()
    yield from _named()
    yield from _parameters()
    yield from _modules()


def _one(
    name: str,
    content: Any,
    expected: Expected = "finds",
    bad: int = 1,
    *,
    named: int | None = None,
) -> Case:
    written = content if isinstance(content, str | bytes) else text(content)
    return _case(name, {"main.json": written}, bad, expected, named=named)


def _texts() -> Iterator[Case]:
    big = BASE.encode("utf-16-be")
    yield _one("UTF-16 the other way round", b"\xfe\xff" + big, bad=2)
    yield _one("UTF-16 without a mark", big, "nothing", 2)
    yield _one("UTF-32", BASE.encode("utf-32"), "nothing", 2)
    yield _one("half a pair of surrogates", BASE.replace("openhub", "open\\ud800"), "refuses", 2)
    yield _one("a comment before everything", f"// ours\n{BASE}", bad=2)
    yield _one("a comment without an end", f"{BASE}\n/* and more", "refuses", 2)
    yield _one("a comment that looks like a text", BASE.replace("[\n", '[ // "x\n', 1), bad=2)
    yield _one("single quotes", BASE.replace('"', "'"), "refuses", 2)
    yield _one("deep brackets", '{"resources":' + "[" * 100_000, "nothing", 0)
    deep = f'{BASE[:-2]}, "x": {"[" * 50_000}'
    yield _one("a template of 50,000 brackets", deep, "refuses", 2)
    long = template([hub(tags={"note": "x" * 3_000_000})])
    yield _one("a line of three million characters", json.dumps(long))
    yield _one("old ends of line", BASE.replace("\n", "\r"), bad=2)
    yield _one("spaces that are none", BASE.replace("  ", "\u00a0\u00a0"), "refuses", 2)
    yield _one("a key twice but for its case", BASE.replace(
        '"publicNetworkAccess"', '"publicnetworkaccess": "Disabled", "publicNetworkAccess"', 1
    ), "refuses", 2)  # fmt: skip
    half = BASE.replace('"Microsoft.Devices/IotHubs"', '"Microsoft.Devices/IotHub\\u0073"')
    yield _one("a type with an escape in it", half, bad=2)
    spaced = BASE.replace("Microsoft.Devices/IotHubs", "Microsoft.Devices/IotHubs ")
    # Azure takes no such type, and the vault is bad even so.
    yield _one("a type with a space behind", spaced)


def _nested() -> Iterator[Case]:
    inner = {"scope": "inner"}
    asked = template(
        [having(SAFE_HUB, disableLocalAuth="[parameters('keyless')]")],
        parameters={"keyless": {"type": "bool"}},
    )
    own = nested(asked)
    own["properties"].update(expressionEvaluationOptions=inner)
    own["properties"].update(parameters={"keyless": {"value": False}})
    yield _one("a value handed to a nested template", template([own]))
    outer = nested(template([having(SAFE_HUB, disableLocalAuth="[parameters('keyless')]")]))
    told = {"keyless": {"type": "bool", "defaultValue": False}}
    yield _one("a nested template that sees what is around it", template([outer], parameters=told))
    levels: dict[str, Any] = template([hub()])
    for number in range(10):
        levels = template([nested(levels, f"n{number}")])
    yield _one("a template nested ten times", levels)
    for number in range(30):
        levels = template([nested(levels, f"m{number}")])
    yield _one("a template nested forty times", levels, "refuses")
    yield _one("a nested template by a variable", template(
        [nested("[variables('t')]")], variables={"t": template([hub()])}
    ), "refuses")  # fmt: skip
    switched = template([{**nested(template([hub()])), "condition": "[parameters('on')]"}],
                        parameters={"on": {"type": "bool"}})  # fmt: skip
    yield _one("a nested template that may be switched off", switched)
    other = template([{**nested(template([hub()])), "resourceGroup": "elsewhere"}])
    yield _one("a nested template of another group", other)
    child = {
        "type": "certificates", "apiVersion": "2023-06-30", "name": "root",
        "properties": {"certificate": "eA=="},
    }  # fmt: skip
    yield _one("a child inside of its parent", template([hub(resources=[child])]))
    parent = {"type": "Microsoft.Resources/resourceGroups", "apiVersion": "2022-09-01",
              "name": "g", "location": "x", "resources": [hub()]}  # fmt: skip
    yield _one("a hub inside of a group", template([parent]), "refuses")


def _loops() -> Iterator[Case]:
    def counted(count: Any, **more: Any) -> dict[str, Any]:
        return hub(name="[concat('h', copyIndex())]", copy={"name": "c", "count": count, **more})

    yield _one("a loop of none", template([counted(0)]), "nothing", 0)
    two = template([counted("[length(variables('l'))]")], variables={"l": ["a", "b"]})
    yield _one("a loop of two by length()", two, bad=2)
    yield _one("a loop without an end", template([counted(10**9)]), "refuses")
    yield _one("a loop of less than none", template([counted(-1)]), "refuses")
    yield _one("a loop of a text", template([counted("many")]), "refuses")
    unknown = template([counted("[parameters('n')]")], parameters={"n": {"type": "int"}})
    yield _one("a loop of nobody knows how many", unknown)
    rules = {
        "copy": [
            {"name": "ipRules", "count": 2, "input": {"value": "0.0.0.0/0", "action": "Allow"}}
        ]
    }
    yield _one("a loop in properties", template([having(VAULT, networkAcls=rules)]))
    cycle = template([having(HUB, comments="[variables('a')]")],
                     variables={"a": "[variables('b')]", "b": "[variables('a')]"})  # fmt: skip
    yield _one("variables in a circle", cycle, "refuses")
    grown = {
        f"v{n}": f"[concat(variables('v{n - 1}'), variables('v{n - 1}'))]" for n in range(1, 60)
    }
    doubled = template([hub(tags={"t": "[variables('v59')]"})], variables={"v0": "x", **grown})
    yield _one("variables that double sixty times", doubled, "refuses")


def _named() -> Iterator[Case]:
    told = having(SAFE_HUB, disableLocalAuth="[equals(parameters('mode'), 'keyless')]")
    late = template(whole(told), parameters={"mode": {"type": "string"}})
    yield _one("a value that only the deployment knows", late, "undecided", 0)
    call = having(SAFE_HUB, disableLocalAuth="[openTheDoor('x')]")
    yield _one("a function that nobody knows", template([call]), "refuses")
    members = {"no": {"parameters": [], "output": {"type": "bool", "value": "[false()]"}}}
    own = [{"namespace": "our", "members": members}]
    called = template([having(SAFE_HUB, disableLocalAuth="[our.no()]")], functions=own)
    yield _one("a function of the template's own", called)
    yield _one("languageVersion 3", template({"hub": HUB}, languageVersion="3.0"), "refuses")
    yield _one("symbolic names without a word of it", template({"hub": HUB}), "refuses")
    symbols = template({"hub": {**HUB, "existing": True}, "v": VAULT}, languageVersion="2.0")
    yield _one("one that exists, by its symbolic name", symbols)
    yield _one("a condition of a text", template([hub(condition="False")]), "nothing", 0)
    late = template([hub(condition="[parameters('on')]")], parameters={"on": {"type": "bool"}})
    yield _one("a condition nobody knows", late)
    yield _one("an expression that is escaped", template([hub(name="[[not]")]))
    boolean = having(SAFE_HUB, disableLocalAuth="false")
    yield _one("false as a text", template([boolean]))
    for name, said in {"a number": 0, "a list": [False], "an object": {}, "a word": "no"}.items():
        wrong = whole(having(SAFE_HUB, disableLocalAuth=said))
        yield _one(f"{name} where true or false belongs", template(wrong), "refuses")
    yield _one("null where a value is", template([having(SAFE_HUB, disableLocalAuth=None)]))
    unknown = hub(type="Microsoft.Devices/iotThings")
    yield _one("a type of ours that nobody knows", template([unknown]), "undecided", 0)
    yield _one("no apiVersion", template([without(HUB, "apiVersion")]), "refuses", named=1)
    keys = "listKeys(resourceId('Microsoft.Devices/IotHubs', 'openhub'), '2023-06-30')"
    told = {"k": {"type": "string", "value": f"[{keys}.value[0].primaryKey]"}}
    secret = template([hub()], outputs=told)
    yield _one("keys in an output", secret)


_KEYLESS: Final = template(
    whole(having(SAFE_HUB, disableLocalAuth="[parameters('keyless')]")),
    parameters={"keyless": {"type": "bool", "defaultValue": True}},
)


def _parameters() -> Iterator[Case]:
    def given(name: str, said: Any, expected: Expected = "finds", bad: int = 1) -> Case:
        written = said if isinstance(said, str) else text(said)
        files = {"main.json": text(_KEYLESS), "prod.parameters.json": written}
        return _case(
            name, files, bad, expected, target="main.json", parameters="prod.parameters.json"
        )

    yield given("a bad value by --parameters", values(keyless=False))
    yield given("a good value by --parameters", values(keyless=True), "clean", 0)
    yield given("a parameter that the template lacks", values(keyles=False), "refuses")
    yield given("a value of another type", values(keyless="no"), "refuses")
    yield given("parameters that are no JSON", "{", "refuses")
    yield given("a template as parameters", _KEYLESS, "refuses")
    vault = {"reference": {"keyVault": {"id": "x"}, "secretName": "s"}}
    said = {**values(), "parameters": {"keyless": vault}}
    yield given("a value that lies in a vault", said, "undecided", 0)
    stages = {
        "main.json": text(_KEYLESS),
        "other.json": text(template(whole())),
        "main.parameters.dev.json": text(values(keyless=True)),
        "main.Parameters.prod.json": text(values(keyless=False)),
    }
    yield _case("one of two parameters files is bad", stages, 1)
    good = {name: stages[name] for name in list(stages)[:3]}
    yield _case("a parameters file that is good", good, 0, "clean")
    broken = {**good, "main.parameters.prod.json": text(values())[:-3]}
    yield _case("one of two parameters files is cut off", broken, 1, "refuses")
    alone = {"main.parameters.json": text(values(keyless=False))}
    yield _case("parameters alone", alone, 0, "nothing")
    yield _case("parameters, named", alone, 0, "refuses", target="main.parameters.json")
    yield _case("parameters without parameters", {
        "p.json": json.dumps({"$schema": PARAMETERS_SCHEMA}), "main.json": text(template([hub()])),
    }, 1)  # fmt: skip


def _modules() -> Iterator[Case]:
    call = "module m '{}' = {{\n  name: 'm'\n}}\n"
    two = {"main.bicep": call.format("hub.bicep"), "hub.bicep": BICEP_HUB}
    yield _bicep("a module in its own file", two, 1, target="main.bicep")
    circle = {"main.bicep": call.format("main.bicep") + BICEP}
    yield _bicep("a module of itself", circle, 2, "refuses")
    out = {"in/main.bicep": call.format("../../x/hub.bicep"), "x/hub.bicep": BICEP_HUB}
    yield _bicep(
        "a module that is not where it should be", out, 1, "refuses", target="in/main.bicep"
    )
    word = BICEP.replace("'Enabled'", "Enabled")
    yield _bicep("a name where a text is meant", {"main.bicep": word}, 2, "refuses")
    yield _bicep(
        "latin-1", {"main.bicep": f"// J\xfcrgen\n{BICEP}".encode("latin-1")}, 2, "refuses"
    )
    yield _bicep("UTF-16", {"main.bicep": BICEP.encode("utf-16")}, 2)
    deep = f"var x = {'(' * 5000}1{')' * 5000}\n"
    yield _bicep("five thousand brackets", {"main.bicep": deep + BICEP}, 2, "refuses")
    order = "  publicNetworkAccess: true || false && false ? 'Enabled' : 'Disabled'"
    weighed = BICEP_HUB.replace("  publicNetworkAccess: 'Enabled'", order)
    yield _bicep("operators without brackets", {"main.bicep": weighed}, 1)
    template_of = {"main.bicep": call.format("hub.json"), "hub.json": text(template([hub()]))}
    yield _bicep("a template as a module", template_of, 1)
    huge = (
        "resource hubs 'Microsoft.Devices/IotHubs@2023-06-30' = [for i in range(0, 999999999): {\n"
    )
    huge += "  name: 'h${i}'\n}]\n"
    yield _bicep("a loop without an end", {"main.bicep": huge}, 1, "refuses")
