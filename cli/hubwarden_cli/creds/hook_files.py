"""The files that hooks and acks name: they must be there, and be those of the plan."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from hubwarden_cli.creds.exits import refused
from hubwarden_cli.rotation.consumers import Credential


def digests(declared: Iterable[Credential], folder: Path) -> dict[str, str]:
    """The sha256 of every file that a hook names, by the name in consumers.toml.

    Programs that are found by PATH are the machine's, not the plan's.
    """
    found = {}
    for argv in _commands(declared):
        for part in argv:
            path = folder / part
            if path.is_file():
                found[part] = _digest(path)
    return found


def missing(declared: Iterable[Credential], folder: Path) -> str | None:
    """The first program of a hook that cannot be started; None where all can."""
    for argv in _commands(declared):
        program = argv[0]
        known = (folder / program).is_file() if "/" in program else shutil.which(program)
        if not known:
            return program
    return None


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise refused(f"the hook {path} cannot be read: {error.strerror}.") from None


def _commands(declared: Iterable[Credential]) -> Iterator[tuple[str, ...]]:
    for credential in declared:
        for consumer in credential.consumers:
            yield from (argv for argv in (consumer.hook, consumer.ack) if argv)
