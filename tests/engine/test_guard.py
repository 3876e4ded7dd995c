"""The guard under Pulumi's own engine, without a pack: what is refused, when, what is said."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.engine.test_pack import FAULTS, KEY

if TYPE_CHECKING:
    from tests.engine.deploying import Deployment, Engine

FIRST = "group = resources.ResourceGroup("
TWO_LINES = "from hubwarden_policies.gates.guard import guard\nguard()\n"
LOUD = "HUBWARDEN_OVERRIDE (OPS-7: the line stands still) lets this pass (1 finding):"


@pytest.fixture
def guarded(engine: Engine, copied: Callable[[str], Path]) -> Callable[..., Deployment]:
    """A new deployment of the program with these faults and the guard."""

    def make(*faults: str) -> Deployment:
        project = copied("examples/faults")
        (project / ".venv").symlink_to(sys.prefix)
        (project / "Pulumi.dev.yaml").write_text(
            json.dumps({"config": {"faults:faults": " ".join(faults)}})
        )
        program = project / "__main__.py"
        program.write_text(program.read_text().replace(FIRST, TWO_LINES + FIRST, 1))
        return engine.deployment(project)

    return make


def refused(output: str) -> set[tuple[str, str]]:
    """(rule, name of the resource) of everything that the guard says in the summary at the end."""
    summary = output.partition("Diagnostics:")[2]
    return set(re.findall(r"^ +([a-z-]+), (\S+): ", summary, flags=re.MULTILINE))


@pytest.mark.parametrize("command", ["preview", "up --yes"])
def test_a_preview_names_every_fault_and_fails(
    guarded: Callable[..., Deployment], command: str
) -> None:
    deployment = guarded(*FAULTS)
    done = deployment.pulumi(*command.split())
    assert done.returncode != 0
    assert {(rule, rule) for rule in FAULTS} <= refused(done.stdout)
    for _, path in FAULTS.values():
        assert f"        {path}: " in done.stdout
    assert KEY not in done.stdout
    assert "Traceback" not in done.stdout
    assert deployment.names() == set()


@pytest.mark.parametrize(
    "rule", ["hub-old-tls", "credential-leak", "dps-link-in-clear", "kv-purge", "st-shared-key"]
)
def test_an_update_stops_before_the_resource(guarded: Callable[..., Deployment], rule: str) -> None:
    deployment = guarded(rule)
    done = deployment.up()
    assert done.returncode != 0
    assert (rule, rule) in refused(done.stdout)
    lines = (deployment.project / "__main__.py").read_text().splitlines()
    (place,) = set(re.findall(r"\(__main__\.py:(\d+)\)", done.stdout))
    assert lines[int(place) - 1] == "    FAULTS[fault](fault)"
    _, path = FAULTS[rule]
    assert f"        {path}: " in done.stdout
    assert "Traceback" not in done.stdout
    assert deployment.names() == {"resources:ResourceGroup group"}


def test_an_override_passes_one_run_and_is_not_forgotten(
    guarded: Callable[..., Deployment],
) -> None:
    deployment = guarded("hub-old-tls")
    nothing = deployment.up(HUBWARDEN_OVERRIDE="soon")
    assert nothing.returncode != 0
    assert 'must name a ticket and a reason: HUBWARDEN_OVERRIDE="ticket: reason".' in nothing.stdout
    assert deployment.names() == set()

    done = deployment.up(HUBWARDEN_OVERRIDE="OPS-7: the line stands still")
    assert done.returncode == 0, done.stdout
    assert LOUD in done.stdout
    assert "iothub:IotHubResource hub-old-tls" in deployment.names()
    left = deployment.pulumi("stack", "output", "hubwarden:override")
    assert left.stdout.strip() == "OPS-7: the line stands still"

    again = deployment.up()
    assert again.returncode != 0
    assert refused(again.stdout) == {("hub-old-tls", "hub-old-tls")}
    assert deployment.pulumi("stack", "output", "hubwarden:override").returncode == 0

    (deployment.project / "Pulumi.dev.yaml").write_text("config: {}\n")
    mended = deployment.up()
    assert mended.returncode == 0, mended.stdout
    gone = deployment.pulumi("stack", "output", "hubwarden:override")
    assert gone.returncode != 0


def test_the_pack_does_not_let_an_override_pass(guarded: Callable[..., Deployment]) -> None:
    deployment = guarded()
    done = deployment.pulumi(
        "preview", "--policy-pack", "policies", HUBWARDEN_OVERRIDE="OPS-7: the line stands still"
    )
    assert done.returncode != 0
    assert re.search(r"\[mandatory\] .* override-left ", done.stdout)


def test_a_mistake_in_the_levels_stops_everything_with_one_sentence(
    guarded: Callable[..., Deployment],
) -> None:
    deployment = guarded()
    (deployment.project / "policy.dev.json").write_text('{"hub-odl-tls": "advisory"}')
    done = deployment.up()
    assert done.returncode != 0
    assert "error: hubwarden: policy.dev.json:1: there is no rule hub-odl-tls" in done.stdout
    assert "Traceback" not in done.stdout
    assert deployment.names() == set()
