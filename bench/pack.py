"""How long the policy pack answers the engine, started and asked as the engine does it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc

from hubwarden_policies.gates.program.hubwarden_recorder.values import UNKNOWN, encode_struct

_ROOM = 400 * 1024 * 1024
_URN = "urn:pulumi:dev::bench::"


def pack_seconds(pack: Path, resources: int) -> float:
    """From the start of the pack to its last answer about a preview of so many resources."""
    began = time.perf_counter()
    with subprocess.Popen(
        (sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", pack),
        cwd=pack,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            channel = grpc.insecure_channel(
                f"127.0.0.1:{port}", options=[("grpc.max_send_message_length", _ROOM)]
            )
            _ask(analyzer_pb2_grpc.AnalyzerStub(channel), list(_resources(resources)))
        finally:
            process.kill()
    return time.perf_counter() - began


def _ask(pack: Any, resources: list[tuple[str, str, dict[str, Any], dict[str, list[str]]]]) -> None:
    asked = proto.AnalyzerStackConfigureRequest(stack="dev", project="bench", dry_run=True)
    pack.ConfigureStack(asked, wait_for_ready=True)
    provider = proto.AnalyzerProviderResource(
        type="pulumi:providers:azure-native", urn=f"{_URN}pulumi:providers:azure-native::default"
    )
    whole = proto.AnalyzeStackRequest()
    for kind, name, inputs, came_from in resources:
        said: dict[str, Any] = {
            "type": kind,
            "urn": f"{_URN}{kind}::{name}",
            "name": name,
            "properties": encode_struct(inputs),
            "provider": provider,
        }
        pack.Remediate(proto.AnalyzeRequest(**said))
        pack.Analyze(proto.AnalyzeRequest(**said))
        whole.resources.append(
            proto.AnalyzerResource(
                **said,
                propertyDependencies={
                    path: proto.AnalyzerPropertyDependencies(urns=urns)
                    for path, urns in came_from.items()
                },
            )
        )
    pack.AnalyzeStack(whole)


def _resources(count: int) -> Iterator[tuple[str, str, dict[str, Any], dict[str, list[str]]]]:
    """What the program of this bench declares, as the engine sees it in a first preview."""
    group = "azure-native:resources:ResourceGroup"
    logs = "azure-native:operationalinsights:Workspace"
    in_group = {"resourceGroupName": [f"{_URN}{group}::group"]}
    yield group, "group", {"resourceGroupName": "group1a2b3c4d", "location": "westeurope"}, {}
    yield logs, "logs", {"workspaceName": "logs1a2b3c4d", "resourceGroupName": UNKNOWN}, in_group
    for number in range((count - 2) // 2):
        kind, inputs = _vault(number) if number % 2 else _hub(number)
        yield kind, f"made{number}", inputs, in_group
        setting = {
            "name": f"log{number}",
            "resourceUri": UNKNOWN,
            "workspaceId": UNKNOWN,
            "logs": [{"categoryGroup": "allLogs", "enabled": True}],
        }
        came_from = {
            "resourceUri": [f"{_URN}{kind}::made{number}"],
            "workspaceId": [f"{_URN}{logs}::logs"],
        }
        yield "azure-native:monitor:DiagnosticSetting", f"log{number}", setting, came_from


def _hub(number: int) -> tuple[str, dict[str, Any]]:
    return "azure-native:iothub:IotHubResource", {
        "resourceName": f"hub{number}",
        "resourceGroupName": UNKNOWN,
        "sku": {"name": "S1", "capacity": 1},
        "properties": {
            "disableLocalAuth": True,
            "minTlsVersion": "1.2",
            "publicNetworkAccess": "Disabled",
        },
    }


def _vault(number: int) -> tuple[str, dict[str, Any]]:
    return "azure-native:keyvault:Vault", {
        "vaultName": f"vault{number}",
        "resourceGroupName": UNKNOWN,
        "properties": {
            "tenantId": "11111111-2222-3333-4444-555555555555",
            "sku": {"family": "A", "name": "standard"},
            "enablePurgeProtection": True,
            "enableRbacAuthorization": True,
            "publicNetworkAccess": "Disabled",
        },
    }
