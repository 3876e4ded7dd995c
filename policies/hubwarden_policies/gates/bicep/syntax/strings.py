"""What stands behind a backslash."""

from __future__ import annotations

import re
from typing import Final

from hubwarden_policies.gates.bicep.refused import Refused

_ESCAPE: Final = re.compile(r"\\(?:u\{(?P<code>[0-9a-fA-F]{1,6})\}|(?P<plain>.))", re.DOTALL)
_PLAIN: Final = {"\\": "\\", "'": "'", "n": "\n", "r": "\r", "t": "\t", "$": "$"}
_LAST: Final = 0x10FFFF


def unescaped(text: str, at: int) -> str:
    """The value of a stretch of a string that stands at this offset; raises `Refused`."""

    def value(found: re.Match[str]) -> str:
        if code := found["code"]:
            number = int(code, 16)
            if number <= _LAST and not 0xD800 <= number <= 0xDFFF:
                return chr(number)
        elif found["plain"] in _PLAIN:
            return _PLAIN[found["plain"]]
        raise Refused(
            f"Bicep does not know the escape {found[0]}: write \\\\ for a backslash.",
            at + found.start(),
        )

    return _ESCAPE.sub(value, text)
