"""What is bad in each of the languages: an open vault and a storage account without TLS, a hub."""

from __future__ import annotations

import json
from typing import Any, Final

_VAULT: Final = {
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
_STORAGE: Final = {
    "type": "Microsoft.Storage/storageAccounts",
    "apiVersion": "2023-01-01",
    "name": "badstorage",
    "location": "westeurope",
    "properties": {"supportsHttpsTrafficOnly": False},
}


def template(**changed: Any) -> str:
    """A template of both, with the same members of both changed."""
    return json.dumps(
        {
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01"
            "/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "resources": [{**_VAULT, **changed}, {**_STORAGE, **changed}],
        },
        indent=2,
    )


ARM: Final = template()
BICEP: Final = """resource badvault 'Microsoft.KeyVault/vaults@2023-07-01' = {
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
TERRAFORM: Final = """resource "azurerm_iothub" "bad" {
  name                          = "bad"
  public_network_access_enabled = true
}
"""
