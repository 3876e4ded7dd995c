"""One run of one stack in one mode, in a process of its own."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from typing import TYPE_CHECKING, Any

from . import failure
from .held import isolation
from .journal import Journal
from .made_up import oracle, shapes, stand_ins
from .made_up.marks import Marks
from .outlets import sinks
from .sdk import origins, program
from .sdk.engine import Engine
from .sdk.monitor import Monitor

if TYPE_CHECKING:
    from .held.world import World

RECORDING = "recording.json"


def execute(job: dict[str, Any], world: World, found: origins.Origins, notes: list[str]) -> None:
    """Run the program and leave its recording in the run's folder; never raises."""
    folder: str = job["folder"]
    os.makedirs(folder, mode=0o700, exist_ok=True)
    journal = Journal(job["mode"], metadata.version("pulumi"))
    marks = Marks()
    streams = tuple(os.path.join(folder, name) for name in ("stdout", "stderr"))
    try:
        world = isolation.settle(world, os.path.join(folder, "files"))
        for note in (*world.notes, *notes):
            journal.note(note)
        _redirect(*streams)
        strings, secret_keys = stand_ins.install(job["config"], marks, job["fixtures"])
        job = {**job, "strings": strings, "secretKeys": secret_keys}
        origins.watch_exports(journal)
        answers = oracle.make_oracle(
            job["mode"],
            marks=marks,
            fixtures=job["fixtures"],
            location=strings.get("azure-native:location"),
        )
        watching = sinks.Sinks(journal, world)
        try:
            program.run(job, Monitor(job, journal, found, answers), Engine(), journal)
        finally:
            watching.finish(*streams)
    except BaseException as error:  # noqa: BLE001 (it must be told, and nobody is above)
        journal.fail(failure.describe(error, "internal"))
    for note in shapes.notes:
        journal.note(note)
    journal.write(os.path.join(folder, RECORDING), marks.made, marks.marks)


def _redirect(stdout: str, stderr: str) -> None:
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    for number, path in ((1, stdout), (2, stderr)):
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, number)
        os.close(file)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (it is the program's)
