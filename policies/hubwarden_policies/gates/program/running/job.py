"""What the recorder is asked to run, and in what surroundings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from hubwarden_policies.gates.program.running.recording import Mode, Recording
from hubwarden_policies.record import record

Isolation = Literal["required", "best", "observe"]
Status = Literal["ok", "timeout", "died", "no-sdk", "isolation", "hung"]

# Where tools keep credentials when that is not in the home folder.
_CREDENTIALS: Final = ("AZURE_CONFIG_DIR", "PULUMI_HOME", "DOCKER_CONFIG", "KUBECONFIG")
_PASSED: Final = frozenset(
    (
        "PATH",
        "LANG",
        "LANGUAGE",
        "TZ",
        "PULUMI_DISABLE_RESOURCE_REFERENCES",
        "PULUMI_ENABLE_LEGACY_APPLY",
    )
)
# Each brings in code of the caller's, or lets Python wait at the end.
_NOT_PASSED: Final = frozenset(
    ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONBREAKPOINT")
)


@record
class Run:
    """One run to make. `config` is keyed `namespace:key`, a secret is `{"$hw": "secret"}`."""

    stack: str
    mode: Mode
    config: Mapping[str, Any]


@record
class Ran:
    """How a run ended. `reason` is the machine's word where `status` is not `ok`."""

    run: Run
    status: Status
    recording: Recording | None = None
    reason: str = ""
    seconds: float = 0.0


@record
class Job:
    """What to run and how.

    `environ` is the caller's; the program gets the harmless part of it, and the variables `passed`
    by name. `timeout` is in seconds, per run. `imports` are the SDK's modules that the program
    will import, `patches` the names of speed patches (None: all).
    """

    root: Path
    main: Path
    project: str
    runs: Sequence[Run]
    python: Path
    environ: Mapping[str, str]
    isolation: Isolation = "best"
    timeout: float = 120.0
    imports: Sequence[str] = ()
    passed: Sequence[str] = ()
    fixtures: Mapping[str, Any] | None = None
    patches: Sequence[str] | None = None
    organization: str = "organization"


def described(
    job: Job, runs: Mapping[str, Run], folders: Mapping[str, Path], scratch: Path
) -> dict[str, Any]:
    """The job as the recorder reads it, without how it is to make its runs.

    `runs` and `folders` (where each leaves its recording) are by the runs' ids; `scratch` is the
    one folder that the recorder may write to.
    """
    return {
        "root": str(job.root),
        "main": str(job.main),
        "project": job.project,
        "organization": job.organization,
        "runs": [
            {
                "id": key,
                "stack": run.stack,
                "mode": run.mode,
                "config": dict(run.config),
                "folder": str(folders[key]),
            }
            for key, run in runs.items()
        ],
        "imports": list(job.imports),
        "world": {
            "root": str(job.root),
            "scratch": str(scratch),
            "home": job.environ.get("HOME") or str(Path.home()),
            "hide": [job.environ[name] for name in _CREDENTIALS if job.environ.get(name)],
        },
        "parallel": os.cpu_count() or 1,
        "timeout": job.timeout,
        "patches": None if job.patches is None else list(job.patches),
        "fixtures": dict(job.fixtures or {}),
    }


def environment(job: Job, home: Path) -> dict[str, str]:
    """What the program sees of the caller's environment: nothing that could be a credential."""
    found = {
        name: value
        for name, value in job.environ.items()
        if name in _PASSED
        or name.startswith("LC_")
        or (name.startswith("PYTHON") and name not in _NOT_PASSED)
        or name in job.passed
    }
    return found | {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        # Else a line of its own on the standard error of every program with transforms.
        "GRPC_VERBOSITY": "NONE",
    }
