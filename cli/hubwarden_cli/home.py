"""Where inputs lie about which one team decides: a Pulumi project, or files in one folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

from hubwarden_policies.record import record
from hubwarden_policies.settings import FILE

_STACKS: Final = "stacks"
# In a baseline of ours; others call their own files so, too.
_LIST: Final = b'"findings"'


class Home(Protocol):
    """`stack_folder` has levels, waivers and baseline; `stacks` are the names of what is there."""

    @property
    def name(self) -> str:
        """What reports call it."""

    @property
    def folder(self) -> Path:
        """Its absolute folder, which names in reports are relative to."""

    @property
    def stack_folder(self) -> Path:
        """Where the files of its stacks lie."""

    @property
    def stacks(self) -> tuple[str, ...]:
        """The names of its stacks."""

    def relative(self, path: Path) -> str:
        """The path as reports write it."""


@record
class FileHome:
    """A folder with files that were named or found; each of them is a stack by its name."""

    folder: Path
    stacks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.folder.name

    @property
    def stack_folder(self) -> Path:
        """`stacks/`, where there is one."""
        return stacks_in(self.folder)

    def relative(self, path: Path) -> str:
        """The path from the folder, with slashes."""
        return os.path.relpath(path, self.folder).replace(os.sep, "/")


def shown(folder: Path) -> str:
    """A folder as a person would write it from here; '' for here."""
    resolved, here = folder.resolve(), Path.cwd()
    if resolved == here:
        return ""
    near = resolved.is_relative_to(here) or resolved.is_relative_to(here.parent)
    return os.path.relpath(resolved, here) if near else str(resolved)


def stacks_in(folder: Path) -> Path:
    """Where levels, waivers and baseline lie in a folder that is no project."""
    return folder / _STACKS if (folder / _STACKS).is_dir() else folder


def home_of(file: Path, named: Path) -> Path:
    """The folder that decides about a file: the nearest one above with a hubwarden.toml.

    Without one, the nearest with waivers or a baseline, so that they hold wherever the command
    runs; without these, the folder that it runs in if the file is below it, else the one that was
    `named` and that it is in. What lies above the checkout that it is in decides nothing.
    """
    above = list(within_checkout(file.resolve().parent))
    settled = next((folder for folder in above if (folder / FILE).is_file()), None)
    lenient = next(filter(lets_pass, above), None) if settled is None else None
    here = Path.cwd()
    return settled or lenient or (here if here in above else named.resolve())


def lets_pass(folder: Path) -> bool:
    """Whether waivers or a baseline lie here."""
    from hubwarden_policies import baseline, waivers

    inside = stacks_in(folder)
    if (inside / waivers.FILE).is_file():
        return True
    listed = inside / baseline.FILE
    try:
        return listed.is_file() and _LIST in listed.read_bytes()
    except OSError:
        # Whoever reads it says why it cannot be read.
        return True


def home_at(folder: Path) -> Home:
    """The project in this folder, else where the files below it have their policy.

    Raises `ProjectError` where the project cannot be read.
    """
    from hubwarden_policies.gates.program.pulumi_project.folders import has_project
    from hubwarden_policies.gates.program.pulumi_project.project import ProjectError, read_project

    if has_project(folder):
        return read_project(folder)
    if not folder.is_dir():
        sentence = f"There is no folder {folder}; name one that exists."
        raise ProjectError("no-project", sentence)
    return FileHome(home_of(folder.resolve() / FILE, folder))


def within_checkout(folder: Path) -> Iterator[Path]:
    """Yield this folder and those above it, to the root of the checkout that it is in."""
    for above in (folder, *folder.parents):
        yield above
        if (above / ".git").exists():
            return
