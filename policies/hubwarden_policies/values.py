"""The values that stand in properties beside those of JSON, and a walk through all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal, final

from hubwarden_policies.record import record


@final
class Unknown:
    """A value that nobody knows before the deployment. There is one: `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise TypeError("UNKNOWN is neither true nor false: ask `value is UNKNOWN`")


UNKNOWN: Final = Unknown()


@final
class Inexpressible:
    """A property that the input's format has no words for. There is one: `INEXPRESSIBLE`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "INEXPRESSIBLE"

    def __bool__(self) -> bool:
        raise TypeError("INEXPRESSIBLE is neither true nor false: ask `value is INEXPRESSIBLE`")


INEXPRESSIBLE: Final = Inexpressible()


@record
class Secret:
    """A value that is marked as secret where it stands; what it holds never leaves the process."""

    value: Any

    def __repr__(self) -> str:
        return "Secret(…)"


@record
class Hole:
    """A made-up stretch of a text: output `path` of `source`.

    `source` is the address of a resource, `call:TOKEN` for the result of a function,
    `config:KEY` for the stand-in of a secret config value or `unread:RIGHT` for what Azure shows
    only to those who have that right.
    """

    source: str
    path: str


@record
class Made:
    """A value that is known in the canary run only: literal text around made-up `Hole`s.

    A value that was computed from made-up ones and shows none of them (a flag, a length, a
    slice) is opaque: it has no literal part. Reading more than the literal parts and the sources
    is a guess, so `rule.Undecided` is raised where a rule asks for the value itself.
    """

    parts: tuple[str | Hole, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """Addresses of what the made-up parts came from, in the order of the text."""
        return tuple(dict.fromkeys(part.source for part in self.parts if isinstance(part, Hole)))


@record
class Certificate:
    """What a gate read from an X.509 certificate (PEM or DER)."""

    ca: bool
    not_after: datetime
    key: Literal["RSA", "EC", "other"]
    bits: int
    hash: str


def walk(value: Any, path: str = "", secret: bool = False) -> Iterator[tuple[str, Any, bool]]:
    """Every leaf of a value: (path, leaf, whether a `Secret` encloses it).

    A leaf is a scalar, `UNKNOWN`, `INEXPRESSIBLE`, a `Made` or a `Certificate`.
    """
    # A list of what is left, for a generator in a generator hands every leaf up all levels.
    left = [(path, value, secret)]
    while left:
        leaf = path, value, secret = left.pop()
        if isinstance(value, (str, bool)):
            yield leaf
        elif isinstance(value, Secret):
            left.append((path, value.value, True))
        elif isinstance(value, (dict, Mapping)):
            before = f"{path}." if path else ""
            left += [(f"{before}{key}", item, secret) for key, item in value.items()][::-1]
        elif isinstance(value, (list, tuple)):
            left += [(f"{path}[{at}]", item, secret) for at, item in enumerate(value)][::-1]
        else:
            yield leaf
