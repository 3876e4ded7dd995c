"""The policy pack under Pulumi's own engine: what is refused, when, and what is said of it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.engine.deploying import Deployment, Engine

FAULTS = {
    "hub-local-auth": ("iothub:IotHubResource", "properties.disableLocalAuth"),
    "hub-old-tls": ("iothub:IotHubResource", "properties.minTlsVersion"),
    "hub-without-identity": ("iothub:IotHubResource", "identity.type"),
    "hub-public-network": ("iothub:IotHubResource", "properties.publicNetworkAccess"),
    "credential-leak": ("iothub:IotHubResource", "tags.service"),
    "dps-public-network": (
        "deviceprovisioningservices:IotDpsResource",
        "properties.publicNetworkAccess",
    ),
    "dps-link-in-clear": (
        "deviceprovisioningservices:IotDpsResource",
        "properties.iotHubs[0].connectionString",
    ),
    "kv-purge": ("keyvault:Vault", "properties.enablePurgeProtection"),
    "kv-soft-delete-off": ("keyvault:Vault", "properties.enableSoftDelete"),
    "kv-public-network": ("keyvault:Vault", "properties.publicNetworkAccess"),
    "kv-secret-in-clear": ("keyvault:Secret", "properties.value"),
    "st-shared-key": ("storage:StorageAccount", "properties.allowSharedKeyAccess"),
    "st-anonymous-blob": ("storage:StorageAccount", "properties.allowBlobPublicAccess"),
    "st-plain-http": ("storage:StorageAccount", "properties.supportsHttpsTrafficOnly"),
    "st-old-tls": ("storage:StorageAccount", "properties.minimumTlsVersion"),
}
OF_THE_STACK = {"credential-in-output": "outputs.", "hub-without-logs": "diagnosticSettings"}
KEY = "mB1s0HFhMT0zYV8p"  # planted
MEANT_TO_GO = {"stateful-unprotected": "disabled"}
BY_VARIABLE = {"PULUMI_OPTION_POLICY_PACK": "policies"}

Run = Callable[["Deployment", str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def deployed(engine: Engine, copied: Callable[[str], Path]) -> Callable[..., Deployment]:
    """A new deployment of the program with these faults."""

    def make(*faults: str) -> Deployment:
        project = copied("examples/faults")
        (project / ".venv").symlink_to(sys.prefix)
        (project / "Pulumi.dev.yaml").write_text(
            json.dumps({"config": {"faults:faults": " ".join(faults)}})
        )
        (project / "policy.dev.json").write_text(json.dumps(MEANT_TO_GO))
        return engine.deployment(project)

    return make


def refused(output: str) -> set[tuple[str, str]]:
    """(rule, name of the resource) of everything that is said to be mandatory."""
    found = re.findall(r"\[mandatory\] +\[severity: \w+\] +(\S+) +\(\S+: (\S+)\)", output)
    return {(rule, name) for rule, name in found}


def by_flag(deployment: Deployment, command: str) -> subprocess.CompletedProcess[str]:
    return deployment.pulumi(*command.split(), "--policy-pack", "policies")


def by_variable(deployment: Deployment, command: str) -> subprocess.CompletedProcess[str]:
    return deployment.pulumi(*command.split(), **BY_VARIABLE)


@pytest.mark.parametrize("run", [by_flag, by_variable])
@pytest.mark.parametrize("command", ["preview", "up --yes"])
def test_every_fault_is_named_and_nothing_is_deployed(
    deployed: Callable[..., Deployment], command: str, run: Run
) -> None:
    deployment = deployed(*FAULTS, *OF_THE_STACK)
    done = run(deployment, command)
    assert done.returncode != 0
    assert {(rule, rule) for rule in FAULTS} <= refused(done.stdout)
    assert ("credential-in-output", "faults-dev") in refused(done.stdout)
    assert ("hub-without-logs", "hub-without-logs") in refused(done.stdout)
    for path in [*(path for _, path in FAULTS.values()), *OF_THE_STACK.values()]:
        assert f"          {path}" in done.stdout
    # The CLI itself prints what the program exports.
    assert KEY not in done.stdout.partition("\nOutputs:")[0]
    assert deployment.names() == set()


@pytest.mark.parametrize("rule", FAULTS)
def test_an_update_stops_before_the_resource(
    deployed: Callable[..., Deployment], rule: str
) -> None:
    deployment = deployed(rule)
    done = by_variable(deployment, "up --yes --skip-preview")
    kind, path = FAULTS[rule]
    assert done.returncode != 0
    assert (rule, rule) in refused(done.stdout)
    assert f"          {path}: " in done.stdout
    assert deployment.names() == {"resources:ResourceGroup group"}, kind
    assert KEY not in done.stdout


@pytest.mark.parametrize(("rule", "path"), OF_THE_STACK.items())
def test_a_fault_of_the_stack_fails_the_update_after_the_fact(
    deployed: Callable[..., Deployment], rule: str, path: str
) -> None:
    deployment = deployed(rule)
    done = by_variable(deployment, "up --yes --skip-preview")
    assert done.returncode != 0
    assert rule in {said for said, _ in refused(done.stdout)}
    assert f"          {path}" in done.stdout
    assert "resources:ResourceGroup group" in deployment.names()


def test_an_advisory_finding_stops_nothing(deployed: Callable[..., Deployment]) -> None:
    deployment = deployed("law-short-retention")
    done = by_variable(deployment, "up --yes")
    assert done.returncode == 0, done.stdout
    assert re.search(r"\[advisory\] .* law-short-retention ", done.stdout)
    assert "operationalinsights:Workspace law-short-retention" in deployment.names()


def test_levels_of_the_stack_and_of_the_flag(deployed: Callable[..., Deployment]) -> None:
    deployment = deployed("st-plain-http")
    own = deployment.project / "policy.dev.json"
    own.write_text('{"all": "disabled"}')
    silent = by_variable(deployment, "preview")
    assert silent.returncode == 0, silent.stdout
    assert "st-plain-http  (" not in silent.stdout
    flag = deployment.folder / "flag.json"
    flag.write_text('{"st-plain-http": "mandatory"}')
    loud = by_variable(deployment, f"preview --policy-pack-config {flag}")
    assert loud.returncode != 0
    assert refused(loud.stdout) == {("st-plain-http", "st-plain-http")}


def test_a_mistake_in_the_levels_stops_everything_with_one_sentence(
    deployed: Callable[..., Deployment],
) -> None:
    deployment = deployed()
    (deployment.project / "policy.dev.json").write_text('{"hub-odl-tls": "advisory"}')
    done = by_variable(deployment, "up --yes --skip-preview")
    assert done.returncode != 0
    assert (
        "error: hubwarden: policy.dev.json:1: there is no rule hub-odl-tls; "
        'did you mean "hub-old-tls"?'
    ) in done.stdout
    assert "Traceback" not in done.stdout
    assert deployment.names() == set()


def test_a_rule_that_raises_stops_the_deployment(deployed: Callable[..., Deployment]) -> None:
    deployment = deployed("hub-without-logs")
    pack = deployment.project / "policies/__main__.py"
    broken = (
        "from hubwarden_policies.rules.hub_tls import hub_old_tls\n"
        "object.__setattr__(hub_old_tls, 'check', lambda hub: hub.nothing)\n"
    )
    pack.write_text(broken + pack.read_text())
    done = by_variable(deployment, "up --yes --skip-preview")
    assert done.returncode != 0
    assert "The rule hub-old-tls raised AttributeError, so nobody knows" in done.stdout
    assert deployment.names() == {"resources:ResourceGroup group"}


def test_the_shipped_stack_passes_its_own_pack(engine: Engine, tmp_path: Path) -> None:
    from tests.engine.deploying import copy_shipped

    deployment = engine.deployment(copy_shipped(tmp_path / "hubwarden"))
    shutil.rmtree(deployment.project / "policies/hubwarden_policies")
    first = by_variable(deployment, "preview")
    assert first.returncode == 0, first.stdout
    undecided = set(re.findall(r"\[advisory\] .*?(diag-\S+|\S+-without-\S+)", first.stdout))
    assert not undecided
    done = by_variable(deployment, "up --yes --skip-preview")
    assert done.returncode == 0, done.stdout
    assert "Policies:\n    ✅ hubwarden@" in done.stdout
