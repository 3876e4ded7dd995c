"""The walk of a folder, and what it leaves out: what others have made, what its team names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from hubwarden_cli.policy_place import files_home, settings_folder
from hubwarden_policies.gates.program.pulumi_project.folders import has_project, is_environment
from hubwarden_policies.policy_file import SettingsError
from hubwarden_policies.record import record
from hubwarden_policies.reports.report import Skipped
from hubwarden_policies.settings import FILE
from hubwarden_policies.settings_file import read_settings

# Folders whose files others have made; what lies there is no deployment of the user's.
_NOT_OURS: Final = frozenset(
    {".git", ".terraform", ".pulumi", "node_modules", "site-packages", "__pycache__", "sdks"}
)


@record
class LeftOut:
    """Patterns of paths from `root`, for what is below `folder`.

    A folder goes with all that is in it, but for the one that somebody named.
    """

    root: Path
    folder: Path
    patterns: Sequence[str] = ()

    def has(self, path: Path) -> bool:
        """Whether this file or folder is left out."""
        if not self.patterns:
            return False
        here = path.parent.resolve() / path.name
        below = (one for one in (here, *here.parents) if self.folder in one.parents)
        names = [one.relative_to(self.root).as_posix() for one in below]
        return any(fnmatchcase(name, pattern) for name in names for pattern in self.patterns)

    @property
    def reason(self) -> str:
        """Why a report says that it was left out."""
        return f"`leave_out` of {FILE} names it"


def left_out(folder: Path, policy_from: Path | None) -> LeftOut:
    """What is left out of a walk of this folder, as its settings say, or those of `policy_from`.

    Settings that cannot be read leave nothing out: whoever judges what is found says why.
    """
    folder = folder.resolve()
    root = files_home(folder / FILE, folder, policy_from)
    try:
        said = read_settings(settings_folder(root, policy_from)).check.leave_out
    except SettingsError:
        said = []
    return LeftOut(root, folder, tuple(one.removesuffix("/**").rstrip("/") for one in said))


def files_below(
    folder: Path, out: LeftOut, skipped: list[Skipped], closed: list[OSError]
) -> Iterator[Path]:
    """Yield the files outside of projects, by name.

    What is left out is added to `skipped`, why a folder cannot be looked into to `closed`.
    """
    for name, folders, files in os.walk(folder, onerror=closed.append):
        here = Path(name)
        if here != folder and has_project(here):
            folders.clear()
            continue
        for other in sorted(folders):
            if other in _NOT_OURS or is_environment(here / other):
                folders.remove(other)
                if other != ".git":
                    skipped.append(Skipped(str(here / other), "others have made it"))
            elif out.has(here / other):
                folders.remove(other)
                skipped.append(Skipped(str(here / other), out.reason))
        folders.sort()
        for path in (here / file for file in sorted(files)):
            if out.has(path):
                skipped.append(Skipped(str(path), out.reason))
            else:
                yield path
