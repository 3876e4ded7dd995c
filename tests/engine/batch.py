"""Many examples as one program, so that three gates can be asked about all of them at once."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from tests.engine.deploying import ROOT, STAND_INS
from tests.policies.rule_examples import OPEN, SECRETS, Example

from hubwarden_policies.data import load
from hubwarden_policies.gates.program.graph.arm_body import arm_path

if TYPE_CHECKING:
    from tests.engine.deploying import Deployment, Engine

EXAMPLES: Final = ROOT / "tests" / "examples"
STACK: Final = "dev"
# The guard says nothing of what is advisory.
LEVELS: Final = {"all": "mandatory"}
# A double of the provider of a package that no rule reads: it answers with what it was given.
OTHER: Final = f"#!/bin/sh\nexec '{STAND_INS}/azure_native/pulumi-resource-azure-native' \"$@\"\n"

Way = Sequence[str | int]


def batch(
    engine: Engine,
    folder: Path,
    examples: Sequence[Example],
    unknown: Mapping[str, Sequence[Way]] | None = None,
) -> Deployment:
    """A new deployment of these examples.

    `unknown` are ways to an input of which nobody may know the value, by `type::name` of the
    resource, as `ways` finds them.
    """
    shutil.copytree(EXAMPLES / "batch", folder)
    shutil.copytree(EXAMPLES / "faults" / "policies", folder / "policies")
    (folder / "examples").mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "hubwarden.toml").write_text('devices = "private"\n')
    (folder / f"policy.{STACK}.json").write_text(json.dumps(LEVELS))
    for example in examples:
        if example.is_program:
            (folder / "examples" / f"{example.stack}.py").write_text(example.text)
    deployment = engine.deployment(folder, STACK)
    other = deployment.folder / "pulumi-resource-azure"
    other.write_text(OTHER)
    other.chmod(0o755)
    _configure(deployment, examples, {"batch:unknown": json.dumps(unknown or {})})
    return deployment


def _configure(
    deployment: Deployment, examples: Sequence[Example], also: Mapping[str, str]
) -> None:
    secret = (f"--secret=plant:{name}={value}" for name, value in SECRETS.items())
    done = deployment.pulumi("config", "set-all", *secret)
    assert done.returncode == 0, done.stdout
    file = deployment.project / f"Pulumi.{STACK}.yaml"
    found = yaml.safe_load(file.read_text())
    found["config"] |= {**OPEN, **also}
    for example in examples:
        if not example.is_program:
            # The passphrase of an example's encrypted value is nobody's, and there is one already.
            said = yaml.safe_load(example.text)["config"].items()
            found["config"] |= {key: value for key, value in said if isinstance(value, str)}
    file.write_text(yaml.safe_dump(found))


def ways(arm_type: str, path: str) -> list[list[str | int]]:
    """The ways to an input that lead to this path of ARM's, the likeliest first."""
    renames = load("azure-native.json")["renames"].get(arm_type, {})
    last = {new.rpartition(".")[2]: old.rpartition(".")[2] for old, new in renames.items()}
    choices = [
        [*([[last[name]]] if name in last else []), [name], *([[]] if name == "properties" else [])]
        for name in path.split(".")
    ]
    found = (".".join(step for steps in way for step in steps) for way in product(*choices))
    return [list(_steps(way)) for way in found if way and arm_path(arm_type, way) == path]


def _steps(path: str) -> Iterator[str | int]:
    for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        yield int(index) if index else name
