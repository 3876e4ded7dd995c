"""Recordings written by hand, decoded as those of the recorder are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hubwarden_policies.gates.program.graph.merge import merge
from hubwarden_policies.gates.program.pulumi_project.project import Project, StackConfig
from hubwarden_policies.gates.program.running.decoding import read_recording
from hubwarden_policies.gates.program.running.recording import Recording
from hubwarden_policies.model import Resource, Stack

ROOT = Path("/work/shop")
PROJECT = Project(ROOT, "Pulumi.yaml", "shop", ROOT, ROOT, ("dev",), made_up=False)

GROUP = "azure-native:resources:ResourceGroup"
HUB = "azure-native:iothub:IotHubResource"
HUB_CERTIFICATE = "azure-native:iothub:Certificate"
DPS = "azure-native:deviceprovisioningservices:IotDpsResource"
VAULT = "azure-native:keyvault:Vault"
SECRET = "azure-native:keyvault:Secret"
SETTING = "azure-native:monitor:DiagnosticSetting"
STORAGE = "azure-native:storage:StorageAccount"
WORKSPACE = "azure-native:operationalinsights:Workspace"
ROLE = "azure-native:authorization:RoleAssignment"

UNKNOWN = {"$hw": "unknown"}


def hidden(value: Any) -> dict[str, Any]:
    """A value that is marked as secret."""
    return {"$hw": "secret", "value": value}


def urn(token: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::{token}::{name}"


def resource(token: str, name: str, /, **inputs: Any) -> dict[str, Any]:
    """A registration; change what else it has with `|`."""
    return {
        "urn": urn(token, name),
        "type": token,
        "name": name,
        "custom": True,
        "remote": False,
        "read": False,
        "parent": None,
        "provider": None,
        "id": UNKNOWN,
        "inputs": inputs,
        "outputs": {},
        "propertyDependencies": {},
        "options": {},
        "aliases": [],
        "package": None,
        "frames": [[f"{ROOT}/__main__.py", 7, "<module>"]],
    }


def recording(mode: str, *resources: dict[str, Any], **fields: Any) -> Recording:
    return read_recording(
        {
            "version": 1,
            "mode": mode,
            "complete": True,
            "pulumi": "3.272.0",
            "python": "3.11.7",
            "notes": [],
            "resources": list(resources),
            "exports": {},
            "exportFrames": {},
            "componentOutputs": {},
            "calls": [],
            "hooks": [],
            "made": [],
            "marks": [],
            "sinks": [],
            "error": None,
        }
        | fields
    )


def stack(
    preview: Recording | None, canary: Recording | None, config: StackConfig | None = None
) -> Stack:
    """The judged stack of these runs."""
    return merge(
        preview, canary, project=PROJECT, config=config or StackConfig("dev", "Pulumi.dev.yaml")
    )


def judged(
    previewed: dict[str, Any], known: dict[str, Any], *, token: str = HUB, **fields: Any
) -> Resource:
    """The one resource of a stack, from its inputs in the preview and in the canary run."""
    return stack(
        recording("preview", resource(token, "it", **previewed), **fields),
        recording("canary", resource(token, "it", **known), **fields),
    ).resources[0]
