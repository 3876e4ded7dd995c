"""What `hubwarden init` brings to somebody else's project, at work under Pulumi's own engine."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.installing import build_wheel, make_environment

if TYPE_CHECKING:
    from tests.engine.deploying import Deployment, Engine

Hubwarden = Callable[..., subprocess.CompletedProcess[str]]

PACK = "hubwarden-policies"
PASSPHRASE = "correct-" + "horse-battery-staple"  # planted
TWO_LINES = "from hubwarden_policies.gates.guard import guard\n\nguard()\n"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture
def theirs(
    engine: Engine, hubwarden: Hubwarden, copied: Callable[[str], Path], wheel: Path
) -> Deployment:
    """A new deployment of a bad project after `init` and what it says is left to do."""
    project = copied("examples/leaky")
    assert hubwarden("init", "--yes", cwd=project).returncode == 0
    make_environment(project / PACK / ".venv", wheel)
    return engine.deployment(project)


def loaded(project: Path) -> dict[str, str]:
    """What direnv sets where somebody enters the folder."""
    shown = ["bash", "-c", '. ./.envrc; printf %s "$PULUMI_OPTION_POLICY_PACK"']
    done = subprocess.run(shown, cwd=project, capture_output=True, text=True, check=True)
    return {"PULUMI_OPTION_POLICY_PACK": done.stdout}


@pytest.mark.parametrize("command", ["preview", "up --yes", "up --yes --skip-preview"])
def test_the_pack_alone_stops_it(theirs: Deployment, command: str) -> None:
    program = theirs.project / "__main__.py"
    text = program.read_text()
    assert TWO_LINES in text
    program.write_text(text.replace(TWO_LINES, ""))
    done = theirs.pulumi(*command.split(), **loaded(theirs.project))
    assert done.returncode != 0
    # An update ends at the first resource that is refused, and vault and hub come at the same time.
    refused = {
        "hub-local-auth": "disableLocalAuth",
        "kv-open-firewall": "networkAcls.defaultAction",
    }
    told = {rule for rule in refused if re.search(rf"\[mandatory\] .* {rule} +\(", done.stdout)}
    assert told
    assert command != "preview" or told == set(refused)
    assert all(f"          properties.{refused[rule]}: " in done.stdout for rule in told)
    assert theirs.names() <= {"resources:ResourceGroup plant", "keyvault:Vault backend"}


@pytest.mark.parametrize("command", ["preview", "up --yes", "up --yes --skip-preview"])
def test_the_guard_alone_stops_it(theirs: Deployment, command: str) -> None:
    done = theirs.pulumi(*command.split())
    assert done.returncode != 0
    assert "error: hubwarden refuses this deployment (" in done.stdout
    assert "      hub-local-auth, telemetry: " in done.stdout
    assert "Traceback" not in done.stdout
    assert theirs.names() <= {"resources:ResourceGroup plant"}


def test_the_doctor_says_what_the_engine_does(theirs: Deployment, wheel: Path) -> None:
    """With the real CLI, the pack's own environment and what direnv sets."""
    tool = make_environment(theirs.folder / "tool", wheel) / "hubwarden"
    machine = {
        **theirs.environ,
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "",
    }
    for variables, code, said in (
        (loaded(theirs.project), 0, f"runs the pack in {theirs.project / PACK}"),
        ({}, 1, "would not run it: .envrc sets PULUMI_OPTION_POLICY_PACK, but was not loaded"),
    ):
        done = subprocess.run(
            [tool, "doctor"],
            cwd=theirs.project,
            env={**machine, **variables},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert said in " ".join(done.stdout.split())
        assert done.returncode == code, done.stdout + done.stderr
