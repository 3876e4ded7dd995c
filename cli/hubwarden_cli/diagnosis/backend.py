"""Whether the state of the stacks is where only those who deploy can read it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hubwarden_cli.base_tree import git
from hubwarden_cli.diagnosis.line import Line, problem, warning
from hubwarden_cli.diagnosis.tools import pulumi_home
from hubwarden_policies.gates.program.pulumi_project.project_error import read_mapping, word

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.pulumi_project.project import Project

_ABOUT: Final = "backend"
# The file holds tokens too; no more than the address is ever taken out of it.
_CURRENT: Final = re.compile(r'"current"\s*:\s*"([^"\\]*)"')
_BUCKETS: Final = ("azblob", "s3", "gs")
_MOVE: Final = "log in to Pulumi Cloud or to a container: `pulumi login azblob://NAME`."


def backend_of(project: Project, environ: Mapping[str, str]) -> str:
    """The address of the backend, "" where there is none; the engine looks in this order."""
    if address := environ.get("PULUMI_BACKEND_URL"):
        return address
    root = read_mapping(project.folder / project.file, project.file)
    backend = root.get("backend") if root else None
    if backend and (address := word(backend, "url", project.file)):
        return address
    try:
        text = (pulumi_home(environ) / "credentials.json").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    found = _CURRENT.search(text)
    return found[1] if found else ""


def keeps_secrets(address: str) -> bool:
    """Whether this backend encrypts secrets by itself, with a key of its own for each stack."""
    return urlsplit(address).scheme in ("http", "https")


def about_the_backend(project: Project, address: str) -> Line:
    """Say who can read the state. It holds every output that is not a secret in clear."""
    if tracked := _tracked(project):
        return problem(
            _ABOUT,
            f"{tracked} is in Git: whoever has a clone has the state",
            f"`git rm --cached` it, rotate what it holds, and {_MOVE}",
        )
    parts = urlsplit(address)
    # An address may hold a password: the host is all that is shown.
    shown = f"{parts.scheme}://{parts.hostname or ''}"
    if not address:
        return warning(_ABOUT, "nobody is logged in, so that `pulumi up` asks for it", _MOVE)
    if parts.scheme == "file":
        return _in_files(project, address)
    if parts.password:
        return problem(
            _ABOUT,
            f"the address of {shown} holds a password, which every process sees",
            "let the login of the machine or of a person open it.",
        )
    if parts.scheme == "https":
        return Line(_ABOUT, f"{shown} keeps the state")
    if parts.scheme == "http":
        if parts.hostname in ("localhost", "127.0.0.1", "::1"):
            return warning(_ABOUT, f"{shown} is on this machine only", _MOVE)
        return problem(_ABOUT, f"{shown} takes tokens and state unencrypted", "use https://.")
    if parts.scheme in _BUCKETS:
        return Line(_ABOUT, f"{shown} keeps the state: who reads the container reads the state")
    return warning(_ABOUT, f"nothing is known of {shown}", "see that only deployers can read it.")


def _in_files(project: Project, address: str) -> Line:
    said = address.removeprefix("file://").partition("?")[0]
    folder = Path(os.path.normpath(project.folder / Path(said).expanduser())) / ".pulumi"
    alone = "the state is in files of this machine: no copy, no lock against somebody else's `up`"
    if folder.is_relative_to(_checkout(project)) and not _is_ignored(project, folder):
        return problem(
            _ABOUT,
            f"{project.relative(folder)} lies in the checkout, and the next `git add` takes it in",
            f"write .pulumi/ into .gitignore, or better {_MOVE}",
        )
    return warning(_ABOUT, alone, f"for what stays, {_MOVE}")


def _checkout(project: Project) -> Path:
    folders = (project.folder, *project.folder.parents)
    return next((folder for folder in folders if (folder / ".git").exists()), project.folder)


def _is_ignored(project: Project, folder: Path) -> bool:
    if git(project.folder, "rev-parse", "--git-dir") is None:
        return True
    return git(project.folder, "check-ignore", "--quiet", "--", f"{folder}/stacks") is not None


def _tracked(project: Project) -> str | None:
    """A file of a state that Git has, if there is any."""
    listed = git(project.folder, "ls-files", "-z", "--", ":(glob)**/.pulumi/stacks/**")
    return os.fsdecode(listed).split("\0")[0] or None if listed else None
