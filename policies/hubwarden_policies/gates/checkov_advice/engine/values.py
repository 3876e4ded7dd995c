"""Bodies of resources as checks are given them: what nobody knows raises when it is used.

A check cannot be asked whether it reads a value, so the value tells. Reading it out of an object
raises at once, because `is None` on it could not; in a list it raises when it is compared, asked
for its type or tested, so a list is searched as far as it is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NoReturn

# The lines that Checkov's own reader leaves in every object. Some checks count the entries.
_LINES: Final = {"__startline__": 1, "__endline__": 1}
_MAKES: Final = {
    *("__new__", "__init__", "__init_subclass__", "__subclasshook__"),
    *("__class__", "__class_getitem__", "__doc__"),
}
# What can be done with a value of any kind that JSON has.
_OPERATIONS: Final = {
    name for kind in (int, float, str, list, dict) for name in dir(kind) if name.startswith("__")
} - _MAKES


class NotKnown(BaseException):
    """A check used a value that nobody knows. No `except Exception` of a check may catch it."""


class Unknown:
    """A value that nobody knows. `used` is whether anybody asked it, also where that was caught."""

    used = False


def _use(*_arguments: object) -> NoReturn:
    Unknown.used = True
    raise NotKnown


UNKNOWN: Final = Unknown()
for _name in _OPERATIONS:
    setattr(Unknown, _name, _use)


class Object(dict[str, Any]):
    """An object of a body, out of which no unknown value can be read."""

    def __getitem__(self, key: str) -> Any:
        return _known(super().__getitem__(key))

    def get(self, key: str, default: Any = None) -> Any:
        """The value, if it is known."""
        return _known(super().get(key, default))

    def pop(self, key: str, *default: Any) -> Any:
        """The value, if it is known."""
        return _known(super().pop(key, *default))

    def setdefault(self, key: str, default: Any = None) -> Any:
        """The value, if it is known."""
        return _known(super().setdefault(key, default))


def _known(value: Any) -> Any:
    return _use() if value is UNKNOWN else value


def revive(body: Mapping[str, Any], unknown: Iterable[list[str | int]]) -> Object:
    """The body of a resource, with its unknown values at these paths."""
    revived: Object = _revived(body)
    for *steps, last in unknown:
        holder: Any = revived
        for step in steps:
            holder = holder[step]
        holder[last] = UNKNOWN
    return revived


def _revived(value: Any) -> Any:
    if isinstance(value, dict):
        return Object({key: _revived(item) for key, item in value.items()} | _LINES)
    if isinstance(value, list):
        return [_revived(item) for item in value]
    return value


def decided(check: Callable[[], Any]) -> Any:
    """What the check answers; raises `NotKnown` where it used a value that nobody knows."""
    Unknown.used = False
    try:
        answer = check()
    except Exception:
        if Unknown.used:
            raise NotKnown from None
        raise
    if Unknown.used:
        raise NotKnown
    return answer
