"""Whether a pull request changes the files that decide about its own findings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from hubwarden_policies.model import Location
from hubwarden_policies.views.standing import ChangedFile

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.pulumi_project.project import Project
    from hubwarden_policies.policy import Place

# What CI systems call the branch that a pull request goes into, and the commit that it begins at.
_BRANCHES: Final = (
    "GITHUB_BASE_REF",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
    "CHANGE_TARGET",
)
_COMMIT: Final = "CI_MERGE_REQUEST_DIFF_BASE_SHA"
_DEFAULTS: Final = ("origin/HEAD", "origin/main", "origin/master")
_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Changes:
    """The files that differ; `note` says why nobody can tell, where that is so."""

    files: tuple[ChangedFile, ...] = ()
    note: str | None = None


def changes(project: Project, place: Place, environ: Mapping[str, str]) -> Changes:
    """What differs from the base. Nothing outside CI, and nothing outside a Git work tree."""
    if environ.get("CI", "").lower() in ("", "0", "false"):
        return Changes()
    root = _git(project.folder, "rev-parse", "--show-toplevel").rstrip("\n")
    if not root:
        return Changes()
    asked, refs = _refs(environ)
    base = next((found for ref in refs if (found := _merge_base(Path(root), ref))), None)
    if base is None:
        return Changes(note=_unseen(asked)) if asked else Changes()
    shown = asked or refs[0]
    differing = [*_different(Path(root), base, place), *_moved(Path(root), base, project)]
    return Changes(
        tuple(
            ChangedFile(Location(project.relative(path), 1), shown)
            for path in dict.fromkeys(differing)
        )
    )


def _unseen(base: str) -> str:
    return (
        f"nobody can tell whether the files that decide were changed: {base} is not in this "
        "checkout; fetch it, or let the base decide with --policy-from"
    )


def _refs(environ: Mapping[str, str]) -> tuple[str | None, Sequence[str]]:
    """What CI says that the base is, and where it may be found."""
    if commit := environ.get(_COMMIT):
        return commit, (commit,)
    for name in _BRANCHES:
        if branch := environ.get(name, "").removeprefix("refs/heads/"):
            return f"origin/{branch}", (f"origin/{branch}",)
    return None, _DEFAULTS


def _merge_base(root: Path, ref: str) -> str | None:
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if not commit:
        return None
    return _git(root, "merge-base", commit.strip(), "HEAD").strip() or None


def _different(root: Path, base: str, place: Place) -> Iterator[Path]:
    paths = [*place.files(), *(path.resolve() for path in place.files())]
    ours = [os.path.relpath(p, root) for p in paths if p.absolute().is_relative_to(root)]
    levels = os.path.relpath(place.levels_file("*"), root)
    names = [*(f":(literal){name}" for name in ours), f":(glob){levels}"]
    options = ("--name-only", "-z", "--no-renames", "--no-ext-diff")
    said = _git(root, "diff", *options, base, "--", *names)
    yield from (root / name for name in said.split("\0") if name)


def _moved(root: Path, base: str, project: Project) -> Iterator[Path]:
    """Yield Pulumi.yaml where it names another folder for the stacks than the base does."""
    file = project.folder / project.file
    before = _git(root, "cat-file", "blob", f"{base}:{os.path.relpath(file, root)}")
    try:
        was = yaml.safe_load(before)
    except yaml.YAMLError:
        was = None
    if isinstance(was, dict):
        names = (was.get("stackConfigDir"), was.get("config"))
        folder = project.folder / next((name for name in names if isinstance(name, str)), "")
        if folder.resolve() != project.stack_folder.resolve():
            yield file


def _git(folder: Path, *words: str) -> str:
    """What Git says, '' where it fails. Nothing of the checkout's configuration is run."""
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", *words]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
