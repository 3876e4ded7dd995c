"""The way past the guard, for one run: loud, with a reason, and not forgotten."""

from __future__ import annotations

import re
from typing import Final

VARIABLE: Final = "HUBWARDEN_OVERRIDE"
HOW: Final = f'{VARIABLE}="ticket: reason"'
_FORM: Final = re.compile(r"\s*[^\s:][^:]*:\s*\S.*", re.DOTALL)


class OverrideError(Exception):
    """An override that does not say why; the text is a sentence with a way out."""


def reason(said: str | None) -> str | None:
    """The ticket and the reason of an override; None where there is no override."""
    if said is None or not said.strip():
        return None
    if not _FORM.fullmatch(said):
        raise OverrideError(f"{VARIABLE} must name a ticket and a reason: {HOW}.")
    return " ".join(said.split())
