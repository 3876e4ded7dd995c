"""A file that is known to be bad, in every run: where Checkov passes it, Checkov judged nothing."""

from __future__ import annotations

import json
from typing import Final

from hubwarden_policies.gates.stock_checkov.frameworks import Framework

# Traffic without encryption, which Checkov has refused in every framework for years.
CHECK: Final = "CKV_AZURE_3"
FOLDER: Final = "hubwarden-canary"
_SCHEMA: Final = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_NAME: Final = "hubwardencanary"
_AZURERM: Final = "azurerm_storage_account"
# By its name of old: Checkov does not know the one that azurerm 4 has.
_TERRAFORM: Final = {"name": _NAME, "enable_https_traffic_only": False}


def _arm() -> str:
    storage = {
        "type": "Microsoft.Storage/storageAccounts",
        "apiVersion": "2023-01-01",
        "name": _NAME,
        "location": "westeurope",
        "properties": {"supportsHttpsTrafficOnly": False},
    }
    hub = {
        "type": "Microsoft.Devices/IotHubs",
        "apiVersion": "2023-06-30",
        "name": _NAME,
        "location": "westeurope",
        "sku": {"name": "S1", "capacity": 1},
        "properties": {"disableLocalAuth": False},
    }
    return json.dumps(
        {"$schema": _SCHEMA, "contentVersion": "1.0.0.0", "resources": [storage, hub]}, indent=2
    )


_BICEP: Final = f"""resource storage 'Microsoft.Storage/storageAccounts@2023-01-01' = {{
  name: '{_NAME}'
  location: 'westeurope'
  properties: {{
    supportsHttpsTrafficOnly: false
  }}
}}

resource hub 'Microsoft.Devices/IotHubs@2023-06-30' = {{
  name: '{_NAME}'
  location: 'westeurope'
  sku: {{
    name: 'S1'
    capacity: 1
  }}
  properties: {{
    disableLocalAuth: false
  }}
}}
"""
_HCL: Final = f"""resource "{_AZURERM}" "canary" {{
  name                      = "{_NAME}"
  enable_https_traffic_only = false
}}

resource "azurerm_iothub" "canary" {{
  name                         = "{_NAME}"
  local_authentication_enabled = true
}}
"""


def _terraform_json() -> str:
    return json.dumps({"resource": {_AZURERM: {"canary": _TERRAFORM}}}, indent=2)


def _plan() -> str:
    named = {
        "address": f"{_AZURERM}.canary",
        "mode": "managed",
        "type": _AZURERM,
        "name": "canary",
    }
    change = {"actions": ["create"], "before": None, "after": _TERRAFORM, "after_unknown": {}}
    expressions = {name: {"constant_value": value} for name, value in _TERRAFORM.items()}
    return json.dumps(
        {
            "format_version": "1.2",
            "terraform_version": "1.9.0",
            "planned_values": {"root_module": {"resources": [{**named, "values": _TERRAFORM}]}},
            "resource_changes": [{**named, "change": change}],
            "configuration": {
                "root_module": {"resources": [{**named, "expressions": expressions}]}
            },
        },
        indent=2,
    )


def canary(framework: Framework) -> tuple[str, str]:
    """The name of the file for this framework, and its text."""
    match framework:
        case "arm":
            return "canary.json", _arm()
        case "bicep":
            return "canary.bicep", _BICEP
        case "terraform":
            return "canary.tf", _HCL
        case "terraform_json":
            return "canary.tf.json", _terraform_json()
        case "terraform_plan":
            return "canary-plan.json", _plan()
