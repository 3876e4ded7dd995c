"""The wheel alone is the whole command: nothing of it stays in the checkout."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.installing import build_wheel, make_environment

Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`hubwarden` from the built wheel, in a new environment."""
    folder = tmp_path_factory.mktemp("wheel")
    return make_environment(folder / "environment", build_wheel(folder)) / "hubwarden"


def test_checks_a_project(
    command: Path, start: Start, copied: Callable[[str], Path], tmp_path: Path
) -> None:
    copied("examples/leaky")
    done = start(command, "check", "leaky", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    paths = {finding["path"] for finding in json.loads(done.stdout)["findings"]}
    assert "outputs.connection" in paths


def test_explains_its_rules(command: Path, start: Start, tmp_path: Path) -> None:
    listed = start(command, "rules", "--format", "json", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    rule = json.loads(listed.stdout)[0]
    explained = start(command, "explain", rule["id"], cwd=tmp_path)
    assert rule["title"] in explained.stdout, explained.stderr


def test_brings_its_templates(command: Path, start: Start, copied: Callable[[str], Path]) -> None:
    project = copied("examples/leaky")
    done = start(command, "init", "--yes", cwd=project)
    assert done.returncode == 0, done.stderr
    assert (project / "hubwarden-policies/PulumiPolicy.yaml").is_file()


def test_nothing_comes_from_the_checkout(command: Path, start: Start, tmp_path: Path) -> None:
    program = "import hubwarden_cli as a, hubwarden_infra as b, hubwarden_policies as c; "
    program += "print(a.__file__, b.__file__, c.__file__, sep='\\n')"
    done = start(command.parent / "python", "-c", program, cwd=tmp_path)
    places = [Path(line) for line in done.stdout.splitlines()]
    assert len(places) == 3, done.stderr
    assert all(place.is_relative_to(command.parents[1]) for place in places)
