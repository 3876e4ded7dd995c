"""From a project's folder to judged stacks: what one stack does never decides for another."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.program.gate import Conditions, examine
from hubwarden_policies.gates.program.pulumi_project.project import read_project
from hubwarden_policies.rule import Rule, Verdicts
from hubwarden_policies.team import Team
from hubwarden_policies.views.hub import IotHub

HUB = """
import pulumi
from pulumi_azure_native import iothub, resources

group = resources.ResourceGroup("plant")
hub = iothub.IotHubResource(
    "telemetry", resource_group_name=group.name, sku={"name": "S1", "capacity": 1}
)
"""
KEYS = """
keys = iothub.list_iot_hub_resource_keys_for_key_name_output(
    key_name="service", resource_group_name=group.name, resource_name=hub.name
)
pulumi.export("key", keys.primary_key)
"""


def project(folder: Path, program: str, **stacks: str) -> Path:
    (folder / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    for name, text in stacks.items():
        (folder / f"Pulumi.{name}.yaml").write_text(text)
    return folder


def examined(
    folder: Path, *, rules: Sequence[Rule] = RULES, **conditions: Any
) -> dict[str, Examined]:
    """Every stack of the project, by name."""
    found = read_project(folder)
    results = examine(
        found,
        found.stacks,
        rules=rules,
        team=lambda _stack: Team(today=date(2026, 1, 1)),
        conditions=Conditions(os.environ, **conditions),
    )
    return {result.name: result for result in results}


def rules_of(result: Examined, status: str = "open") -> set[str]:
    assert result.judgement is not None
    return {found.rule.id for found in result.judgement.findings if found.status == status}


def test_a_stack_that_cannot_be_read_or_run_does_not_stop_another(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        HUB + 'assert pulumi.get_stack() != "raising"\n',
        good="config: {}\n",
        broken="config: [\n",
        raising="config: {}\n",
    )
    results = examined(folder)
    assert results["good"].errors == ()
    assert "hub-local-auth" in rules_of(results["good"])
    for name in ("broken", "raising"):
        (error,) = results[name].errors
        assert error.exit_code == 4
        assert results[name].stack is None


def test_both_runs_that_fail_alike_are_one_error(tmp_path: Path) -> None:
    (result,) = examined(project(tmp_path, "raise ValueError('no plant')\n")).values()
    (error,) = result.errors
    assert "no plant" in error.message
    assert error.location is not None
    assert (error.location.file, error.location.line) == ("__main__.py", 1)


def test_a_leak_is_proved_by_the_canary_run_only(tmp_path: Path) -> None:
    folder = project(tmp_path, HUB + KEYS)
    (result,) = examined(folder).values()
    assert "credential-in-output" in rules_of(result)
    (blind,) = examined(folder, canary=False).values()
    assert "credential-in-output" not in rules_of(blind)
    assert {"credential-in-output", "credential-leak"} <= rules_of(blind, "undecided")


def test_a_call_for_keys_of_which_nothing_is_known_is_an_error_and_no_pass(tmp_path: Path) -> None:
    program = (
        "import pulumi\n"
        'found = pulumi.runtime.invoke("far:index:listKeys", {"of": "plant"})\n'
        'pulumi.export("key", (found.value or {}).get("primaryKey"))\n'
    )
    (result,) = examined(project(tmp_path, HUB + program)).values()
    (error,) = result.errors
    assert error.exit_code == 4
    assert '[check.calls."far:index:listKeys"]' in error.message
    assert error.location is not None
    assert error.location.line == HUB.count("\n") + 2
    given = {"invokes": {"far:index:listKeys": {"primaryKey": "the-planted-key"}}}
    (mended,) = examined(tmp_path, fixtures=given).values()
    assert mended.errors == ()
    assert "credential-in-output" in rules_of(mended)


def test_a_rule_that_raises_is_an_error_and_no_pass(tmp_path: Path) -> None:
    def broken(hub: IotHub) -> Verdicts:
        raise RuntimeError(hub.path)

    rules = [replace(RULES[0], id="broken", check=broken), RULES[0]]
    (result,) = examined(project(tmp_path, HUB), rules=rules).values()
    (error,) = result.errors
    assert error.exit_code == 4
    assert "broken" in error.message
    assert rules_of(result) == {RULES[0].id}


def test_a_value_that_hangs_on_a_made_up_one_decides_nothing(tmp_path: Path) -> None:
    program = (
        "iothub.IotHubResource(\n"
        '    "second", resource_group_name=group.name, sku={"name": "S1", "capacity": 1},\n'
        '    properties={"disable_local_auth": group.name.apply(lambda n: "prod" not in n)},\n'
        ")\n"
    )
    (result,) = examined(project(tmp_path, HUB + program)).values()
    assert result.judgement is not None
    said = {
        found.subject.name: found.status
        for found in result.judgement.findings
        if found.rule.id == "hub-local-auth"
    }
    assert said == {"telemetry": "open", "second": "undecided"}
