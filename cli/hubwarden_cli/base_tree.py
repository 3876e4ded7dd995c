"""Reads files as they are in another commit of a checkout, and asks Git about commits."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hubwarden_policies.record import record

_SECONDS: Final = 30


class Unreadable(Exception):
    """Git cannot say what is in the commit: no Git, a lazy clone, or a broken one."""


@record
class BaseTree:
    """The files of `commit` in the checkout with this root."""

    root: Path
    commit: str

    def read(self, paths: Sequence[Path]) -> list[bytes | None]:
        """The contents at these places below the root, None where there is no file.

        A symbolic link is followed as it was in that commit, wherever it leads today. Line ends
        are those of the commit. Raises `Unreadable`.
        """
        names = [os.path.relpath(path, self.root).replace(os.sep, "/") for path in paths]
        asked = "".join(f"{self.commit}:{name}\n" for name in names).encode()
        answer = git(self.root, "cat-file", "--batch", "--follow-symlinks", given=asked)
        found = []
        for _ in names:
            content, answer = self._next(answer or b"")
            found.append(content)
        return found

    def _next(self, answer: bytes) -> tuple[bytes | None, bytes]:
        """The first content of an answer, and what is left of it.

        Source of its form: "Batch output" of the manual of git cat-file.
        """
        head, line, rest = answer.partition(b"\n")
        if not line:
            raise Unreadable
        if head.endswith(b" missing"):
            return None, rest
        *name, size = head.split(b" ")
        body, rest = rest[: int(size)], rest[int(size) + 1 :]
        if name == [b"symlink"]:
            # It leads out of the checkout, to where no commit reaches.
            return content(self.root / os.fsdecode(body)), rest
        return body if name[-1] == b"blob" else None, rest


def content(path: Path) -> bytes | None:
    """What is in the file now, None where there is none that can be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def git(folder: Path, *words: str, given: bytes = b"") -> bytes | None:
    """What Git says, None where it fails. Nothing of the checkout's configuration is run."""
    command = ["git", "-C", str(folder), "-c", "core.fsmonitor=false", *words]
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
