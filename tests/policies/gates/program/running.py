"""Runs a program of the corpus in the recorder, as the gate does."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hubwarden_policies.gates.program.pulumi_project.project import read_project, read_stack
from hubwarden_policies.gates.program.pulumi_project.sources import pulumi_imports
from hubwarden_policies.gates.program.running.launch import Isolation, Job, Launched, Ran, Run
from hubwarden_policies.gates.program.running.recording import Recording, Registration

CORPUS = Path(__file__).parents[3] / "corpus"


def runs(
    folder: Path,
    *,
    isolation: Isolation = "best",
    patches: Sequence[str] | None = None,
    timeout: float = 60.0,
    fixtures: Mapping[str, Any] | None = None,
) -> dict[str, Ran]:
    """Both runs of the project's first stack, by mode."""
    project = read_project(folder)
    config = read_stack(project, project.stacks[0])
    job = Job(
        root=project.folder,
        main=project.main,
        project=project.name,
        runs=[Run(config.name, mode, config.values) for mode in ("preview", "canary")],
        python=project.python or Path(sys.executable),
        environ=os.environ,
        isolation=isolation,
        timeout=timeout,
        imports=pulumi_imports(project),
        fixtures=fixtures,
        patches=patches,
    )
    with Launched(job) as launched:
        return {ran.run.mode: ran for ran in launched.results()}


def recorded(folder: Path, mode: str, *, patches: Sequence[str] | None = None) -> Recording:
    """The recording of one run, which must have been made."""
    recording = runs(folder, patches=patches)[mode].recording
    assert recording is not None
    return recording


def resource(recording: Recording, name: str) -> Registration:
    """The registration with this logical name."""
    (found,) = (item for item in recording.resources if item.name == name)
    return found
