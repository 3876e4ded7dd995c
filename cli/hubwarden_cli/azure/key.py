"""A key, in a form that no log, trace or report can show by accident."""

from __future__ import annotations

import hmac
from typing import Final, NoReturn

_SHOWN: Final = "<key>"


class Key:
    """The text of a key. Only `reveal` gives it out; it cannot be pickled, hashed or encoded."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        self.__text = text

    def reveal(self) -> str:
        """The text itself, for the one call that sends it or signs with it."""
        return self.__text

    def __repr__(self) -> str:
        return _SHOWN

    __str__ = __repr__

    def __format__(self, form: str) -> str:
        return format(_SHOWN, form)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Key):
            return NotImplemented
        return hmac.compare_digest(self.__text.encode(), other.__text.encode())

    # A hash of a key is a clue to it, and a key in a set or dict is a key that stays around.
    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Key:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Key:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled")
