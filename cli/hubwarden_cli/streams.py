"""Where a report goes: a stream that may be closed or speak ASCII only, or a file, whole or not."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from hubwarden_cli.guard import Refusal


def write(text: str, stream: TextIO) -> None:
    """Write and flush; a reader that has seen enough (`| head`) is no error.

    Raises `Refusal` where there is no room, or whatever else keeps the text from its place.
    """
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = stream.encoding or "ascii"
            stream.write(text.encode(encoding, "replace").decode(encoding))
        stream.flush()
    except OSError as error:
        # Python flushes once more at its end, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise Refusal(
                f"the report could not be written: {error.strerror}; make room there, or let it "
                "be written elsewhere."
            ) from None


def tell(text: str, stream: TextIO) -> None:
    """Write what may get lost: that nobody listens, or has room for it, stops nothing."""
    with suppress(Refusal):
        write(text, stream)


def stand_in() -> None:
    """Put a stream that leads nowhere in the place of each that was closed before we began.

    Else the next file that is opened would take the place, and get what is printed.
    """
    handle = os.open(os.devnull, os.O_RDWR)
    while handle <= 2:
        handle = os.open(os.devnull, os.O_RDWR)
    os.close(handle)
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


@contextmanager
def report_file(path: Path, *, append: bool = False) -> Iterator[TextIO]:
    """A file that appears under its name when all of it is written, and not before.

    Raises `Refusal` where it cannot be written, at once and not after the work. What is no
    regular file (/dev/stderr, a named pipe) is written as it is, and so is one to `append` to,
    which others write too.
    """
    try:
        target = path.resolve()
        whole = not append and (not target.exists() or target.is_file())
        if target.is_dir() or (target.exists() and not os.access(target, os.W_OK)):
            raise PermissionError(0, "it is a folder" if target.is_dir() else "it is read-only")
        scratch = target.with_name(f".{target.name}.{os.getpid()}") if whole else target
        stream = scratch.open("a" if append else "w", encoding="utf-8")
    except OSError as error:
        raise Refusal(
            f"{path} cannot be written: {error.strerror}; name a file in a folder of yours."
        ) from None
    try:
        try:
            with stream:
                yield stream
                stream.flush()
        except OSError as error:
            raise Refusal(
                f"{path} cannot be written: {error.strerror}; make room, or name another file."
            ) from None
        except UnicodeEncodeError as error:
            # Two names that differ in such bytes alone would become one.
            name = error.object[: error.end].rpartition('"')[2]
            name += error.object[error.end :].partition('"')[0]
            raise Refusal(
                f"{path} would hold a file's name that is not UTF-8 ({name!a}); rename that "
                "file, or leave it out."
            ) from None
        if whole and target.exists():
            scratch.chmod(target.stat().st_mode & 0o777)
        if whole:
            scratch.replace(target)
    finally:
        if whole:
            scratch.unlink(missing_ok=True)


def columns() -> int:
    """How wide a report may be: the terminal's width, 100 where there is none."""
    if width := os.environ.get("COLUMNS", ""):
        # Not isdigit, which takes ² for one.
        return int(width) if width.isdecimal() and int(width) else 100
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 100
    except (OSError, ValueError):
        return 100
