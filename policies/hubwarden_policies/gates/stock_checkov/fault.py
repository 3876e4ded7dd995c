"""What keeps a run of Checkov from being believed, and what was left out of it."""

from __future__ import annotations

from hubwarden_policies.record import record


@record
class Fault:
    """Why something was not judged: a sentence with a way out, and the exit code it means.

    `input` is the file as the user names it, or Checkov. `kind` is one word for machines.
    """

    input: str
    kind: str
    message: str
    line: int | None = None
    exit_code: int = 4


@record
class LeftOut:
    """Something that was not looked into by intention, with why."""

    input: str
    reason: str
    framework: str = "files"
    line: int | None = None


class Unusable(Exception):
    """What was asked for cannot be done; the text is a sentence with a way out."""
