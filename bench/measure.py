"""Runs commands in turn, and says how long they took and how large their largest process was."""

from __future__ import annotations

import contextlib
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One budget: what was measured, against what, how many times that, and how many may be."""

    what: str
    measured: str
    against: str
    ratio: float
    budget: float


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, where, and the exit codes that mean that it did its work."""

    arguments: tuple[str | Path, ...]
    folder: Path
    codes: tuple[int, ...] = (0,)


def seconds(
    commands: Mapping[str, Command], *, runs: int, environ: Mapping[str, str]
) -> dict[str, float]:
    """The median wall time of each command; they run in turn, so that all see the same noise.

    Raises `RuntimeError` with the command's output where one ends otherwise than it should.
    """
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            began = time.perf_counter()
            with _started(command, environ) as process:
                process.communicate()
            taken[name].append(time.perf_counter() - began)
    return {name: statistics.median(each) for name, each in taken.items()}


def peak(command: Command, environ: Mapping[str, str]) -> float:
    """The most memory, in MiB, that any one process of the command held; Linux only.

    Looks every 10 ms: what a process takes in the last moment of its life is not seen.
    """
    largest = 0
    with _started(command, environ) as process:
        while process.poll() is None:
            largest = max([largest, *map(_held, _family(process.pid))])
            time.sleep(0.01)
    return largest / 1024


@contextlib.contextmanager
def _started(command: Command, environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        command.arguments,
        cwd=command.folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield process
    if process.returncode not in command.codes:
        words = " ".join(map(str, command.arguments))
        raise RuntimeError(f"`{words}` ended with {process.returncode}")


def _family(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _held(pid: int) -> int:
    """The most memory that a process has held so far, in KiB; 0 where it has ended."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0
