"""What a reader says of one file."""

from __future__ import annotations

from collections.abc import Callable

from hubwarden_policies.record import record


@record
class Declared:
    """One resource. `type` is the full one in any case of letters; `line` from 1, where known."""

    type: str
    name: str
    line: int | None = None


@record
class Gap:
    """Something that cannot be read here: a part of a sentence, and its line where known.

    `harmless` where Checkov says so little of it that to name it is enough.
    """

    what: str
    line: int | None = None
    harmless: bool = False


@record
class Reading:
    """All resources that could be told, and what could not."""

    resources: tuple[Declared, ...] = ()
    gaps: tuple[Gap, ...] = ()


# Reads the text of one file.
Reader = Callable[[str], Reading]
