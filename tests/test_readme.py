"""Every command of the README does what the README shows."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def blocks(language: str) -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def shown() -> Iterator[tuple[str, str]]:
    """The commands after a prompt, each with the output below it."""
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


def listed() -> Iterator[str]:
    """The commands without output, without the words behind them."""
    for block in blocks("sh"):
        yield from (line.partition("  #")[0] for line in block.splitlines())


def timeless(text: str) -> str:
    """The text without what differs from run to run: how long it took."""
    return re.sub(r"\d+(\.\d+)? s\b", "N s", text).rstrip()


def run(command: str, folder: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize(("command", "output"), list(shown()))
def test_shows_what_happens(command: str, output: str, environ: dict[str, str]) -> None:
    assert timeless(run(command, ROOT, environ).stdout) == timeless(output)


@pytest.mark.parametrize("command", list(listed()))
def test_lists_what_works(
    command: str, environ: dict[str, str], copied: Callable[[str], Path]
) -> None:
    here = copied("examples/leaky")
    copied("examples/styles/args").rename(here / "other")
    (here / "base").mkdir()
    files = copied("examples/files")
    for file in files.iterdir():
        shutil.copy(file, here)
    files.rename(here / "templates")
    done = run(command, here, environ)
    assert done.returncode in (0, 1), done.stdout
