"""One line on a terminal that says what is being waited for; nothing anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TextIO

if TYPE_CHECKING:
    from hubwarden_cli.inspected import Progress

_CLEAR: Final = "\r\x1b[K"


@contextmanager
def progress_line(stream: TextIO, *, quiet: bool) -> Iterator[Progress]:
    """What to tell how far the work is; the line is gone when the work is."""
    shown = stream.isatty() and not quiet

    def tell(project: str, done: int, stacks: int) -> None:
        if shown:
            name = project.encode("ascii", "replace").decode()
            stream.write(f"{_CLEAR}checking {name}: {done} of {stacks} stacks")
            stream.flush()

    try:
        yield tell
    finally:
        if shown:
            stream.write(_CLEAR)
            stream.flush()
