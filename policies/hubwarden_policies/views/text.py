"""Texts that may be secret or partly made up, such as a connection string."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.model import INEXPRESSIBLE, Hole, Made, Secret
from hubwarden_policies.record import record
from hubwarden_policies.rule import Inexpressible, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterable

_UNREAD: Final = "unread:"
GAP: Final = "…"


@record
class Text:
    """A text, as far as it is known.

    `shape` is the literal text with `GAP` for every made-up stretch, None where nothing of it is
    known (unknown, or opaque). `secret` tells whether it is marked as secret; `holes` are its
    made-up stretches in the order of the text.
    """

    path: str
    secret: bool
    shape: str | None
    holes: tuple[Hole, ...] = ()

    @property
    def sources(self) -> tuple[str, ...]:
        """Addresses that the made-up stretches came from, each once."""
        return tuple(dict.fromkeys(hole.source for hole in self.holes))

    def known(self) -> str:
        """The literal text with its gaps; raises `Undecided` where nothing of it is known."""
        if self.shape is None:
            raise Undecided(self.path, f"the value of {self.path}{lacking(self.holes)}")
        return self.shape


def lacking(parts: Iterable[str | Hole]) -> str:
    """The right that is missing to read a value, as the end of a sentence on it; "" for none."""
    holes = (part.source for part in parts if isinstance(part, Hole))
    rights = (source.removeprefix(_UNREAD) for source in holes if source.startswith(_UNREAD))
    return next((f" (Azure shows it with {right} only)" for right in rights), "")


def text(value: Any, path: str = "", *, secret: bool = False) -> Text:
    """A value as `Text`, whatever is known of it; `secret` where something around it is marked."""
    if isinstance(value, Secret):
        return text(value.value, path, secret=True)
    if isinstance(value, Made):
        holes = tuple(part for part in value.parts if isinstance(part, Hole))
        shape = "".join(GAP if isinstance(part, Hole) else part for part in value.parts)
        return Text(path, secret, shape if shape.strip(GAP) else None, holes)
    if value is INEXPRESSIBLE:
        raise Inexpressible(path)
    known = isinstance(value, str | int | float)
    return Text(path, secret, str(value) if known else None)
