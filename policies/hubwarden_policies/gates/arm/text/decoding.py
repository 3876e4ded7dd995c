"""From bytes to a text that holds nothing but JSON."""

from __future__ import annotations

import codecs
import re
from typing import Final

_UTF8: Final = "save it as UTF-8"
_STRING_OR_COMMENT: Final = re.compile(
    # An end of the file ends each, so that what is open is looked through once.
    r'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|//[^\r\n]*|/\*.*?(?:\*/|\Z)',
    re.DOTALL,
)
_NOT_A_BREAK: Final = re.compile(r"[^\r\n]")


class NotJson(Exception):
    """Why a file is no JSON that Azure takes: a sentence with a way out, its line and column."""

    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.message, self.line, self.column = message, line, column


def not_json(message: str, text: str, offset: int) -> NotJson:
    """The error at this offset of the text."""
    start = text.rfind("\n", 0, offset) + 1
    return NotJson(message, text.count("\n", 0, offset) + 1, offset - start + 1)


def decoded(raw: bytes) -> str:
    """The text in UTF-8, with or without a mark, or in UTF-16 with one; raises `NotJson`."""
    if raw.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise NotJson(f"The file is in UTF-32, which Azure does not read: {_UTF8}.")
    utf16 = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = raw.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        said = "UTF-16" if utf16 else "UTF-8"
        before = raw[: error.start].decode("utf-16" if utf16 else "utf-8-sig", errors="replace")
        message = f"The file has a byte here that {said} does not have: {_UTF8}."
        raise not_json(message, before, len(before)) from None
    if not text.strip():
        raise NotJson("The file is empty: write the template into it, or take it off the list.")
    if "\0" in text:
        message = f"The file has a NUL character here, as UTF-16 without its mark has: {_UTF8}."
        raise not_json(message, text, text.index("\0"))
    return text


def without_comments(text: str) -> str:
    """The text with spaces for its comments, so that every offset stays; raises `NotJson`."""

    def blank(match: re.Match[str]) -> str:
        found = match.group()
        if found.startswith('"'):
            return found
        if found.startswith("/*") and (len(found) < 4 or not found.endswith("*/")):
            message = "A comment begins here and does not end: close it with */."
            raise not_json(message, text, match.start())
        return _NOT_A_BREAK.sub(" ", found)

    return _STRING_OR_COMMENT.sub(blank, text)
