"""Runs small programs under the recorder's hooks, in a process of their own with the real SDK."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from hubwarden_policies.gates import program

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGE = Path(program.__file__).parent

DRIVER = """
import asyncio, json, runpy, sys
package, root, scratch, home, isolated, out = sys.argv[1:]
sys.path.insert(0, package)
from hubwarden_recorder import frames
from hubwarden_recorder.held import isolation
from hubwarden_recorder.outlets import sinks
sys.path.remove(package)
spec = {"root": root, "scratch": scratch, "home": home}
world = isolation.isolate(spec) if isolated == "yes" else isolation.observe(spec)
world = isolation.settle(world, scratch + "/run")

import pulumi

class Journal:
    def __init__(self):
        self.sinks, self.notes = [], []
    def sink(self, sink, where, text, *, binary=False, secret=False, frames=None):
        self.sinks.append({"sink": sink, "where": where, "text": text, "binary": binary,
                           "frames": frames})
    def note(self, text):
        self.notes.append(text)

class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name, args.inputs
    def call(self, args):
        return {}

async def run():
    runpy.run_path(root + "/__main__.py", run_name="__main__")
    while len(asyncio.all_tasks()) > 1:
        await asyncio.sleep(0.005)

frames.install(root)
pulumi.runtime.set_mocks(Mocks())
journal = Journal()
hooks = sinks.Sinks(journal, world)
error = None
try:
    asyncio.run(run())
except Exception as raised:
    error = f"{type(raised).__name__}: {raised}"
hooks.finish(scratch + "/stdout", scratch + "/stderr")
with open(out, "w") as file:
    json.dump({"sinks": journal.sinks, "notes": journal.notes, "error": error,
               "world": world._asdict()}, file)
"""


@dataclass(frozen=True)
class Recording:
    """What the hooks recorded. `source` is the program's text, for its lines."""

    source: str
    data: dict[str, Any]

    @property
    def error(self) -> str | None:
        error: str | None = self.data["error"]
        return error

    def of(self, sink: str, where: str | None = None) -> list[dict[str, Any]]:
        return [
            record
            for record in self.data["sinks"]
            if record["sink"] == sink and (where is None or where in record["where"])
        ]

    def texts(self, sink: str, where: str | None = None) -> list[str]:
        return [record["text"] for record in self.of(sink, where)]

    def lines(self, record: dict[str, Any]) -> list[str]:
        """The source lines of a record's frames, outermost first."""
        text = self.source.splitlines()
        return [text[line - 1].strip() for _file, line, _function in record["frames"]]


@pytest.fixture(scope="session")
def recorded_in() -> Callable[..., Recording]:
    """Runs the source of a program in a folder, in namespaces where `isolated`."""

    def run(folder: Path, source: str, *, isolated: bool = False) -> Recording:
        project, scratch = folder / "project", folder / "scratch"
        project.mkdir(exist_ok=True)
        scratch.mkdir()
        source = dedent(source)
        (project / "__main__.py").write_text(source)
        out = scratch / "recording.json"
        paths = [str(path) for path in (PACKAGE, project, scratch, folder / "home")]
        with (scratch / "stdout").open("wb") as stdout, (scratch / "stderr").open("wb") as stderr:
            done = subprocess.run(
                [sys.executable, "-c", DRIVER, *paths, "yes" if isolated else "no", str(out)],
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=project,
                timeout=60,
                check=False,
            )
        assert out.exists(), (done.returncode, (scratch / "stderr").read_text())
        return Recording(source, json.loads(out.read_text()))

    return run


@pytest.fixture
def recorded(recorded_in: Callable[..., Recording], tmp_path: Path) -> Callable[..., Recording]:
    """As `recorded_in`, in the test's own folder."""
    return partial(recorded_in, tmp_path)
