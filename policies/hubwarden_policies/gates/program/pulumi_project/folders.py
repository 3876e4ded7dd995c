"""Which folders and files of a project are the user's own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml")

# `sdks` is where `pulumi package add` writes generated packages.
_SKIPPED: Final = frozenset(
    {"node_modules", "__pycache__", "site-packages", "sdks", "dist-packages"}
)


def find_projects(folder: Path) -> tuple[Path, ...]:
    """The folder itself if it holds a Pulumi.yaml, else every folder below that does, by name.

    Hidden folders, virtual environments and what package managers install are left out.
    """
    folder = folder.resolve()
    if has_project(folder):
        return (folder,)
    return tuple(sorted(here for here, files in _walk(folder) if _declares(files)))


def has_project(folder: Path) -> bool:
    """Whether a Pulumi.yaml lies in this folder."""
    return any(_is_file(folder / name) for name in PROJECT_FILES)


def is_environment(folder: Path) -> bool:
    """Whether it is a virtual environment, whatever it is called."""
    return _is_file(folder / "pyvenv.cfg")


def user_files(root: Path, closed: list[OSError] | None = None) -> Iterator[Path]:
    """The user's files below a project's folder, by name: no hidden folder, nothing installed.

    A folder below with a Pulumi.yaml of its own is another project and is left out. Why a folder
    cannot be looked into is added to `closed`.
    """
    for here, files in _walk(root, closed, stop_at_projects=True):
        yield from (here / name for name in sorted(files))


def _walk(
    root: Path, closed: list[OSError] | None = None, *, stop_at_projects: bool = False
) -> Iterator[tuple[Path, list[str]]]:
    told = None if closed is None else closed.append
    for name, folders, files in os.walk(root, onerror=told):
        here = Path(name)
        if stop_at_projects and here != root and _declares(files):
            folders.clear()
            continue
        folders[:] = sorted(folder for folder in folders if not _is_skipped(here / folder))
        yield here, files


def _declares(files: list[str]) -> bool:
    return any(name in files for name in PROJECT_FILES)


def _is_skipped(folder: Path) -> bool:
    return folder.name.startswith(".") or folder.name in _SKIPPED or is_environment(folder)


def _is_file(path: Path) -> bool:
    """Also in a folder that nobody may look into, such as a database has."""
    try:
        return path.is_file()
    except PermissionError:
        return False
