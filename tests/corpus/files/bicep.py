"""Bicep: the language in all its parts, each beside a hub and a vault that nobody should deploy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from tests.corpus.files.case import Case, Expected, case

_case = partial(case, "Bicep")
HUB: Final = """\
resource hub 'Microsoft.Devices/IotHubs@2023-06-30' = {
  name: 'openhub'
  location: 'westeurope'
  sku: {
    name: 'S1'
    capacity: 1
  }
  properties: {
    publicNetworkAccess: 'Enabled'
  }
}
"""
VAULT: Final = """\
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'openvault'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    publicNetworkAccess: 'Enabled'
  }
}
"""
BASE: Final = HUB + VAULT
_LOOP: Final = """\
resource {} = [for i in range(0, 3): {}{{
  name: '{}${{i}}'
  location: 'westeurope'
  properties: {{
    publicNetworkAccess: 'Enabled'
  }}
}}]
"""
_HUBS: Final = "hubs 'Microsoft.Devices/IotHubs@2023-06-30'"
_VAULTS: Final = "vaults 'Microsoft.KeyVault/vaults@2023-07-01'"
# What a language server knows, and a parser that is some versions behind may not.
_BEFORE: Final = {
    "objects on one line": "var o = { a: 1, b: [1, 2] }\n",
    "a type of one's own": "type tier = 'a' | 'b'\nparam t tier\n",
    "a type of an object": "type cfg = {\n  name: string\n  n: int?\n}\nparam c cfg\n",
    "a default for what may be null": "param n string?\nvar x = n ?? 'd'\n",
    "a member of what may be null": "param o object\nvar x = o.?a.?b\n",
    "an exported variable": "@export()\nvar x = 'a'\n",
    "a function of one's own": "func f(a string) string => '${a}x'\n",
    "a lambda": "var x = map([1, 2], i => i * 2)\n",
    "a spread": "var a = {\n  x: 1\n}\nvar b = {\n  ...a\n  y: 2\n}\n",
    "a text over some lines": "var s = '''\nline1\nline2\n'''\n",
    "a text over some lines, with quotes": "var s = '''\nit's {}\n'''\n",
    "a comment over lines": "/* a\n b */\n",
    "a warning switched off": "#disable-next-line no-unused-params\nparam p string\n",
    "a description over some lines": "@description('''\nmulti\n''')\nparam p string\n",
    "a secure parameter": "@secure()\n@minLength(3)\nparam p string\n",
    "a scope": "targetScope = 'resourceGroup'\n",
    "metadata": "metadata description = 'x'\n",
    "an item of what a function gives": "var x = split(resourceGroup().id, '/')[2]\n",
    "minus and modulo": "var x = -1 % 2\n",
    "never null": "param o object?\nvar x = o!.a\n",
    "a discriminator": "@discriminator('kind')\ntype u = a | b\ntype a = {\n  kind: 'x'\n}\n"
    "type b = {\n  kind: 'y'\n}\n",
    "a tuple": "type t = [string, int]\n",
    "a sealed type": "@sealed()\ntype s = {\n  a: string\n}\n",
    "a byte order mark": "\ufeff",
}
_AFTER: Final = {
    "an output": "output id string = hub.id\n",
    "the type of a resource": "output id resourceInput<'Microsoft.Devices/IotHubs@2023-06-30'>.name"
    " = 'x'\n",
    "keys": "output k string = hub.listkeys().value[0].primaryKey\n",
    "a child by its name": "resource group"
    " 'Microsoft.Devices/IotHubs/eventHubEndpoints/ConsumerGroups@2023-06-30' = {\n"
    "  name: '${hub.name}/events/cg'\n  properties: {\n    name: 'cg'\n  }\n}\n",
}


def cases() -> Iterator[Case]:
    """All of them."""
    yield _one("two bad resources", BASE)
    for name, before in _BEFORE.items():
        yield _one(name, before + BASE)
    for name, after in _AFTER.items():
        yield _one(name, BASE + after)
    yield from _resources()
    yield from _texts()
    # What needs something that is not here, or that bicep itself calls experimental.
    for name, before in {
        "an import of what is not there": "import { x } from 'shared.bicep'\nvar y = x\n",
        "a module that is not there": "module m 'hub.bicep' = {\n  name: 'm'\n}\n",
        "an extension": "extension microsoftGraphV1\n",
    }.items():
        yield _one(name, before + BASE, "refuses", named=2)
    yield _one("an assertion", "assert a = true\n" + BASE)
    registry = "module m 'br/public:avm/res/devices/iot-hub:0.1.0' = {\n  name: 'm'\n}\n"
    yield _one("a module of a registry", registry, "refuses", 0)


def _one(
    name: str, content: str, expected: Expected = "finds", bad: int = 2, *, named: int | None = None
) -> Case:
    return _case(name, {"main.bicep": content}, bad, expected, named=named)


def _resources() -> Iterator[Case]:
    yield _one("a condition", BASE.replace("= {", "= if (true) {"))
    loops = _LOOP.format(_HUBS, "", "h") + _LOOP.format(_VAULTS, "", "v")
    yield _one("loops", loops)
    some = _LOOP.format(_HUBS, "if (i > 1) ", "h") + _LOOP.format(_VAULTS, "if (i > 1) ", "v")
    yield _one("loops with a condition", some)
    yield _one("loops in batches", "@batchSize(1)\n" + loops)
    existing = HUB.replace("= {", "existing = {").partition("  location")[0] + "}\n"
    yield _one("what exists", existing, "nothing", 0)
    child = "  resource own 'certificates' = {\n    name: 'c'\n    properties: {\n"
    child += "      certificate: 'x'\n    }\n  }\n}\n"
    yield _one("a child inside", VAULT + HUB.removesuffix("}\n") + child)
    yield _one("only if it is not there", "@onlyIfNotExists()\n" + HUB + VAULT)


def _texts() -> Iterator[Case]:
    yield _one("a comment in an object", BASE.replace("  location", "  // where\n  location"))
    yield _one("a choice as a value", BASE.replace("'Enabled'", "true ? 'Enabled' : 'Disabled'"))
    made = BASE.replace("'openhub'", "'hub-${uniqueString(resourceGroup().id)}'")
    yield _one("a name that is made", made)
    more = "  tags: {\n    'a-b': 'c'\n  }\n  dependsOn: []\n  properties"
    yield _one("tags and dependsOn", BASE.replace("  properties", more))
    quoted = BASE.replace("publicNetworkAccess:", "'publicNetworkAccess':")
    yield _one("a name in quotes", quoted)
    yield _one("ends of line as Windows has them", BASE.replace("\n", "\r\n"))
    yield _one("indented by tabs", BASE.replace("  ", "\t"))
    lower = BASE.replace("Microsoft.Devices/IotHubs", "microsoft.devices/iothubs")
    yield _one("types in lower case", lower.replace("Microsoft.KeyVault", "microsoft.keyvault"))
    yield _one("a brace too few", BASE.removesuffix("}\n"), "refuses")
    yield _one("an empty file", "", "nothing", 0)
    given = {"main.bicepparam": "using 'main.bicep'\nparam x = 'y'\n"}
    yield _case("a file of parameters alone", given, 0, "refuses")
