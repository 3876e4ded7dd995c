"""A hub and a vault as nobody should deploy them, a hub as one may, and templates around them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

_SCHEMAS: Final = "https://schema.management.azure.com/schemas/2019-04-01"
SCHEMA: Final = f"{_SCHEMAS}/deploymentTemplate.json#"
PARAMETERS_SCHEMA: Final = f"{_SCHEMAS}/deploymentParameters.json#"
# Looks like what it is not: planted.
KEY: Final = "cGxhbnRlZC" + "BrZXkgb2Yg" + "dGhlIGNvcnB1cyEhISEhISE="
CONNECTION: Final = f"HostName=h.azure-devices.net;SharedAccessKeyName=o;Shared{''}AccessKey={KEY}"

HUB: Final[dict[str, Any]] = {
    "type": "Microsoft.Devices/IotHubs",
    "apiVersion": "2023-06-30",
    "name": "openhub",
    "location": "westeurope",
    "sku": {"name": "S1", "capacity": 1},
    "properties": {"publicNetworkAccess": "Enabled"},
}
VAULT: Final[dict[str, Any]] = {
    "type": "Microsoft.KeyVault/vaults",
    "apiVersion": "2023-07-01",
    "name": "openvault",
    "location": "westeurope",
    "properties": {
        "tenantId": "00000000-0000-0000-0000-000000000000",
        "sku": {"family": "A", "name": "standard"},
        "publicNetworkAccess": "Enabled",
    },
}
SAFE: Final[dict[str, Any]] = {
    "publicNetworkAccess": "Disabled",
    "disableLocalAuth": True,
    "minTlsVersion": "1.2",
    "disableDeviceSAS": True,
    "disableModuleSAS": True,
    "restrictOutboundNetworkAccess": True,
    "allowedFqdnList": [],
}
SAFE_HUB: Final[dict[str, Any]] = {
    **HUB,
    "name": "closedhub",
    "identity": {"type": "SystemAssigned"},
    "properties": SAFE,
}
_HUB_ID: Final = "[resourceId('Microsoft.Devices/IotHubs', 'closedhub')]"
_NETWORK: Final = "/subscriptions/x/resourceGroups/n/providers/Microsoft.Network"


def template(resources: Any = None, **more: Any) -> dict[str, Any]:
    """A template with both bad ones, or with other resources."""
    both = [deepcopy(HUB), deepcopy(VAULT)] if resources is None else resources
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", **more, "resources": both}


def both(**changed: Any) -> list[dict[str, Any]]:
    """Both bad ones with the same members changed."""
    return [{**deepcopy(HUB), **changed}, {**deepcopy(VAULT), **changed}]


def whole(one: Any = None) -> list[Any]:
    """The good hub, or another by its name, with all that belongs to it: nothing to flag."""
    endpoint = {
        "subnet": {"id": f"{_NETWORK}/virtualNetworks/v/subnets/s"},
        "privateLinkServiceConnections": [
            {"name": "h", "properties": {"privateLinkServiceId": _HUB_ID, "groupIds": ["iotHub"]}}
        ],
    }
    zone = {"privateDnsZoneId": f"{_NETWORK}/privateDnsZones/privatelink.azure-devices.net"}
    logs = {
        "workspaceId": "/subscriptions/x/resourceGroups/n/providers"
        "/Microsoft.OperationalInsights/workspaces/w",
        "logs": [{"categoryGroup": "allLogs", "enabled": True}],
    }
    return [
        SAFE_HUB if one is None else one,
        _part("Microsoft.Insights/diagnosticSettings", "logs", logs, scope=_HUB_ID),
        _part("Microsoft.Network/privateEndpoints", "door", endpoint, location="westeurope"),
        _part(
            "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
            "door/default",
            {"privateDnsZoneConfigs": [{"name": "hub", "properties": zone}]},
        ),
        _part("Microsoft.Authorization/locks", "keep", {"level": "CanNotDelete"}),
    ]


def _part(arm_type: str, name: str, properties: Any, **more: Any) -> dict[str, Any]:
    version = {"apiVersion": "2023-11-01", "name": name}
    return {"type": arm_type, **version, **more, "properties": properties}


def hub(**changed: Any) -> dict[str, Any]:
    """The bad hub with members changed."""
    return {**deepcopy(HUB), **changed}


def having(resource: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """A resource with some of its properties changed."""
    return {**resource, "properties": {**resource["properties"], **changed}}


def without(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An object that lacks a member."""
    return {name: inner for name, inner in value.items() if name != key}


def nested(inner: Any, name: str = "inner", **more: Any) -> dict[str, Any]:
    """A deployment inside a template."""
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2022-09-01",
        "name": name,
        **more,
        "properties": {"mode": "Incremental", "template": inner},
    }


def values(**given: Any) -> dict[str, Any]:
    """A parameters file."""
    return {
        "$schema": PARAMETERS_SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {name: {"value": value} for name, value in given.items()},
    }


def deep(levels: int) -> dict[str, Any]:
    """An object in an object, so many times."""
    made: dict[str, Any] = {}
    for _ in range(levels):
        made = {"a": made}
    return made


def text(value: Any) -> str:
    """JSON as people write it."""
    return json.dumps(value, indent=2)


BASE: Final = text(template())
CLEAN: Final = text(template(whole()))
