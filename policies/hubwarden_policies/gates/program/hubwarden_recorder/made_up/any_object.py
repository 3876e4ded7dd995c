"""Objects of which only the program knows the keys: each key that it asks for is answered."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


class AnyObject(dict):  # type: ignore[type-arg]  # keys are what the program asks for
    """A dict that makes a value with `make(key)` for a key that it does not have."""

    def __init__(self, make: Callable[[Any], Any], **given: Any) -> None:
        super().__init__(given)
        self._make = make

    def __missing__(self, key: Any) -> Any:
        self[key] = self._make(key)
        return self[key]

    def __contains__(self, key: object) -> bool:
        return True

    def get(self, key: Any, default: Any = None) -> Any:
        return self[key]


def keep_whole() -> None:
    """Let `Output.all` and the like pass these objects on: of other dicts they make copies."""
    from pulumi import Output

    output: Any = Output
    from_input = output.from_input
    if getattr(from_input, "_hubwarden", False):
        return

    @functools.wraps(from_input)
    def whole(val: Any) -> Any:
        if isinstance(val, AnyObject):
            return from_input("").apply(lambda _: val)
        return from_input(val)

    whole._hubwarden = True  # type: ignore[attr-defined]  # wrapped once is enough
    output.from_input = staticmethod(whole)
