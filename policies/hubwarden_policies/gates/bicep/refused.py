"""What is not translated, as a sentence at its place."""

from __future__ import annotations


class Refused(Exception):
    """A construct that this gate does not translate, or that Bicep does not know.

    `message` is one sentence with a way out; `at` the offset in the text of the file.
    """

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
