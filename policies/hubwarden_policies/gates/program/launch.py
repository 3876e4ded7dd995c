"""Starts the recorder in the project's interpreter, and watches over it.

The job that goes to its standard input: "root" the project's folder, "main" the program, "project",
"organization", "runs" of {"id", "stack", "mode", "config", "folder"}, "imports" (modules of SDKs to
import once), "isolate", "world" (see `hubwarden_recorder/isolation.py`), "fork", "parallel",
"timeout" (seconds, per run), "patches" (names, null for all), "fixtures".
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

from hubwarden_policies.gates.program.decoding import RecordingError, load
from hubwarden_policies.gates.program.recording import Mode, Recording

Isolation = Literal["required", "best", "observe"]
Status = Literal["ok", "timeout", "died", "no-sdk", "isolation", "hung"]

_RECORDER: Final = Path(__file__).with_name("hubwarden_recorder") / "__main__.py"
_GRACE: Final = 30.0  # seconds that the recorder gets beyond what its runs may take
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
        "PYTHONHASHSEED",
        "PYTHONUTF8",
        "PYTHONIOENCODING",
        "PYTHONWARNINGS",
    )
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run to make. `config` is keyed `namespace:key`, a secret is `{"$hw": "secret"}`."""

    stack: str
    mode: Mode
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended. `reason` is the machine's word where `status` is not `ok`."""

    run: Run
    status: Status
    recording: Recording | None = None
    reason: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """What to run and how. `passed` are variables of the caller that the program gets by name."""

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


class Launched:
    """A recorder at work. Use it as a context: leaving ends it and removes its files."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self.isolation: str | None = None
        self.notes: list[str] = []
        self._scratch = Path(tempfile.mkdtemp(prefix="hubwarden-")).resolve()
        self._process: subprocess.Popen[bytes] | None = None
        self._folders: dict[str, Path] = {}
        try:
            self._start(job.runs, isolate=_can_isolate(job.isolation))
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()
        for folder, names, _files in os.walk(self._scratch):
            for name in names:
                with suppress(OSError):
                    (Path(folder) / name).chmod(0o700)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def results(self) -> Iterator[Ran]:
        """Every run as it ends; each of the job's runs comes exactly once."""
        waiting = {str(number): run for number, run in enumerate(self._job.runs)}
        if not _FORKS:
            yield from self._one_by_one(waiting)
            return
        status: Status = "died"
        reason = ""
        for event in self._events():
            if event["event"] == "done":
                yield self._ran(waiting.pop(event["id"]), event)
            elif event["event"] == "isolated":
                self.isolation = event["held"]
            elif event["event"] == "no-sdk":
                status, reason = "no-sdk", event["reason"]
            elif event["event"] == "isolation-failed":
                status, reason = "isolation", event["reason"]
        if status == "isolation" and self._job.isolation == "best":
            self.notes.append(reason)
            self._end()
            self._start(self._job.runs, isolate=False)
            yield from self.results()
            return
        if self._overdue:
            status = "hung"
        for run in waiting.values():
            yield Ran(run, status, reason=reason or self._last_words())

    def _one_by_one(self, waiting: dict[str, Run]) -> Iterator[Ran]:
        """Where a process cannot be forked safely, each run has a recorder of its own."""
        for number, run in waiting.items():
            self._end()
            self._start([run], isolate=False, first=int(number))
            done = None
            for event in self._events():
                if event["event"] == "isolated":
                    self.isolation = event["held"]
                elif event["event"] == "no-sdk":
                    done = Ran(run, "no-sdk", reason=event["reason"])
                elif event["event"] == "done":
                    done = self._ran(run, event)
            late: Status = "timeout" if self._overdue else "died"
            yield done or Ran(run, late, reason=self._last_words())

    def _ran(self, run: Run, event: Mapping[str, Any]) -> Ran:
        seconds = float(event.get("seconds", 0.0))
        if event["status"] != "ok":
            return Ran(run, event["status"], seconds=seconds)
        try:
            recording = load(self._folders[event["id"]] / "recording.json")
        except (OSError, RecordingError) as error:
            return Ran(run, "died", reason=str(error), seconds=seconds)
        return Ran(run, "ok", recording, seconds=seconds)

    def _start(self, runs: Sequence[Run], *, isolate: bool, first: int = 0) -> None:
        job, home = self._job, self._scratch / "home"
        work = Path(tempfile.mkdtemp(dir=self._scratch))
        self._folders = {str(first + n): work / str(n) for n in range(len(runs))}
        home.mkdir(exist_ok=True)
        real_home = job.environ.get("HOME") or str(Path.home())
        read, write = os.pipe()
        self._control = read
        listed = [
            {"id": key, "stack": run.stack, "mode": run.mode, "config": dict(run.config),
             "folder": str(folder)}
            for (key, folder), run in zip(self._folders.items(), runs, strict=True)
        ]  # fmt: skip
        data = {
            "root": str(job.root),
            "main": str(job.main),
            "project": job.project,
            "organization": job.organization,
            "runs": listed,
            "imports": list(job.imports),
            "isolate": isolate,
            "world": {
                "root": str(job.root),
                "scratch": str(self._scratch),
                "home": real_home,
                "hide": [job.environ[name] for name in _CREDENTIALS if job.environ.get(name)],
            },
            "fork": _FORKS,
            "parallel": os.cpu_count() or 1,
            "timeout": job.timeout,
            "patches": None if job.patches is None else list(job.patches),
            "fixtures": dict(job.fixtures or {}),
        }
        output = (self._scratch / "recorder.txt").open("wb")
        with output:
            self._process = subprocess.Popen(
                [str(job.python), "-u", str(_RECORDER), str(write)],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=_environment(job, home),
                cwd=job.root,
                pass_fds=(write,),
                start_new_session=True,
            )
        os.close(write)
        rounds = -(-len(runs) // (os.cpu_count() or 1))
        self._deadline = time.monotonic() + job.timeout * rounds + _GRACE
        self._overdue = False
        stdin = self._process.stdin
        with suppress(BrokenPipeError):
            if stdin is not None:
                stdin.write(json.dumps(data).encode())
                stdin.close()

    def _events(self) -> Iterator[dict[str, Any]]:
        buffer = b""
        while True:
            remaining = self._deadline - time.monotonic()
            ready, _, _ = select.select([self._control], [], [], max(remaining, 0))
            if not ready:
                self._overdue = True
                self._end()
                return
            data = os.read(self._control, 65536)
            if not data:
                return
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                yield json.loads(line)

    def _last_words(self) -> str:
        with suppress(OSError):
            text = (self._scratch / "recorder.txt").read_text("utf-8", "replace").strip()
            return text.splitlines()[-1] if text else ""
        return ""

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(self._control)


# macOS's frameworks do not survive a fork, and Windows has none.
_FORKS: Final = hasattr(os, "fork") and sys.platform != "darwin"


def _can_isolate(asked: Isolation) -> bool:
    return asked == "required" or (asked == "best" and sys.platform == "linux")


def _environment(job: Job, home: Path) -> dict[str, str]:
    """What the program sees: nothing of the caller's that could be a credential."""
    names = _PASSED | set(job.passed)
    found = {k: v for k, v in job.environ.items() if k in names or k.startswith("LC_")}
    return found | {
        "HOME": str(home),
        "TMPDIR": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        # Else a line of its own on the standard error of every program with transforms.
        "GRPC_VERBOSITY": "NONE",
    }
