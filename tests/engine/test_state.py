"""What the engine writes down of a stack, judged: its state, and what a preview would take away."""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path

import pytest
from tests.engine.deploying import Deployment, Engine
from tests.engine.test_engine import PROGRAM

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import Finding
from hubwarden_policies.gates.collected import Examined
from hubwarden_policies.gates.judged import judged
from hubwarden_policies.gates.state.gate import collect
from hubwarden_policies.team import Team

TEAM = Team(today=date(2026, 11, 24), devices="internet")


def written(deployment: Deployment, *arguments: str) -> bytes:
    """What a command of the CLI prints, without what it says beside it."""
    done = subprocess.run(
        ["pulumi", *arguments, "--stack", deployment.stack, "--non-interactive"],
        cwd=deployment.project,
        env=dict(deployment.environ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=300,
        check=True,
    )
    return done.stdout


def examined(raw: bytes) -> Examined:
    return judged(collect(raw, "written.json"), name="dev", rules=RULES, team=TEAM)


def found(one: Examined) -> dict[str, Finding]:
    assert one.judgement is not None
    return {finding.rule.id: finding for finding in one.judgement.findings}


@pytest.fixture
def plant(engine: Engine, tmp_path: Path) -> Deployment:
    (tmp_path / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    deployment = engine.deployment(tmp_path)
    assert deployment.up().returncode == 0
    return deployment


def test_a_state_decides_what_a_preview_cannot(plant: Deployment) -> None:
    one = examined(written(plant, "stack", "export"))
    assert one.errors == ()
    findings = found(one)
    # The program exports a key that it fetched; here it stands in the state, in clear.
    assert findings["credential-in-output"].path == "outputs.key"
    assert findings["hub-local-auth"].status == "open"
    place = findings["hub-local-auth"].locations[0]
    assert (place.file, PROGRAM.splitlines()[place.line - 1]) == (
        "__main__.py",
        "hub = iothub.IotHubResource(",
    )


def test_a_preview_tells_what_would_be_replaced(plant: Deployment) -> None:
    assert plant.pulumi("config", "set", "location", "northeurope").returncode == 0
    one = examined(written(plant, "preview", "--json", "--show-sames"))
    assert one.errors == ()
    gone = found(one)["registry-deleted"]
    assert gone.message == "this replaces it and deletes its device registry (changed: location)"
    assert gone.subject.name == "telemetry"


def test_a_preview_without_what_stays_is_no_pass(plant: Deployment) -> None:
    assert plant.pulumi("config", "set", "owner", "somebody").returncode == 0
    shown = json.loads(written(plant, "preview", "--json"))
    assert shown["changeSummary"]["same"]
    one = examined(json.dumps(shown).encode())
    assert [error.kind for error in one.errors] == ["incomplete"]
    assert "--show-sames" in one.errors[0].message


def test_a_destroy_tells_what_goes(plant: Deployment) -> None:
    one = examined(written(plant, "destroy", "--preview-only", "--json"))
    gone = found(one)["registry-deleted"]
    assert gone.message == "this deletes it and its device registry"


def test_secrets_in_clear_are_told_and_not_shown(engine: Engine, tmp_path: Path) -> None:
    key = "plantedKey0123456789"
    (tmp_path / "Pulumi.yaml").write_text("name: plant\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(
        f"import pulumi\npulumi.export('safe', pulumi.Output.secret({key!r}))\n{PROGRAM}"
    )
    deployment = engine.deployment(tmp_path)
    assert deployment.up().returncode == 0
    raw = written(deployment, "stack", "export", "--show-secrets")
    assert key.encode() in raw
    one = examined(raw)
    assert any("--show-secrets" in note for note in one.notes)
    assert "credential-in-output" in found(one)
    assert key not in repr(one)
