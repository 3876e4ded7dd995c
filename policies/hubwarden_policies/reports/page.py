"""Where a text report is written: how wide, in which colours, with which characters."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from typing import Final, TextIO

from hubwarden_policies.record import record
from hubwarden_policies.rule import Severity

_STYLES: Final[Mapping[str, str]] = {
    "bold": "1",
    "dim": "2",
    "good": "32",
    "caret": "1;31",
    "error": "1;31",
    str(Severity.CRITICAL): "1;35",
    str(Severity.HIGH): "1;31",
    str(Severity.MEDIUM): "33",
    str(Severity.LOW): "36",
    str(Severity.INFO): "2",
}
# What a terminal would obey instead of showing: control characters and changes of direction.
_UNSAFE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ASCII: Final = str.maketrans({"│": "|", "…": "...", "\u2013": "-", "\u2019": "'"})
NARROWEST: Final = 40


@record
class Page:
    """How to set a text: width in columns, whether in colour, whether in ASCII only."""

    width: int = 100
    colour: bool = False
    ascii: bool = False

    def paint(self, style: str, text: str) -> str:
        """The text in a style of this page; unchanged where it has no colours."""
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self.colour and text else text

    def plain(self, text: str) -> str:
        """The text as it may be shown: nothing in it moves the cursor or changes a colour."""
        text = _UNSAFE.sub(lambda hit: hit[0].encode("unicode_escape").decode(), text)
        if not self.ascii:
            return text
        return text.translate(_ASCII).encode("ascii", "replace").decode()

    def wrap(self, text: str, indent: int = 0, label: str = "", style: str = "dim") -> list[str]:
        """The text in lines of the page's width, words and ids whole, after and below a label."""
        hanging = " " * (indent + len(label))
        lines = textwrap.wrap(
            self.plain(" ".join(text.split())),
            max(self.width, NARROWEST),
            initial_indent=hanging,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
        if not lines:
            return []
        first = " " * indent + self.paint(style, label) + lines[0][len(hanging) :]
        return [first, *lines[1:]]


def page_for(stream: TextIO, environ: Mapping[str, str], columns: int) -> Page:
    """The page that a stream is: colours on a terminal only, unless NO_COLOR or FORCE_COLOR say."""
    forced = environ.get("FORCE_COLOR", "") not in ("", "0", "false")
    terminal = stream.isatty() and environ.get("TERM") != "dumb"
    try:
        "│…".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        ascii_only = True
    else:
        ascii_only = False
    return Page(
        width=min(columns, 120),
        colour=not environ.get("NO_COLOR") and (forced or terminal),
        ascii=ascii_only,
    )


def cells(text: str) -> int:
    """How many columns a text takes on a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
