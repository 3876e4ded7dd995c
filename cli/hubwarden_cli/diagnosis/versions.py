"""Which versions there are, in an interpreter or of a tool, and which ones we need."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping, Sequence
from importlib.metadata import requires
from pathlib import Path
from typing import Final

_SECONDS: Final = 30
# `-I` keeps what lies in the current folder from being taken for a library.
_ASK: Final = """\
import importlib.metadata as m, json, sys
def version(name):
    try: return m.version(name)
    except m.PackageNotFoundError: return None
print(json.dumps({name: version(name) for name in sys.argv[1:]}))
"""


def said(command: Sequence[str | Path], folder: Path, environ: Mapping[str, str]) -> str | None:
    """What a tool says on standard output, None where it does not run to a good end."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def installed(
    python: Path, names: Sequence[str], folder: Path, environ: Mapping[str, str]
) -> dict[str, str | None] | None:
    """The versions of these distributions in an interpreter; None where it does not run."""
    text = said([python, "-I", "-c", _ASK, *names], folder, environ)
    try:
        return None if text is None else dict(json.loads(text))
    except ValueError:
        return None


def numbers(version: str) -> tuple[int, ...]:
    """The numbers that a version begins with, to compare it by."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", version)
    return tuple(map(int, found[1].split("."))) if found else ()


def needed(name: str) -> str:
    """The versions of a distribution that hubwarden works with, as its own package says it."""
    asked = (re.match(r"([\w-]+)([^;\[]*)", text) for text in requires("hubwarden") or ())
    return next((each[2].strip() for each in asked if each and each[1] == name), "")


def fits(version: str, wanted: str) -> bool:
    """Whether a version lies between the bounds `>=A,<B`."""
    bounds = re.findall(r"(>=|<)\s*([\d.]+)", wanted)
    return all(
        numbers(version) >= numbers(bound) if sign == ">=" else numbers(version) < numbers(bound)
        for sign, bound in bounds
    )
