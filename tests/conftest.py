"""What every test may use: the command as a user starts it, and a word for what a machine lacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

TESTS = Path(__file__).parent
COMMAND = Path(sysconfig.get_path("scripts")) / "hubwarden"


@pytest.fixture(scope="session")
def hubwarden() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the installed command as CI would, without terminal, and returns what it said.

    `CI` itself is not passed on: it lets a check look at the base branch of the checkout.
    """
    environ = {name: text for name, text in os.environ.items() if name not in ("CI", "FORCE_COLOR")}

    def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return run


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
