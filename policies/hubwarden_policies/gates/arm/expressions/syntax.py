"""What an expression is made of."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Final

from hubwarden_policies.record import record

_LONGEST: Final = 200
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'")


@record
class Literal:
    """A text or a number that is written out. `text` is its source, `column` counts from 1."""

    value: str | int | float
    text: str = field(default="", compare=False)
    column: int = field(default=1, compare=False)


@record
class Call:
    """`name(arguments)`, or `namespace.name(arguments)` for a function of the template's own."""

    name: str
    arguments: tuple[Expression, ...] = ()
    namespace: str | None = None
    text: str = field(default="", compare=False)
    column: int = field(default=1, compare=False)


@record
class Access:
    """`target.key`, `target['key']` or `target[0]`; `column` is the key's."""

    target: Expression
    key: Expression
    text: str = field(default="", compare=False)
    column: int = field(default=1, compare=False)


Expression = Literal | Call | Access


def shown(node: Expression) -> str:
    """The source of a part for a person: shortened, and without a text that may be a key."""
    text = _QUOTED.sub(_short, node.text)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _short(match: re.Match[str]) -> str:
    text = match.group()
    # Keys are long and have digits; the names of types, which are long too, have none.
    random = len(text) > 34 and any(letter.isdigit() for letter in text)
    return "'…'" if random else text
