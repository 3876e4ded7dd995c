"""Starts the recorder in the project's interpreter, and watches over it.

It is started at once and its results are asked for later, so that the caller can do other things
meanwhile. Where processes cannot be forked safely, each run has a recorder of its own.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

from hubwarden_policies.gates.program.running.decoding import RecordingError, load
from hubwarden_policies.gates.program.running.job import (
    Isolation,
    Job,
    Ran,
    Run,
    Status,
    described,
    environment,
)
from hubwarden_policies.gates.program.running.recorder_process import RecorderProcess

__all__ = ["Isolation", "Job", "Launched", "Ran", "Run", "Status"]

# macOS's frameworks do not survive a fork, and Windows has none.
_FORKS: Final = hasattr(os, "fork") and sys.platform != "darwin"
_GRACE: Final = 30.0  # seconds that the recorder gets beyond what its runs may take


class Launched:
    """A recorder at work. Use it as a context: leaving ends it and removes its files.

    `isolation` is what holds the program (`namespaces`, `observed`), None until that is known;
    `notes` say why it is less than was asked for.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self.isolation: str | None = None
        self.notes: list[str] = []
        wanted = job.isolation == "required" or sys.platform == "linux"
        self._isolate = job.isolation != "observe" and wanted
        runs = [(str(number), run) for number, run in enumerate(job.runs)]
        size = len(runs) if _FORKS else 1
        self._batches = [dict(runs[n : n + size]) for n in range(0, len(runs), size or 1)]
        self._process: RecorderProcess | None = None
        self._folders: dict[str, Path] = {}
        self._scratch = Path(tempfile.mkdtemp(prefix="hubwarden-")).resolve()
        try:
            if self._batches:
                self._start(self._batches[0])
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
        """Yield every run as it ends; each of the job's runs comes exactly once."""
        for batch in self._batches:
            waiting = dict(batch)
            status, reason = yield from self._heard(waiting)
            if status == "isolation" and self._job.isolation == "best":
                self.notes.append(reason)
                self._isolate = False
                status, reason = yield from self._heard(waiting)
            for run in waiting.values():
                yield Ran(run, status, reason=reason)

    def _heard(self, waiting: dict[str, Run]) -> Generator[Ran, None, tuple[Status, str]]:
        """Yield the runs that end, taking them out; return what became of the others, and why."""
        process = self._process or self._start(waiting)
        said: dict[str, Mapping[str, Any]] = {}
        for event in process.events():
            said[event["event"]] = event
            if event["event"] == "isolated":
                self.isolation = event["held"]
            elif event["event"] == "done":
                ran = self._ran(waiting.pop(event["id"]), event)
                if not waiting:
                    # Its namespaces fall while the caller works on what it has.
                    process.leave()
                yield ran
                if not waiting:
                    break
        self._end()
        return self._fate(process, said)

    def _fate(
        self, process: RecorderProcess, said: Mapping[str, Mapping[str, Any]]
    ) -> tuple[Status, str]:
        """What became of a recorder that did not make all of its runs, by what it has said."""
        if "no-sdk" in said:
            return "no-sdk", said["no-sdk"]["reason"]
        if "isolation-failed" in said:
            return "isolation", said["isolation-failed"]["reason"]
        words = process.last_words()
        if process.overdue:
            return ("hung" if _FORKS else "timeout"), words
        if self._isolate and "isolated" not in said:
            return "isolation", f"The program could not be isolated here ({words})."
        if "ready" not in said:
            return "no-sdk", f"{self._job.python} ended before the program began ({words})"
        return "died", words

    def _ran(self, run: Run, event: Mapping[str, Any]) -> Ran:
        seconds = float(event["seconds"])
        if event["status"] != "ok":
            return Ran(run, event["status"], seconds=seconds)
        try:
            recording = load(self._folders[event["id"]] / "recording.json")
        except OSError:
            # Where the recording would be says nothing to a user: there is none.
            return Ran(run, "died", seconds=seconds)
        except RecordingError as error:
            return Ran(run, "died", reason=str(error), seconds=seconds)
        return Ran(run, "ok", recording, seconds=seconds)

    def _start(self, runs: Mapping[str, Run]) -> RecorderProcess:
        job, home = self._job, self._scratch / "home"
        home.mkdir(exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=self._scratch))
        self._folders = {key: work / key for key in runs}
        asked = described(job, runs, self._folders, self._scratch)
        rounds = -(-len(runs) // asked["parallel"])
        self._process = RecorderProcess(
            job.python,
            {**asked, "fork": _FORKS, "isolate": self._isolate},
            environ=environment(job, home),
            output=work / "recorder.txt",
            patience=job.timeout * rounds + _GRACE,
        )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()
