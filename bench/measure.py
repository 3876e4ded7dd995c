"""Runs commands in turn and says how long they took and how large their largest process was."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, where, and the exit codes that mean it did its work."""

    arguments: tuple[str | Path, ...]
    folder: Path
    codes: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True)
class Cost:
    """`seconds` of wall time, the median of the runs; `peak` in MiB, the largest of any process.

    A process counts towards the peak if its parent waited for it, as the kernel adds them up.
    """

    seconds: float
    peak: float


def measure(
    commands: Mapping[str, Command], *, runs: int, environ: Mapping[str, str]
) -> dict[str, Cost]:
    """Runs every command `runs` times, one after the other in turn, so that all see the same noise.

    Raises `RuntimeError` with the command's output if one ends otherwise than it should.
    """
    seen: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            seen[name].append(_run(command, environ))
    return {name: _middle(costs) for name, costs in seen.items()}


def _run(command: Command, environ: Mapping[str, str]) -> Cost:
    began = time.perf_counter()
    with subprocess.Popen(
        command.arguments,
        cwd=command.folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        assert process.stdout
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.codes:
        said = output.decode(errors="replace")[-2000:]
        raise RuntimeError(f"{command.arguments} ended with {process.returncode}:\n{said}")
    return Cost(seconds, usage.ru_maxrss / 1024)


def _middle(costs: Sequence[Cost]) -> Cost:
    return Cost(statistics.median(cost.seconds for cost in costs), max(cost.peak for cost in costs))
