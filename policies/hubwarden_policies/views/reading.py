"""How a view reads the properties that its class declares."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Protocol,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from hubwarden_policies.model import UNKNOWN, Made, Secret
from hubwarden_policies.rule import Undecided
from hubwarden_policies.views.text import Text, text

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Key:
    """The ARM name of a property whose attribute is not its snake case."""

    name: str


class Parser(Protocol):
    """Makes of a value what a rule sees, or raises `Undecided`."""

    def __call__(self, value: Any, path: str, *, secret: bool) -> Any:
        """Read the value at this path; `secret` where something around it is marked."""


@dataclass(frozen=True, slots=True)
class Read:
    """How to read one property: its ARM name, its parser, what it is where it is absent.

    Without a parser it is a `Text`, which is read whatever is known of it.
    """

    key: str
    parse: Parser | None
    absent: Callable[[str], Any]


def reads(cls: type, view: type) -> dict[str, Read]:
    """The properties that a view's class declares; `view` is the class of all views."""
    found: dict[str, Read] = {}
    for name, annotation in get_type_hints(cls, include_extras=True).items():
        if name.startswith("_") or hasattr(view, name) or get_origin(annotation) is ClassVar:
            continue
        hint, key = annotation, _camel(name)
        if get_origin(annotation) is Annotated:
            hint, *notes = get_args(annotation)
            key = next((note.name for note in notes if isinstance(note, Key)), key)
        found[name] = _read(hint, key, getattr(cls, name, None), view)
    return found


def _read(hint: Any, key: str, default: Any, view: type) -> Read:
    if _plain(hint) is Text:
        return Read(key, None, lambda path: default)  # noqa: ARG005 (an absent view takes it)
    parse = _parser(hint, view)
    if isinstance(hint, type) and issubclass(hint, view):
        return Read(key, parse, lambda path: parse({}, path, secret=False))
    return Read(key, parse, lambda path: default)  # noqa: ARG005


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _plain(hint: Any) -> Any:
    """The type of `X | None`, or the type itself."""
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (arg for arg in get_args(hint) if arg is not types.NoneType)
    return hint


def _parser(hint: Any, view: type) -> Parser:
    hint = _plain(hint)
    origin, args = get_origin(hint), get_args(hint)
    if origin is tuple:
        return _Items(_parser(args[0], view))
    if origin is not None and issubclass(origin, Mapping):
        return _Entries(_parser(args[1], view))
    if isinstance(hint, type) and issubclass(hint, view):
        return cast("Parser", hint)
    return text if hint is Text else _Scalar(hint)


@dataclass(frozen=True, slots=True)
class _Items:
    """A list. An unknown object in it raises when a rule reads it, an unknown scalar at once."""

    item: Parser

    def __call__(self, value: Any, path: str, *, secret: bool) -> tuple[Any, ...]:
        secret = secret or isinstance(value, Secret)
        return tuple(
            self.item(entry, f"{path}[{index}]", secret=secret)
            for index, entry in enumerate(known(value, path, list))
        )


@dataclass(frozen=True, slots=True)
class _Entries:
    """An object whose keys are names that people choose."""

    item: Parser

    def __call__(self, value: Any, path: str, *, secret: bool) -> dict[str, Any]:
        secret = secret or isinstance(value, Secret)
        return {
            key: self.item(entry, f"{path}.{key}", secret=secret)
            for key, entry in known(value, path, dict).items()
        }


@dataclass(frozen=True, slots=True)
class _Scalar:
    kind: type

    def __call__(self, value: Any, path: str, *, secret: bool) -> Any:  # noqa: ARG002 (every parser takes it)
        return known(value, path, self.kind)


def known(value: Any, path: str, kind: type) -> Any:
    """The value, which must be of this kind; raises `Undecided` where it is not known to be."""
    if isinstance(value, Secret):
        return known(value.value, path, kind)
    if value is UNKNOWN or isinstance(value, Made):
        raise Undecided(path, f"the value of {path}")
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Undecided(path, f"a {kind.__name__} at {path}, not a {type(value).__name__}")
    return value
