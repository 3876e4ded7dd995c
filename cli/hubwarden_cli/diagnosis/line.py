"""What the doctor says: one thing, how it stands, and what to do about it."""

from __future__ import annotations

from typing import Literal

from hubwarden_policies.record import record


@record
class Line:
    """One sentence about one thing; `todo` is what to do where it is not as it should be.

    A problem keeps the next deployment from being judged, or a secret from staying one.
    """

    about: str
    what: str
    says: Literal["ok", "warning", "problem"] = "ok"
    todo: str | None = None


def warning(about: str, what: str, todo: str) -> Line:
    """A line about what works, and may not do what somebody expects."""
    return Line(about, what, "warning", todo)


def problem(about: str, what: str, todo: str) -> Line:
    """A line about what has to be mended."""
    return Line(about, what, "problem", todo)
