"""What every test may use: the command as a user starts it, and a word for what a machine lacks."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest
from tests.engine import build
from tests.engine.deploying import Engine

TESTS = Path(__file__).parent
# Of linux/prctl.h and linux/capability.h.
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2
COMMAND = Path(sysconfig.get_path("scripts")) / "hubwarden"


@pytest.fixture(scope="session")
def environ() -> dict[str, str]:
    """The environment of a person's shell.

    Without `CI`, with which a check looks at the base branch of a checkout, and without what make
    tells the makes that it starts.
    """
    left_out = {"CI", "COLUMNS", "FORCE_COLOR", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "VIRTUAL_ENV"}
    shell = {name: text for name, text in os.environ.items() if name not in left_out}
    return shell | {"PATH": f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="session")
def start(environ: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command, `start(command, *arguments, cwd=…)`, without terminal and input.

    `before` is called in the new process.
    """

    def run(
        command: Path, *arguments: str, cwd: Path, before: Callable[[], None] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [command, *arguments],
            cwd=cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
            preexec_fn=before,
        )

    return run


@pytest.fixture(scope="session")
def hubwarden(
    start: Callable[..., subprocess.CompletedProcess[str]],
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command of this environment as CI would: `hubwarden(*arguments, cwd=…)`."""
    return partial(start, COMMAND)


@pytest.fixture(scope="session")
def as_anybody(
    start: Callable[..., subprocess.CompletedProcess[str]],
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command as somebody for whom permissions of files count, also where root tests."""
    return partial(start, COMMAND, before=give_up_rights)


def give_up_rights() -> None:
    """Leave the rights to pass permissions by behind when the next program starts (Linux)."""
    if os.geteuid() == 0:
        for right in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, right, 0, 0, 0)


@pytest.fixture
def copied(tmp_path: Path) -> Callable[[str], Path]:
    """Copies a folder of tests/ out of the repository, so that nothing around it plays a part."""

    def copy(folder: str) -> Path:
        return shutil.copytree(TESTS / folder, tmp_path / Path(folder).name)

    return copy


@pytest.fixture(scope="session")
def lacking() -> Callable[[str], NoReturn]:
    """Ends a test because of what this machine lacks: one sentence that says how to get it."""

    def end(sentence: str) -> NoReturn:
        if os.environ.get("CI") == "true":
            pytest.fail(sentence, pytrace=False)
        pytest.skip(sentence)

    return end


@pytest.fixture(scope="session")
def engine(
    environ: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
    lacking: Callable[[str], NoReturn],
) -> Engine:
    """Pulumi's own engine: `engine.deployment(project)` has a `pulumi(*arguments, **variables)`."""
    try:
        cli = build.cli(environ)
    except build.Lacking as lack:
        lacking(str(lack))
    return Engine(cli, tmp_path_factory.mktemp("engine"), environ)
