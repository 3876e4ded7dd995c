"""One run of Checkov: a process of its own that has nothing of the caller's, and is ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from pathlib import Path
from typing import Any, Final, Self

from hubwarden_policies.gates.stock_checkov.stage import Stage
from hubwarden_policies.record import record

_ENGINE: Final = "hubwarden_policies.gates.stock_checkov.engine"
# Windows' Python does not start without it. Nothing else of the caller's is any use to Checkov.
_NEEDED: Final = ("SYSTEMROOT",)
# That hidden folders are read, that nothing is asked of a server, and that nothing is logged.
_SAID: Final = {
    "CKV_IGNORE_HIDDEN_DIRECTORIES": "False",
    "CKV_IGNORED_DIRECTORIES": "none",
    "BC_SKIP_MAPPING": "TRUE",
    "LOG_LEVEL": "CRITICAL",
    "LANG": "C.UTF-8",
}
_NOT_HELD: Final = (
    "This machine could not hold Checkov in namespaces, so nothing but Python kept it off the "
    "network."
)


@record
class Asked:
    """How Checkov is run.

    `external` are folders of checks, `variables` files of Terraform's; `timeout` in seconds for
    one framework; without `hold` no namespaces are tried.
    """

    external: Sequence[Path] = ()
    variables: Sequence[Path] = ()
    timeout: float = 600.0
    hold: bool = True


@record
class Answer:
    """What `engine` wrote, or `why` it wrote nothing: a part of a sentence. `seconds` wall time.

    `note` is a sentence on what could not be done.
    """

    said: Mapping[str, Any] = field(default_factory=dict)
    why: str | None = None
    seconds: float = 0.0
    note: str | None = None


class Run:
    """Checkov at work on one stage. Use it as a context: leaving ends it and all it started."""

    def __init__(
        self, stage: Stage, scratch: Path, environ: Mapping[str, str], asked: Asked
    ) -> None:
        self._stage, self._scratch, self._asked = stage, scratch, asked
        self._environ = {name: environ[name] for name in _NEEDED if name in environ}
        self._home = environ.get("HOME") or os.sep
        self._began = time.monotonic()
        self._process = self._start(hold=asked.hold and sys.platform == "linux")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def answer(self) -> Answer:
        """What it said; waits until it has ended or its time is over."""
        why = self._wait()
        said = self._said()
        note = None
        if why is None and "not_held" in said:
            note = _NOT_HELD
            self._end()
            self._process = self._start(hold=False)
            why, said = self._wait(), self._said()
        seconds = time.monotonic() - self._began
        if why is None and not said:
            why = f"it ended without an answer (exit code {self._process.returncode})"
        return Answer(said, why, seconds, note)

    def _start(self, *, hold: bool) -> subprocess.Popen[bytes]:
        empty = self._scratch / "empty"
        passing = self._scratch / "passing"
        for folder in (empty, passing):
            folder.mkdir(parents=True, exist_ok=True)
        asked = {
            "framework": self._stage.framework,
            "stage": str(self._stage.folders[0].parent),
            "folders": [str(folder) for folder in self._stage.folders],
            "scratch": str(self._scratch),
            "empty": str(empty),
            "home": self._home,
            "isolate": hold,
            "external": [str(folder) for folder in self._asked.external],
            "variables": [str(file) for file in self._asked.variables],
        }
        process = subprocess.Popen(
            [sys.executable, "-I", "-m", _ENGINE],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**self._environ, **_SAID, "HOME": str(empty), "TMPDIR": str(passing)},
            cwd=empty,
            start_new_session=True,
        )
        with suppress(BrokenPipeError):
            assert process.stdin is not None  # noqa: S101 (it was asked for)
            process.stdin.write(json.dumps(asked).encode())
            process.stdin.close()
        return process

    def _wait(self) -> str | None:
        left = self._asked.timeout - (time.monotonic() - self._began)
        try:
            self._process.wait(max(left, 0.0))
        except subprocess.TimeoutExpired:
            return f"it took longer than {self._asked.timeout:g} seconds"
        return None

    def _said(self) -> dict[str, Any]:
        file = self._scratch / "answer.json"
        try:
            said: dict[str, Any] = json.loads(file.read_bytes())
            file.unlink()
        except (OSError, ValueError):
            return {}
        return said

    def _end(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
