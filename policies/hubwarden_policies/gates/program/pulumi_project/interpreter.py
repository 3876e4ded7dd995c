"""The Python that a project runs with, as Pulumi's toolchains find it.

Source of the rules: `sdk/python/toolchain` of Pulumi (pip, poetry, uv).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def own_interpreter(folder: Path, options: Mapping[str, str]) -> tuple[Path | None, str | None]:
    """The interpreter of the virtual environment that `runtime.options` name, if it exists.

    The second value says, where the project names an environment that does not exist, which.
    A path is relative to the project's folder, wherever `main` lies.
    """
    asked = options.get("virtualenv")
    toolchain = options.get("toolchain", "pip").lower()
    candidates = list(_candidates(folder, asked, toolchain))
    for environment in candidates:
        python = _python(environment)
        if python is not None:
            return python, None
    if not candidates:
        return None, None
    missing = asked or os.path.relpath(candidates[0], folder)
    return None, f"the project's virtual environment {missing} does not exist"


def _candidates(folder: Path, asked: str | None, toolchain: str) -> Iterator[Path]:
    if asked:
        yield folder / asked
    elif toolchain == "uv":
        for parent in (folder, *folder.parents):
            if (parent / "uv.lock").is_file():
                yield parent / ".venv"
                break
        yield folder / ".venv"
    elif toolchain == "poetry":
        # Poetry keeps its environments in a cache by default and only it knows where.
        for parent in (folder, *folder.parents):
            if (parent / "pyproject.toml").is_file():
                if (parent / ".venv").is_dir():
                    yield parent / ".venv"
                break


def _python(environment: Path) -> Path | None:
    # Not resolved: the link's own place is what makes Python use the environment.
    for name in ("bin/python", "bin/python3", "Scripts/python.exe"):
        if os.access(environment / name, os.X_OK):
            return environment / name
    return None
