"""Starts a pack and asks it as Pulumi's engine does, and says what it answered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc

from hubwarden_policies.gates.program.hubwarden_recorder.values import encode_struct

GROUP = "azure-native:resources:ResourceGroup"
HUB = "azure-native:iothub:IotHubResource"
VAULT = "azure-native:keyvault:Vault"
SETTING = "azure-native:monitor:DiagnosticSetting"
STORAGE = "azure-native:storage:StorageAccount"
WORKSPACE = "azure-native:operationalinsights:Workspace"
STACK = "pulumi:pulumi:Stack"

GOOD_HUB = {
    "resourceName": "telemetry",
    "identity": {"type": "SystemAssigned"},
    "properties": {
        "disableLocalAuth": True,
        "disableDeviceSAS": True,
        "disableModuleSAS": True,
        "minTlsVersion": "1.2",
        "publicNetworkAccess": "Disabled",
        "restrictOutboundNetworkAccess": True,
    },
}
SERVE = "from hubwarden_policies.gates.pack import serve\n\nserve()\n"


def hub(**properties: Any) -> dict[str, Any]:
    """The inputs of a hub without a fault, but for these properties."""
    return {**GOOD_HUB, "properties": {**GOOD_HUB["properties"], **properties}}  # type: ignore[dict-item]


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::{kind}::{name}"


def project(folder: Path, **files: str) -> Path:
    """A project with a pack in it, and these files (`policy.dev.json` is `policy_dev_json`)."""
    pack = folder / "policies"
    pack.mkdir(parents=True)
    (pack / "__main__.py").write_text(SERVE)
    (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\nstackConfigDir: stacks\n")
    (folder / "stacks").mkdir()
    for name, text in files.items():
        path = folder / name if name.endswith(("toml", "py")) else folder / "stacks" / name
        path.write_text(text)
    return pack


@dataclass
class Asked:
    """One deployment that the pack is asked about."""

    stub: Any
    resources: list[Any] = field(default_factory=list)

    def configure_stack(
        self, config: Mapping[str, str] | None = None, secret: Sequence[str] = ()
    ) -> None:
        self.stub.ConfigureStack(
            proto.AnalyzerStackConfigureRequest(
                stack="dev",
                project="shop",
                dry_run=True,
                config=config or {},
                config_secret_keys=secret,
            ),
            wait_for_ready=True,
            timeout=60,
        )

    def info(self) -> Any:
        return self.stub.GetAnalyzerInfo(empty_pb2.Empty(), wait_for_ready=True, timeout=60)

    def resource(
        self,
        kind: str,
        name: str,
        inputs: Mapping[str, Any],
        *,
        outputs: Mapping[str, Any] | None = None,
        came_from: Mapping[str, Sequence[str]] | None = None,
        protect: bool = True,
        read: bool = False,
    ) -> list[Any]:
        """What the pack says of a resource; it is part of the stack from then on."""
        said: dict[str, Any] = {
            "type": kind,
            "urn": urn(kind, name),
            "name": name,
            "options": proto.AnalyzerResourceOptions(protect=protect),
        }
        if kind.startswith("azure"):
            package = kind.partition(":")[0]
            provider = f"pulumi:providers:{package}"
            said["provider"] = proto.AnalyzerProviderResource(
                type=provider, urn=urn(provider, "default")
            )
        given = encode_struct(dict(inputs))
        came_from = {path: list(urns) for path, urns in (came_from or {}).items()}
        self.resources.append(
            proto.AnalyzerResource(
                **said,
                properties=given if outputs is None else encode_struct(dict(outputs)),
                propertyDependencies={
                    path: proto.AnalyzerPropertyDependencies(urns=urns)
                    for path, urns in came_from.items()
                },
            )
        )
        if read:
            return []
        answer = self.stub.Analyze(proto.AnalyzeRequest(**said, properties=given))
        return list(answer.diagnostics)

    def stack(self, exports: Mapping[str, Any] | None = None) -> list[Any]:
        """What the pack says when it has seen everything."""
        root = proto.AnalyzerResource(
            type=STACK, urn=urn(STACK, "shop-dev"), properties=encode_struct(dict(exports or {}))
        )
        asked = proto.AnalyzeStackRequest(resources=[root, *self.resources])
        return list(self.stub.AnalyzeStack(asked).diagnostics)


@contextmanager
def started(pack: Path) -> Iterator[Asked]:
    """The pack in this folder, until the end of the context."""
    with subprocess.Popen(
        (sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", pack),
        cwd=pack,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
                yield Asked(analyzer_pb2_grpc.AnalyzerStub(channel))
        finally:
            process.kill()


def rules(diagnostics: Sequence[Any]) -> set[str]:
    return {said.policyName for said in diagnostics}
