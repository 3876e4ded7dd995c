"""Why something could not be judged. It loads nothing, for it is there before anything is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_policies.model import Location


@record
class Problem:
    """Why something could not be judged: a sentence with a way out, and the exit code it means.

    `traceback` are the lines of the program's own, cut to the user's frames.
    """

    input: str
    stack: str | None
    kind: str
    message: str
    exit_code: int
    location: Location | None = None
    folder: str = ""
    traceback: tuple[str, ...] = ()
