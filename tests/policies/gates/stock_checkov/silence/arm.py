"""Templates: how they are written, what they are called, and what is in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

from tests.policies.gates.stock_checkov.silence.row import Row

_SCHEMAS: Final = "https://schema.management.azure.com/schemas/2019-04-01"
SCHEMA: Final = f"{_SCHEMAS}/deploymentTemplate.json#"
VAULT: Final[dict[str, Any]] = {
    "type": "Microsoft.KeyVault/vaults",
    "apiVersion": "2023-07-01",
    "name": "badvault",
    "location": "westeurope",
    "properties": {
        "tenantId": "00000000-0000-0000-0000-000000000000",
        "sku": {"family": "A", "name": "standard"},
        "publicNetworkAccess": "Enabled",
    },
}
STORAGE: Final[dict[str, Any]] = {
    "type": "Microsoft.Storage/storageAccounts",
    "apiVersion": "2023-01-01",
    "name": "badstorage",
    "location": "westeurope",
    "properties": {"supportsHttpsTrafficOnly": False},
}
BAD: Final = ("badvault", "badstorage")


def template(resources: Any = None, **more: Any) -> dict[str, Any]:
    """A template with both, or with other resources."""
    own = [deepcopy(VAULT), deepcopy(STORAGE)] if resources is None else resources
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **more, "resources": own}


def both(**changed: Any) -> list[dict[str, Any]]:
    """Both resources with the same members changed."""
    return [{**deepcopy(VAULT), **changed}, {**deepcopy(STORAGE), **changed}]


def renamed(pattern: str) -> list[dict[str, Any]]:
    """Both resources with their names in the place of `{}`."""
    return [{**one, "name": pattern.format(one["name"])} for one in (VAULT, STORAGE)]


def text(value: Any) -> str:
    """JSON as people write it."""
    return json.dumps(value, indent=2)


BASE: Final = text(template())


def rows() -> Iterator[Row]:
    """All of them."""
    yield from _written()
    yield from _called()
    yield from _declared()


def _row(name: str, content: str, file: str = "main.json", *, strict: bool = False) -> Row:
    return Row(name, {file: content.encode()}, BAD, strict)


def _written() -> Iterator[Row]:
    yield _row("the end is lost", BASE[:-20], strict=True)
    yield _row(
        "a comment on a line", BASE.replace('"resources"', '// ours\n  "resources"'), strict=True
    )
    yield _row(
        "a comment in between", BASE.replace('"resources"', '/* ours */ "resources"'), strict=True
    )
    yield _row(
        "a comment after a value",
        BASE.replace('"location": "westeurope",', '"location": "westeurope", // here', 1),
        strict=True,
    )
    yield _row("tabs", json.dumps(template(), indent="\t"), strict=True)
    yield _row(
        "a tab after a colon",
        BASE.replace('"name": "badvault"', '"name":\t"badvault"'),
        strict=True,
    )
    yield _row("a control character", BASE.replace("badstorage", "bad\x07storage"), strict=True)
    yield _row("two documents", f'{{"$schema": "x", "contentVersion": "1"}}\n{BASE}', strict=True)
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"a": deep}
    yield _row("a tag of 900 levels", json.dumps(template(both(tags=deep))), strict=True)


def _called() -> Iterator[Row]:
    yield _row("no schema", text({k: v for k, v in template().items() if k != "$schema"}))
    yield _row("no version", text({k: v for k, v in template().items() if k != "contentVersion"}))
    for file in (
        *("main.jsonc", "main.JSON", "main.template", "template", ".main.json"),
        *(".azure/main.json", "node_modules/main.json"),
    ):
        yield _row(f"called {file}", BASE, file)


def _declared() -> Iterator[Row]:
    yield _row(
        "types in lower case",
        BASE.replace("Microsoft.KeyVault/vaults", "microsoft.keyvault/vaults").replace(
            "Microsoft.Storage/storageAccounts", "microsoft.storage/storageaccounts"
        ),
    )
    yield _row(
        "types in another case",
        BASE.replace("Microsoft.KeyVault", "Microsoft.Keyvault").replace(
            "/storageAccounts", "/StorageAccounts"
        ),
    )
    yield _row(
        "members in capitals",
        BASE.replace('"type"', '"Type"').replace('"properties"', '"Properties"'),
    )
    yield _row("resources in capitals", BASE.replace('"resources"', '"Resources"'))
    symbolic = {
        "$schema": SCHEMA,
        "languageVersion": "2.0",
        "contentVersion": "1.0.0.0",
        "resources": {"vault": VAULT, "storage": STORAGE},
    }
    yield _row("symbolic names", text(symbolic))
    yield _row("no type before", text(template([{"name": "x", "properties": {}}, VAULT, STORAGE])))
    yield _row(
        "no name",
        text(template([{k: v for k, v in one.items() if k != "name"} for one in (VAULT, STORAGE)])),
    )
    yield _row("toLower in names", text(template(renamed("[toLower('{}')]"))))
    yield _row("join in names", text(template(renamed("[join(createArray('{}','x'),'-')]"))))
    yield _row("substring in names", text(template(renamed("[substring('{}',0,3)]"))))
    yield _row("a name that looks like it", text(template(renamed("{}-rejoin(x)"))))
    yield _row("text among resources", text(template(["[variables('x')]", VAULT, STORAGE])))
    yield _row(
        "resources as an expression",
        text(template("[variables('r')]", variables={"r": [VAULT, STORAGE]})),
    )
    yield _row("marked as existing", text(template(both(existing=True))))
    yield _row("marked as not existing", text(template(both(existing=False))))
    yield _row("no properties", text(template(both(properties=None))))
    nested = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": "inner",
        "properties": {"mode": "Incremental", "template": symbolic},
    }
    yield _row("symbolic names in a nested template", text(template([nested])))
    values = template(
        [
            {
                **VAULT,
                "properties": {
                    **VAULT["properties"],
                    "publicNetworkAccess": "[parameters('access')]",
                    "enablePurgeProtection": True,
                    "enableSoftDelete": True,
                    "networkAcls": {"defaultAction": "Deny"},
                },
            }
        ],
        parameters={"access": {"type": "string", "defaultValue": "Disabled"}},
    )
    given = {
        "$schema": f"{_SCHEMAS}/deploymentParameters.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"access": {"value": "Enabled"}},
    }
    yield Row(
        "bad values in a parameter file",
        {"main.json": text(values).encode(), "main.parameters.json": text(given).encode()},
        ("badvault",),
    )
