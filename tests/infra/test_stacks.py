"""The two stacks that are shipped, as the gate sees them: what each holds, and no finding."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import pytest
import yaml

from hubwarden_infra.settings import Settings
from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.levels import read_levels
from hubwarden_policies.model import Resource, Secret, Stack
from hubwarden_policies.team import Team

ROOT: Final = Path(__file__).parents[2]
DEVICES: Final[Mapping[str, Literal["internet", "private"]]] = {
    "dev": "internet",
    "prod": "private",
}
LOGGED: Final = {
    "Microsoft.Devices/IotHubs",
    "Microsoft.Devices/provisioningServices",
    "Microsoft.KeyVault/vaults",
    "Microsoft.OperationalInsights/workspaces",
    "Microsoft.Storage/storageAccounts/blobServices",
}
HELD: Final = (LOGGED - {"Microsoft.Storage/storageAccounts/blobServices"}) | {
    "Microsoft.Storage/storageAccounts"
}


def team(stack: str) -> Team:
    shown = f"stacks/policy.{stack}.json"
    levels = read_levels(ROOT / shown, shown)
    return Team(today=date(2026, 11, 24), devices=DEVICES[stack], levels=levels)


def test_only_what_is_meant_to_go_may_be_unprotected() -> None:
    assert team("dev").levels == {"stateful-unprotected": "disabled"}
    assert team("prod").levels == {}
    config = yaml.safe_load((ROOT / "stacks" / "Pulumi.dev.yaml").read_text())["config"]
    assert (config["hubwarden:protect"], config["hubwarden:lock"]) == (False, False)


@pytest.fixture(scope="module")
def examined() -> Mapping[str, Examined]:
    judged = examine(
        read_project(ROOT),
        tuple(DEVICES),
        rules=RULES,
        team=team,
        conditions=Conditions(environ=os.environ),
    )
    return {one.name: one for one in judged}


@pytest.fixture(params=tuple(DEVICES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stack(examined: Mapping[str, Examined], name: str) -> Stack:
    found = examined[name].stack
    assert found is not None, examined[name].errors
    return found


def targets(stack: Stack, setting: Resource) -> tuple[str, ...]:
    addresses = setting.references.get("scope", ())
    return tuple(target.type for a in addresses if (target := stack.at(a)) is not None)


def test_no_finding_and_nothing_undecided(examined: Mapping[str, Examined], name: str) -> None:
    one = examined[name]
    assert one.errors == ()
    assert one.judgement is not None
    assert one.judgement.crashes == ()
    found = one.judgement.findings
    assert [(f.rule.id, f.status, f.subject.name, f.path, f.message) for f in found] == []


def test_everything_that_must_be_logged_is_logged_once(stack: Stack) -> None:
    there = Counter(r.type for r in stack.resources if r.type in LOGGED)
    settings = stack.of_type("Microsoft.Insights/diagnosticSettings")
    assert Counter(kind for setting in settings for kind in targets(stack, setting)) == there


def test_prod_is_protected_and_locked_and_dev_is_neither(stack: Stack, name: str) -> None:
    azure = [r for r in stack.resources if r.type.startswith("Microsoft.")]
    assert {r.options.protect for r in azure} == {name == "prod"}
    locks = stack.of_type("Microsoft.Authorization/locks")
    locked = {kind for lock in locks for kind in targets(stack, lock)}
    assert locked == (HELD if name == "prod" else set())


def test_prod_has_no_public_endpoint_and_dev_has_two(stack: Stack, name: str) -> None:
    access = {
        r.type: r.properties["properties"]["publicNetworkAccess"]
        for r in stack.resources
        if "publicNetworkAccess" in r.properties.get("properties", {})
    }
    open_ = {kind for kind, said in access.items() if said == "Enabled"}
    for_devices = {"Microsoft.Devices/IotHubs", "Microsoft.Devices/provisioningServices"}
    assert open_ == (for_devices if name == "dev" else set())


def test_the_key_of_the_link_is_a_secret(stack: Stack) -> None:
    (dps,) = stack.of_type("Microsoft.Devices/provisioningServices")
    (link,) = plain(dps.properties["properties"])["iotHubs"]
    assert isinstance(link["connectionString"], Secret)


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Secret) else value


def test_pulumi_asks_every_stack_for_what_the_settings_require() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]
    fields = Settings.model_fields
    assert set(declared) == {name for name, field in fields.items() if field.is_required()}
    kinds = {"boolean": bool, "integer": int}
    for key, said in declared.items():
        assert (fields[key].annotation is bool) == (kinds.get(said["type"]) is bool)


@pytest.mark.parametrize("stack_name", tuple(DEVICES))
def test_a_stack_file_says_how_devices_connect(stack_name: str) -> None:
    said = yaml.safe_load((ROOT / "stacks" / f"Pulumi.{stack_name}.yaml").read_text())["config"]
    assert said["hubwarden:devices"] == DEVICES[stack_name]
