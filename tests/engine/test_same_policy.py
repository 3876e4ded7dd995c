"""Levels, waivers and baseline of one project act the same in a check, the pack and the guard."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from subprocess import CompletedProcess
from typing import TYPE_CHECKING, Any, Final

import pytest
from tests.engine.batch import EXAMPLES
from tests.engine.verdicts import preview

from hubwarden_policies.waivers import Entry, written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.engine.deploying import Deployment, Engine

PROGRAM: Final = """\
import os
from functools import partial

import pulumi
from hubwarden_policies.gates.guard import guard
from pulumi_azure_native import iothub, keyvault, operationalinsights, resources

if "GUARDED" in os.environ:
    guard()
config = pulumi.Config()
group = resources.ResourceGroup("group", location="westeurope")
within = {"resource_group_name": group.name, "location": "westeurope"}
hub = partial(iothub.IotHubResource, sku={"name": "S1", "capacity": 1}, **within)
hub("old", properties={"min_tls_version": "1.0"})
asked = group.id.apply(lambda found: "1.2" if found else "1.0")
hub("unknown", properties={"min_tls_version": asked})
safe, link = {"min_tls_version": "1.2"}, config.require_secret("link")
hub("leaky", properties=safe, tags={"link": pulumi.Output.unsecret(link)})
operationalinsights.Workspace("logs", retention_in_days=30, **within)
keyvault.Vault("keys", properties={
    "tenant_id": "11111111-2222-3333-4444-555555555555",
    "sku": {"family": "A", "name": "standard"},
}, **within)
"""
KEY: Final = "mB1s0HFhMT0zYV8pQ0wmb2VxTzVjM1FwZ0ZyT1o3Qmc="  # planted
LINK: Final = f"HostName=plant.azure-devices.net;SharedAccessKeyName=a;SharedAccessKey={KEY}"
URN: Final = "urn:pulumi:dev::plant::azure-native:"
HUB: Final = f"{URN}iothub:IotHubResource"
OLD, UNKNOWN, SHORT, PURGE, LEAK, EXPIRED, UNUSED = (
    ("hub-old-tls", "old"),
    ("hub-old-tls", "unknown"),
    ("law-short-retention", "logs"),
    ("kv-purge", "keys"),
    ("credential-leak", "leaky"),
    ("waiver-expired", ""),
    ("waiver-unused", ""),
)
# Nothing else is judged where a test asks whether the whole run passes.
ONLY: Final = {"all": "disabled", "hub-old-tls": "mandatory", "kv-purge": "mandatory"}

Told = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Verdict:
    """What a gate tells, with its level, and whether it lets the deployment pass."""

    told: Told
    passed: bool

    @property
    def mandatory(self) -> set[tuple[str, str]]:
        return {place for place, level in self.told.items() if level == "mandatory"}


@dataclass(frozen=True)
class Case:
    """A team's files and what comes of them. `guard` is what the guard refuses, where it differs
    from what is mandatory; `check` is what a check says beside."""

    levels: Mapping[str, str]
    told: Told
    waivers: tuple[str, ...] = ()
    guard: frozenset[tuple[str, str]] | None = None
    check: Told = field(default_factory=dict)


def waiver(rule: str, address: str, *, days: int = 7) -> str:
    return written(
        Entry(
            rule=rule,
            stack="dev",
            address=address,
            reason="the gateways are old",
            owner="plant",
            expires=datetime.now(UTC).date() + timedelta(days=days),
        )
    )


CASES: Final = {
    "a level for each rule": Case(
        {**ONLY, "hub-old-tls": "advisory", "law-short-retention": "mandatory"},
        {OLD: "advisory", UNKNOWN: "advisory", SHORT: "mandatory", PURGE: "mandatory"},
    ),
    "all": Case({"all": "disabled"}, {}),
    "undecided": Case(
        {"all": "disabled", "hub-old-tls": "advisory", "undecided": "mandatory"},
        {OLD: "advisory", UNKNOWN: "mandatory"},
        # It tells at once what it is sure of, and nobody asks it at the end.
        guard=frozenset(),
    ),
    "a waiver": Case(
        ONLY,
        {UNKNOWN: "advisory"},
        (waiver("hub-old-tls", f"{HUB}::old"), waiver("kv-purge", "*")),
    ),
    "a waiver that has expired": Case(
        {**ONLY, "waiver-expired": "mandatory"},
        {OLD: "mandatory", UNKNOWN: "advisory", PURGE: "mandatory", EXPIRED: "mandatory"},
        (waiver("hub-old-tls", f"{HUB}::old", days=-1),),
        guard=frozenset({OLD, PURGE}),
    ),
    "a waiver for nothing": Case(
        {**ONLY, "waiver-unused": "advisory"},
        {OLD: "mandatory", UNKNOWN: "advisory", PURGE: "mandatory"},
        (waiver("kv-access-policies", "*"),),
        # Of use for what only another gate sees, for all that the pack knows.
        check={UNUSED: "advisory"},
    ),
    "a waiver for a leak": Case(
        {"all": "disabled", "credential-leak": "mandatory"},
        {},
        (waiver("credential-leak", f"{HUB}::leaky"),),
    ),
}


@pytest.fixture
def deployed(engine: Engine, tmp_path: Path) -> Callable[[Mapping[str, str]], Deployment]:
    """A new deployment of the program, with these levels."""

    def make(levels: Mapping[str, str]) -> Deployment:
        project = tmp_path / "plant"
        project.mkdir()
        shutil.copytree(EXAMPLES / "faults" / "policies", project / "policies")
        shutil.copy(EXAMPLES / "batch" / "Pulumi.yaml", project)
        (project / ".venv").symlink_to(sys.prefix)
        (project / "__main__.py").write_text(PROGRAM)
        (project / "policy.dev.json").write_text(json.dumps(levels))
        deployment = engine.deployment(project)
        done = deployment.pulumi("config", "set", "--secret", "link", LINK)
        assert done.returncode == 0, done.stdout
        return deployment

    return make


Hubwarden = Callable[..., "CompletedProcess[str]"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_gates_follow_the_same_files(
    deployed: Callable[..., Deployment], hubwarden: Hubwarden, case: Case
) -> None:
    deployment = deployed(case.levels)
    (deployment.project / "waivers.toml").write_text("".join(case.waivers))
    check, pack, guard = verdicts(deployment, hubwarden)
    assert check.told == {**case.told, **case.check}
    assert pack.told == case.told
    assert guard.mandatory == (pack.mandatory if case.guard is None else case.guard)
    assert check.passed == pack.passed == (pack.mandatory == set())
    assert guard.passed == (guard.mandatory == set())


def test_the_levels_without_a_word_are_the_same(
    deployed: Callable[..., Deployment], hubwarden: Hubwarden
) -> None:
    check, pack, guard = verdicts(deployed({}), hubwarden)
    asked = {OLD: "mandatory", UNKNOWN: "advisory", SHORT: "advisory", PURGE: "mandatory"}
    assert asked.items() <= check.told.items()
    assert asked.items() <= pack.told.items()
    assert {OLD, PURGE} <= guard.mandatory
    assert not {UNKNOWN, SHORT} & guard.mandatory


def test_a_baseline_of_a_check_is_everybodys_but_for_leaks(
    deployed: Callable[..., Deployment], hubwarden: Hubwarden
) -> None:
    """The mark of a check knows which credential leaks, the pack and the guard know its form."""
    deployment = deployed({**ONLY, "credential-leak": "mandatory"})
    done = hubwarden("baseline", "write", cwd=deployment.project)
    assert done.returncode == 0, done.stderr
    check, pack, guard = verdicts(deployment, hubwarden)
    assert check == Verdict({}, passed=True)
    assert pack == Verdict({LEAK: "mandatory"}, passed=False)
    assert guard == pack


def verdicts(deployment: Deployment, hubwarden: Hubwarden) -> tuple[Verdict, Verdict, Verdict]:
    pack = preview(deployment, "--policy-pack", "policies")
    guard = preview(deployment, GUARDED="yes")
    return (
        of_check(hubwarden("check", "--format", "json", cwd=deployment.project)),
        Verdict(
            {(a.rule, named(a.type, a.name)): level for a, level in pack.levels()}, pack.passed
        ),
        Verdict({(a.rule, a.name): "mandatory" for a, _ in guard.of_guard()}, guard.passed),
    )


def of_check(done: CompletedProcess[str]) -> Verdict:
    assert done.returncode in (0, 1), done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return Verdict(
        {
            (said["rule"], named(said["resource"]["type"], said["resource"]["name"])): said["level"]
            for said in report["findings"]
            if said["status"] in ("open", "undecided")
        },
        done.returncode == 0,
    )


def named(type_: str, name: str) -> str:
    """The name of a resource; what is about a file of the team's has none."""
    return name if type_.startswith("Microsoft.") else ""
