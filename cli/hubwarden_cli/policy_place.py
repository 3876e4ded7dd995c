"""Where the files lie that decide about findings: in the project, or where --policy-from says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hubwarden_cli.guard import Refusal
from hubwarden_cli.home import home_of, lets_pass, stacks_in, within_checkout
from hubwarden_policies.gates.program.pulumi_project.folders import PROJECT_FILES
from hubwarden_policies.settings import FILE

if TYPE_CHECKING:
    from hubwarden_cli.home import Home
    from hubwarden_policies.policy import Place


def settings_folder(root: Path, policy_from: Path | None) -> Path:
    """The folder whose hubwarden.toml counts for the project in `root`.

    In a checkout of another branch that is the folder of the same project; in any other folder,
    or where that branch does not have the project, it is the folder itself.
    """
    if policy_from is None:
        return root
    if not policy_from.is_dir():
        raise Refusal(
            f"There is no folder {policy_from}; --policy-from names the one that decides."
        )
    folder = policy_from.resolve()
    same = (folder / root.relative_to(base) for base in _bases(root))
    return next((one for one in same if _decides(one)), folder)


def files_home(file: Path, named: Path, policy_from: Path | None) -> Path:
    """The folder that decides about a file; where `policy_from` decides, the one that it says.

    A change that brings a hubwarden.toml of its own would else give its files the names of others,
    and with them what those may do.
    """
    if policy_from is not None:
        root = file.resolve().parent
        above = list(within_checkout(root))
        for base in _bases(root):
            for folder in above[: above.index(base) + 1] if base in above else ():
                if _decides(policy_from.resolve() / folder.relative_to(base), projects=False):
                    return folder
    return home_of(file, named)


def _decides(folder: Path, *, projects: bool = True) -> bool:
    marks = (FILE, *PROJECT_FILES) if projects else (FILE,)
    return folder.is_dir() and (
        any((folder / mark).is_file() for mark in marks) or lets_pass(folder)
    )


def place(home: Home, policy_from: Path | None) -> Place:
    """Where the policy about what lies there is kept."""
    from hubwarden_policies.policy import Place

    folder = settings_folder(home.folder, policy_from)
    if folder == home.folder:
        return Place(folder, home.stack_folder, home.folder)
    from hubwarden_policies.gates.program.pulumi_project.project import ProjectError, read_project

    try:
        stacks = read_project(folder).stack_folder
    except ProjectError:
        stacks = stacks_in(folder)
    return Place(folder, stacks, home.folder)


def _bases(root: Path) -> Iterator[Path]:
    """Yield what the project's folder is known by: its place in the checkout, and from here."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            yield folder
            break
    if root.is_relative_to(Path.cwd()):
        yield Path.cwd()
