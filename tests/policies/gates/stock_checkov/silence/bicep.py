"""Bicep that Checkov's parser does not know, of which it says nothing; and types in lower case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.policies.gates.stock_checkov.silence.row import Row

BASE: Final = """resource badvault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'badvault'
  location: 'westeurope'
  properties: {
    tenantId: tenant().tenantId
    publicNetworkAccess: 'Enabled'
  }
}

resource badstorage 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'badstorage'
  location: 'westeurope'
  properties: {
    supportsHttpsTrafficOnly: false
  }
}
"""
_BEFORE: Final = {
    "a default for what may be null": "param n string?\nvar x = n ?? 'd'\n",
    "an exported variable": "@export()\nvar x = 'a'\n",
    "an import": "import { x } from 'shared.bicep'\n",
    "a function": "func f(a string) string => '${a}x'\n",
    "a lambda": "var x = map([1, 2], i => i * 2)\n",
    "a spread": "var a = {\n  x: 1\n}\nvar b = {\n  ...a\n  y: 2\n}\n",
    "an assertion": "assert a = true\n",
    "an extension": "extension microsoftGraphV1\n",
    "never null": "param o object?\nvar x = o!.a\n",
    "a discriminator": "@discriminator('kind')\ntype u = a | b\ntype a = {\n  kind: 'x'\n}\n"
    "type b = {\n  kind: 'y'\n}\n",
    "a sealed type": "@sealed()\ntype s = {\n  a: string\n}\n",
    "only if it is not there": "@onlyIfNotExists()\n",
    "a byte order mark": "\ufeff",
}


def rows() -> Iterator[Row]:
    """All of them."""
    for name, before in _BEFORE.items():
        yield _row(name, before + BASE, strict=True)
    derived = "output id resourceInput<'Microsoft.KeyVault/vaults@2023-07-01'>.name = 'x'\n"
    yield _row("a type that is a resource's", BASE + derived, strict=True)
    yield _row("a brace too few", BASE.removesuffix("}\n"), strict=True)
    lower = BASE.replace("Microsoft.KeyVault", "microsoft.keyvault")
    yield _row("types in lower case", lower.replace("Microsoft.Storage", "microsoft.storage"))


def _row(name: str, content: str, *, strict: bool = False) -> Row:
    return Row(name, {"main.bicep": content.encode()}, ("badvault", "badstorage"), strict)
