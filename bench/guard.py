"""How much longer a program takes with the guard: to load it, and to judge what is registered."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pulumi
from pulumi.output import UNKNOWN

import hubwarden_infra.settings  # noqa: F401
from hubwarden_policies.gates.guard import load

ROOT = Path(__file__).parents[1]
HUB = "azure-native:iothub:IotHubResource"


def guard_seconds(resources: int) -> float:
    """In a process that has loaded Pulumi's SDK and what the settings of infra/ are read with."""
    asked = (sys.executable, "-m", "bench.guard", str(resources))
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout)


async def _judged(resources: int) -> float:
    began = time.perf_counter()
    guard = load().judging(ROOT, "dev", "bench", None)
    for number in range(resources):
        hub = pulumi.ResourceTransformArgs(
            custom=True,
            type_=HUB,
            name=f"hub-{number}",
            props={
                "resourceGroupName": UNKNOWN,
                "sku": {"name": "S1", "capacity": 1.0},
                "identity": {"type": "SystemAssigned"},
                "properties": {"disableLocalAuth": True, "publicNetworkAccess": "Disabled"},
            },
            opts=pulumi.ResourceOptions(),
        )
        await guard.judge(hub)
    return time.perf_counter() - began


if __name__ == "__main__":
    # A preview collects; what an update refuses would end this.
    pulumi.runtime.configure(pulumi.runtime.Settings(project="bench", stack="dev", dry_run=True))
    print(asyncio.run(_judged(int(sys.argv[1]))))
