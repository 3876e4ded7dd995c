"""Whether a pull request changes the files that decide about its own findings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubwarden_cli.base_tree import BaseTree, Unreadable, content, git
from hubwarden_policies.gates.program.pulumi_project.folders import PROJECT_FILES
from hubwarden_policies.model import Location
from hubwarden_policies.record import record
from hubwarden_policies.views.standing import ChangedFile

if TYPE_CHECKING:
    from hubwarden_cli.home import Home
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
_DEFAULTS: Final = ("HEAD", "main", "master")
# Azure Pipelines sets the second and not the first.
_CI: Final = ("CI", "TF_BUILD")


@record
class Changes:
    """The files that differ; `note` says why nobody can tell, where that is so."""

    files: tuple[ChangedFile, ...] = ()
    note: str | None = None


@record
class _Ref:
    """A commit as a person calls it, and so that Git takes nothing else for it.

    Whoever may push a tag called origin/main would otherwise choose the base.
    """

    shown: str
    full: str


def changes(home: Home, place: Place, environ: Mapping[str, str]) -> Changes:
    """What differs from the base. Nothing outside CI, and nothing outside a Git work tree."""
    asked = _asked(environ)
    if asked is None and all(environ.get(n, "").lower() in ("", "0", "false") for n in _CI):
        return Changes()
    root = _said(home.folder, "rev-parse", "--show-toplevel")
    refs = [asked] if asked else [_branch(name) for name in _DEFAULTS]
    bases = ((ref, _merge_base(Path(root), ref)) for ref in refs if root)
    ref, commit = next(((ref, commit) for ref, commit in bases if commit), (asked, ""))
    if ref is None:
        return Changes()
    try:
        if not commit:
            raise Unreadable
        tree = BaseTree(Path(root), commit)
        differing = [*_different(tree, place, home.stacks), *_moved(tree, home)]
    except Unreadable:
        return Changes(note=_unseen(ref))
    return Changes(
        tuple(
            ChangedFile(Location(home.relative(path), 1), ref.shown)
            for path in dict.fromkeys(differing)
        )
    )


def _unseen(base: _Ref) -> str:
    return (
        f"nobody can tell whether the files that decide were changed: {base.shown} is not in this "
        "checkout; fetch it, or let the base decide with --policy-from"
    )


def _asked(environ: Mapping[str, str]) -> _Ref | None:
    """What CI says that the base is."""
    if commit := environ.get(_COMMIT):
        return _Ref(commit, commit)
    names = (environ.get(name, "").removeprefix("refs/heads/") for name in _BRANCHES)
    return next((_branch(name) for name in names if name), None)


def _branch(name: str) -> _Ref:
    return _Ref(f"origin/{name}", f"refs/remotes/origin/{name}")


def _merge_base(root: Path, ref: _Ref) -> str:
    options = ("--verify", "--quiet", "--end-of-options")
    commit = _said(root, "rev-parse", *options, f"{ref.full}^{{commit}}")
    return _said(root, "merge-base", commit, "HEAD") if commit else ""


def _different(tree: BaseTree, place: Place, stacks: Sequence[str]) -> Iterator[Path]:
    """Yield the files with other contents than in the base, whatever Git knows of them.

    It may not track one that decides all the same, or be told to ignore what is changed in it.
    """
    files = [Path(os.path.normpath(path)) for path in place.files(stacks)]
    paths = [path for path in files if path.is_relative_to(tree.root)]
    for path, before in zip(paths, tree.read(paths), strict=True):
        if _lines(before) != _lines(content(path)):
            yield path


def _lines(text: bytes | None) -> list[bytes] | None:
    """The lines without their ends, which a checkout may choose."""
    return None if text is None else text.splitlines()


def _moved(tree: BaseTree, home: Home) -> Iterator[Path]:
    """Yield Pulumi.yaml where it names another folder for the stacks than the base does."""
    before = tree.read([home.folder / name for name in PROJECT_FILES])
    text = next((found for found in before if found is not None), None)
    now = next((f for n in PROJECT_FILES if (f := home.folder / n).is_file()), None)
    if text is None or now is None:
        return
    import yaml

    try:
        was = yaml.safe_load(text)
    except yaml.YAMLError:
        was = None
    names = (was.get("stackConfigDir"), was.get("config")) if isinstance(was, dict) else ()
    folder = home.folder / next((name for name in names if isinstance(name, str)), "")
    # Not where the two lead today: a link may have come since.
    if os.path.normpath(folder) != os.path.normpath(home.stack_folder):
        yield now


def _said(folder: Path, *words: str) -> str:
    return os.fsdecode(git(folder, *words) or b"").rstrip("\n")
