"""Whether what encrypts the secrets of a stack is more than a formality."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hubwarden_cli.base_tree import git
from hubwarden_cli.diagnosis.backend import keeps_secrets
from hubwarden_cli.diagnosis.line import Line, problem, warning
from hubwarden_policies.gates.program.pulumi_project.project_error import read_mapping, word

if TYPE_CHECKING:
    from hubwarden_policies.gates.program.pulumi_project.project import Project

_ABOUT: Final = "secrets"
_VARIABLE: Final = "PULUMI_CONFIG_PASSPHRASE"
_FILE: Final = f"{_VARIABLE}_FILE"
_KEYS: Final = ("azurekeyvault", "awskms", "gcpkms", "hashivault")
# Whoever has the stack file can try passphrases, as many as they like; random words withstand.
_SHORTEST: Final = 16
_FEWEST: Final = 8
_CHANGE: Final = (
    "run `pulumi stack change-secrets-provider azurekeyvault://VAULT.vault.azure.net/keys/KEY` "
    "with --stack {stack}."
)


def about_the_secrets(
    project: Project, stack: str, backend: str, environ: Mapping[str, str]
) -> Line:
    """Say what encrypts the secrets of this stack, and whether it keeps them."""
    path = project.stack_file(stack)
    root = read_mapping(path, project.relative(path)) if path else None
    provider = word(root, "secretsprovider", project.relative(path)) if root and path else None
    salted = root is not None and root.get("encryptionsalt") is not None
    kind = (provider or "default").partition("://")[0]
    change = _CHANGE.format(stack=stack)
    if kind in _KEYS:
        return Line(_ABOUT, f"stack {stack}: a key of {kind} encrypts them")
    if kind not in ("default", "passphrase"):
        return problem(_ABOUT, f"stack {stack}: {kind} is no provider of Pulumi's", change)
    if kind == "default" and not salted and keeps_secrets(backend):
        return Line(_ABOUT, f"stack {stack}: the backend encrypts them")
    if kind == "default" and not salted and not backend:
        return warning(
            _ABOUT,
            f"stack {stack}: what encrypts them is decided when somebody logs in",
            f"decide it before: {change}",
        )
    return _passphrase(project, stack, environ)


def _passphrase(project: Project, stack: str, environ: Mapping[str, str]) -> Line:
    change = _CHANGE.format(stack=stack)
    passphrase = environ.get(_VARIABLE)
    if passphrase == "" and not environ.get(_FILE):
        what = f"stack {stack}: {_VARIABLE} is empty, and so anybody can decrypt them"
        return problem(_ABOUT, what, change)
    if passphrase:
        # Of its value nothing is said, not even how long it is.
        if len(passphrase) < _SHORTEST or len(set(passphrase)) < _FEWEST:
            what = f"stack {stack}: the passphrase in {_VARIABLE} can be guessed"
            return problem(_ABOUT, what, change)
        return Line(_ABOUT, f"stack {stack}: a passphrase of some length encrypts them")
    if name := environ.get(_FILE):
        return _from_file(project, stack, Path(name).expanduser())
    return warning(
        _ABOUT,
        f"stack {stack}: a passphrase that nobody here knows encrypts them",
        f"see that it is long and random, or {change}",
    )


def _from_file(project: Project, stack: str, path: Path) -> Line:
    """What the file's place says; what is in it is not read."""
    path = project.folder / path
    shown = f"stack {stack}: the file that {_FILE} names"
    try:
        status = path.stat()
    except OSError:
        return problem(_ABOUT, f"{shown} cannot be read", "name one that is there.")
    if not status.st_size:
        return problem(_ABOUT, f"{shown} is empty", _CHANGE.format(stack=stack))
    if git(path.parent, "ls-files", "--error-unmatch", "--", path.name) is not None:
        return problem(_ABOUT, f"{shown} is in Git", _CHANGE.format(stack=stack))
    if os.name == "posix" and status.st_mode & 0o077:
        return warning(_ABOUT, f"{shown} can be read by others", "run `chmod 600` on it.")
    return Line(_ABOUT, f"{shown} encrypts them")
