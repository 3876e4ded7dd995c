"""ARM templates as files: how large, and how long their gate and all the rules take on them."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.template import SCHEMA
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import evaluate
from hubwarden_policies.gates.arm.gate import collect
from hubwarden_policies.team import Team

_RUNS = 3
_KINDS = 5


def write_file(path: Path, resources: int) -> Path:
    """A template of so many resources: hubs, DPS, vaults, storage and what is logged of a hub."""
    listed = [one for number in range(-(-resources // _KINDS)) for one in _group(number)]
    template = {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": {
            "location": {"type": "string", "defaultValue": "westeurope"},
            "workspace": {"type": "string"},
        },
        "resources": listed[:resources],
    }
    path.write_text(json.dumps(template, indent=2), encoding="utf-8")
    return path


def write_large(path: Path, least: int) -> Path:
    """A template of at least so many bytes."""
    each = write_file(path, 1_000).stat().st_size / 1_000
    return write_file(path, int(least / each * 1.01))


def judging_seconds(files: Sequence[Path]) -> dict[Path, float]:
    """The shortest processor time of all rules on what each template declares."""
    today = datetime.now(UTC).date()
    taken: dict[Path, list[float]] = {file: [] for file in files}
    looked = gc.isenabled()
    gc.disable()
    for _ in range(_RUNS):
        for file in files:
            # Collected anew: what is remembered of a resource must not help.
            stack = collect(file.read_bytes(), file.name).stack
            if stack is None:
                raise RuntimeError(f"{file} is no template")
            began = time.process_time()
            evaluate(RULES, stack, Team(today=today))
            taken[file].append(time.process_time() - began)
    if looked:
        gc.enable()
    return {file: min(times) for file, times in taken.items()}


def _group(number: int) -> Iterator[dict[str, Any]]:
    """One resource of each kind."""
    hub, here = f"hub-{number}", "[parameters('location')]"
    closed = {"publicNetworkAccess": "Disabled"}
    sku = {"name": "S1", "capacity": 1}
    yield _resource(
        "Microsoft.Devices/IotHubs",
        "2023-06-30",
        hub,
        {
            **closed,
            "disableLocalAuth": True,
            "disableDeviceSAS": True,
            "disableModuleSAS": True,
            "minTlsVersion": "1.2",
            "restrictOutboundNetworkAccess": True,
            "allowedFqdnList": [],
        },
        location=here,
        sku=sku,
        identity={"type": "SystemAssigned"},
    )
    yield _resource(
        "Microsoft.Devices/provisioningServices",
        "2022-12-12",
        f"dps-{number}",
        closed,
        location=here,
        sku=sku,
    )
    yield _resource(
        "Microsoft.KeyVault/vaults",
        "2023-07-01",
        f"vault-{number}",
        {
            **closed,
            "tenantId": "[subscription().tenantId]",
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
            "enablePurgeProtection": True,
            "networkAcls": {"defaultAction": "Deny", "bypass": "None"},
        },
        location=here,
    )
    yield _resource(
        "Microsoft.Storage/storageAccounts",
        "2023-01-01",
        f"store{number}",
        {
            "allowSharedKeyAccess": False,
            "allowBlobPublicAccess": False,
            "minimumTlsVersion": "TLS1_2",
            "supportsHttpsTrafficOnly": True,
            "networkAcls": {"defaultAction": "Deny"},
        },
        location=here,
        sku={"name": "Standard_ZRS"},
        kind="StorageV2",
    )
    yield _resource(
        "Microsoft.Insights/diagnosticSettings",
        "2021-05-01-preview",
        f"logs-{number}",
        {
            "workspaceId": "[parameters('workspace')]",
            "logs": [{"categoryGroup": "allLogs", "enabled": True}],
        },
        scope=f"[resourceId('Microsoft.Devices/IotHubs', '{hub}')]",
    )


def _resource(
    arm_type: str, version: str, name: str, properties: dict[str, Any], **more: Any
) -> dict[str, Any]:
    return {"type": arm_type, "apiVersion": version, "name": name, **more, "properties": properties}
