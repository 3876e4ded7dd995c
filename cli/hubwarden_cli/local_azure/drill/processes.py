"""The processes of a practice: the double, and consumers, who judge what they are served."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NoReturn

from hubwarden_cli.local_azure.consumer import Consumer
from hubwarden_cli.local_azure.endpoints import LocalEndpoints
from hubwarden_cli.local_azure.scenario import Scenario

_PATIENCE: Final = 30.0
_PACKAGE: Final = __package__.rpartition(".")[0]


class Broken(Exception):
    """A process of the practice did not do what it is for; the text says which."""


def start(
    module: str, *arguments: str, scratch: Path | None = None, **streams: Any
) -> subprocess.Popen[str]:
    """A module of the double's as a process, with our own interpreter and search path.

    `scratch` is where it has files that it makes up a name for.

    In a group of its own: Ctrl-C in a terminal is for the practice, which then ends them.
    """
    environ = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    if scratch is not None:
        environ["TMPDIR"] = str(scratch)
    return subprocess.Popen(
        [sys.executable, "-m", f"{_PACKAGE}{module}", *arguments],
        env=environ,
        text=True,
        process_group=0,
        **streams,
    )


@contextmanager
def double(scenario: Scenario, folder: Path) -> Iterator[LocalEndpoints]:
    """A double in a process of its own, which outlives whoever is killed here.

    It has its files below `folder`, so that they go with that, however it ends.
    """
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with _ended(start("", scratch=folder, **streams)) as process:
        _give(process, scenario.model_dump_json())
        line = process.stdout.readline() if process.stdout else ""
        if not line:
            _give_up("the double of Azure did not start")
        said = json.loads(line)
        yield LocalEndpoints(port=said["port"], vaults=said["vaults"], ca=said["ca"])


class Crowd:
    """Consumers, a process each. What they say goes to files, so that none waits to be heard."""

    def __init__(self, consumers: Sequence[Consumer], folder: Path) -> None:
        self._files = [folder / f"{consumer.name}.jsonl" for consumer in consumers]
        self._processes = []
        for consumer, file in zip(consumers, self._files, strict=True):
            with file.open("w", encoding="utf-8") as output:
                process = start(".consumer", stdin=subprocess.PIPE, stdout=output)
            self._processes.append(process)
            _give(process, json.dumps([asdict(consumer)]))

    def ready(self) -> None:
        """Returns once every one of them has been served."""
        until = time.monotonic() + _PATIENCE
        while not all('"ready"' in file.read_text(encoding="utf-8") for file in self._files):
            if time.monotonic() > until:
                _give_up("the consumers were not served at the beginning")
            time.sleep(0.05)

    def end(self) -> list[dict[str, Any]]:
        """What each of them has counted (`Counts`)."""
        for process in self._processes:
            process.terminate()
        try:
            for process in self._processes:
                process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            _give_up("a consumer does not end")
        told = [
            json.loads(line)
            for file in self._files
            for line in file.read_text(encoding="utf-8").splitlines()
        ]
        counts = [one for one in told if one.get("event") == "end"]
        if len(counts) != len(self._files):
            _give_up("a consumer ended without its counts")
        return counts

    def close(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.wait()


@contextmanager
def crowd(consumers: Sequence[Consumer], folder: Path) -> Iterator[Crowd]:
    """Consumers at work; they have ended afterwards, whatever happens."""
    made = Crowd(consumers, folder)
    try:
        yield made
    finally:
        made.close()


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(5)
        if process.poll() is None:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _give(process: subprocess.Popen[str], text: str) -> None:
    if process.stdin is None:
        return
    with process.stdin as pipe:
        pipe.write(text)


def _give_up(what: str) -> NoReturn:
    raise Broken(f"{what}; is this machine out of memory or processes?")
