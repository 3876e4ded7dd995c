"""The shipped stacks under Pulumi's own engine, and that the doubles do as the real ones."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.engine import build
from tests.engine.deploying import Deployment, Engine, copy_shipped

HUB = "iothub:IotHubResource telemetry"
PROGRAM = """\
import pulumi
from pulumi_azure_native import iothub, resources

settings = pulumi.Config()
group = resources.ResourceGroup("plant", location="westeurope")
hub = iothub.IotHubResource(
    "telemetry",
    resource_group_name=group.name,
    location=settings.get("location"),
    resource_name_=settings.get("name"),
    sku={"name": "S1", "capacity": settings.get_int("capacity") or 1},
    tags={"owner": settings.get("owner") or "nobody"},
)
keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
    resource_group_name=group.name, resource_name=hub.name, key_name="service"
)
pulumi.export("name", hub.name)
pulumi.export("owner", hub.tags.apply(lambda found: found["owner"]))
pulumi.export("tier", hub.sku.apply(lambda found: found.tier))
pulumi.export("host", hub.properties.apply(lambda found: found.host_name))
pulumi.export("key", keys.primary_key)
"""


def steps(deployment: Deployment, *arguments: str) -> dict[str, dict[str, Any]]:
    """What a preview says that would be done, by `type name`, as far as it is anything."""
    shown = deployment.pulumi("preview", "--json", *arguments)
    assert shown.returncode == 0, shown.stdout
    # The warnings that plugins come from the PATH stand before and after the JSON.
    found, _ = json.JSONDecoder().raw_decode(shown.stdout[shown.stdout.index("{\n") :])
    return {
        " ".join(step["urn"].split("::")[2:]).rpartition("$")[2]: step
        for step in found["steps"]
        if step["op"] != "same"
    }


def test_the_dev_stack_lives_and_goes(engine: Engine, tmp_path: Path) -> None:
    deployment = engine.deployment(copy_shipped(tmp_path / "hubwarden"))
    first = deployment.up()
    assert first.returncode == 0, first.stdout
    assert HUB in deployment.names()
    again = deployment.up("--expect-no-changes")
    assert again.returncode == 0, again.stdout

    longer = ("--config", "hubwarden:retentionDays=365")
    changed = steps(deployment, *longer)
    assert {name: step["op"] for name, step in changed.items()} == {
        "azure-native:operationalinsights:Workspace logs": "update"
    }
    done = deployment.up()
    assert done.returncode == 0, done.stdout
    assert "~ 1 updated" in done.stdout

    gone = deployment.pulumi("destroy", "--yes", "--skip-preview")
    assert gone.returncode == 0, gone.stdout
    assert deployment.names() == set()
    assert deployment.in_azure() == []


def test_the_hub_is_changed_in_place(engine: Engine, tmp_path: Path) -> None:
    """It holds the registry of the devices, which a new one would not have."""
    project = copy_shipped(tmp_path / "hubwarden")
    deployment = engine.deployment(project)
    assert deployment.up().returncode == 0
    before = deployment.in_azure("azure-native:iothub:IotHubResource")
    hub = project / "infra" / "hubwarden_infra" / "hub.py"
    stricter, count = re.subn(
        r"(disable_device_sas=)\S+?,", r"\1False,", hub.read_text("utf-8"), count=1
    )
    assert count == 1
    hub.write_text(stricter, "utf-8")
    changed = steps(deployment)
    assert changed["azure-native:iothub:IotHubResource telemetry"]["op"] == "update"
    done = deployment.up()
    assert done.returncode == 0, done.stdout
    after = deployment.in_azure("azure-native:iothub:IotHubResource")
    assert [each["id"] for each in after] == [each["id"] for each in before]
    assert after[0]["inputs"]["properties"]["disableDeviceSAS"] is False


def test_the_prod_stack_refuses_to_be_destroyed(engine: Engine, tmp_path: Path) -> None:
    deployment = engine.deployment(copy_shipped(tmp_path / "hubwarden"), "prod")
    assert deployment.up().returncode == 0
    before = deployment.names()
    done = deployment.pulumi("destroy", "--yes", "--skip-preview")
    assert done.returncode != 0
    assert "cannot be deleted\n    because it is protected" in done.stdout
    assert "`pulumi state unprotect " in done.stdout
    assert deployment.names() == before


def test_a_secret_stays_one_in_the_state(engine: Engine, tmp_path: Path) -> None:
    deployment = engine.deployment(copy_shipped(tmp_path / "hubwarden"))
    assert deployment.up().returncode == 0
    (dps,) = deployment.in_azure("azure-native:deviceprovisioningservices:IotDpsResource")
    linked = dps["inputs"]["properties"]["iotHubs"][0]["connectionString"]
    assert linked.partition("=")[0] == "HostName"
    assert linked not in json.dumps(deployment.state())


@pytest.fixture
def plant(engine: Engine, tmp_path: Path) -> Deployment:
    """A program of a resource group, a hub and one of its keys."""
    (tmp_path / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    return engine.deployment(tmp_path)


def test_what_a_first_preview_knows(plant: Deployment) -> None:
    hub = steps(plant)["azure-native:iothub:IotHubResource telemetry"]["newState"]
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert re.fullmatch("telemetry[0-9a-f]{8}", hub["inputs"]["resourceName"])
    assert hub["inputs"]["azureApiVersion"] == "2023-06-30"
    # The name of the group is Azure's until it is there, and with it its place.
    assert hub["inputs"]["resourceGroupName"] == hub["inputs"]["location"] == unknown
    shown = plant.pulumi("preview").stdout.partition("\nOutputs:\n")[2].partition("\n\n")[0]
    assert dict(re.split(r" *: ", line.strip()) for line in shown.splitlines()) == {
        "name": "[unknown]",
        "owner": '"nobody"',
        "tier": "[unknown]",
        "host": "[unknown]",
        "key": "[unknown]",
    }


def test_what_a_deployment_knows(plant: Deployment) -> None:
    done = plant.up()
    assert done.returncode == 0, done.stdout
    (hub,) = plant.in_azure("azure-native:iothub:IotHubResource")
    assert hub["inputs"]["location"] == "westeurope"
    assert hub["id"].endswith(f"/providers/Microsoft.Devices/IotHubs/{hub['outputs']['name']}")
    (stack,) = (each for each in plant.state() if each["type"] == "pulumi:pulumi:Stack")
    outputs = stack["outputs"]
    assert outputs["name"] == hub["outputs"]["name"] == hub["inputs"]["resourceName"]
    assert outputs["host"].endswith(".azure-devices.net")
    # azure-native marks no key as secret that a function hands out.
    assert re.fullmatch("[A-Za-z0-9+/]{43}=", outputs["key"])


@pytest.mark.parametrize(
    ("setting", "op", "path"),
    [
        ("owner=maintenance", "update", "tags.owner"),
        ("capacity=2", "update", "sku.capacity"),
        ("location=northeurope", "replace", "location"),
        ("name=telemetry-2", "replace", "resourceName"),
    ],
)
def test_what_a_change_replaces(plant: Deployment, setting: str, op: str, path: str) -> None:
    assert plant.up().returncode == 0
    (before,) = plant.in_azure("azure-native:iothub:IotHubResource")
    step = steps(plant, "--config", f"plant:{setting}")
    hub = step["azure-native:iothub:IotHubResource telemetry"]
    assert path in hub["detailedDiff"]
    assert hub["op"] in (op, "create-replacement", "delete-replaced")
    done = plant.up()
    assert done.returncode == 0, done.stdout
    (after,) = plant.in_azure("azure-native:iothub:IotHubResource")
    assert after["inputs"] != before["inputs"]
    assert f"1 {op}d" in done.stdout
    assert plant.up("--expect-no-changes").returncode == 0


@pytest.mark.parametrize(("version", "used"), [("v3.208.0", True), ("v3.207.9", False)])
def test_the_cli_of_the_machine_is_used_where_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, used: bool
) -> None:
    monkeypatch.setattr(build, "CACHE", tmp_path / "cache")
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(f"#!/bin/sh\necho {version}\n")
    pulumi.chmod(0o755)
    machine = {"PATH": str(tmp_path)}
    if used:
        assert build.cli(machine) == pulumi
    else:
        with pytest.raises(build.Lacking, match=r"or Go \(https://go\.dev/doc/install, or `apt "):
            build.cli(machine)
