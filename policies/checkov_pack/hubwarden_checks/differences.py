"""Where stock Checkov with the pack says other things of an input than `hubwarden check`, and why.

A test runs every rule's examples through both; it fails on a difference that is not listed, and on
an entry that is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Form = Literal["arm", "azapi", "azurerm"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule that does not say of its examples in a form what it says of the program.

    `says` is what comes out instead, in `example`.
    """

    rule: str
    form: Form
    example: Literal["bad", "good", "unknown"]
    says: Literal["nothing", "undecided", "open"]
    reason: str


DIFFERENCES: Final[tuple[Difference, ...]] = ()
