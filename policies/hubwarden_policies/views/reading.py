"""How a view reads the properties that its class declares."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Final,
    Protocol,
    Union,
    cast,
    get_args,
    get_origin,
)

from hubwarden_policies.model import INEXPRESSIBLE, UNKNOWN, Hole, Made, Secret
from hubwarden_policies.record import record
from hubwarden_policies.rule import Inexpressible, Misread, Undecided
from hubwarden_policies.views.text import Text, lacking, text

if TYPE_CHECKING:
    from collections.abc import Callable

_BOOLS: Final = {"true": True, "false": False}
_DIGITS: Final = re.compile(r"[0-9]{1,9}")


@record
class Key:
    """The ARM name of a property whose attribute is not its snake case."""

    name: str


class Parser(Protocol):
    """Makes of a value what a rule sees, or raises `Undecided`."""

    def __call__(self, value: Any, path: str, *, secret: bool) -> Any:
        """Read the value at this path; `secret` where something around it is marked."""


class Readable(Protocol):
    """What a property is read from: a view."""

    secret: bool

    def raw(self, key: str) -> Any:
        """The value as it stands."""

    def text(self, key: str) -> Text | None:
        """The value as a text."""

    def at(self, key: str) -> str:
        """The ARM path of a key."""


@record
class Read:
    """A property of a view, by its ARM name; it is read once and then stands in the view.

    Without a parser it is a `Text`, which is read whatever is known of it. `absent` makes what it
    is where the key is absent.
    """

    name: str
    key: str
    parse: Parser | None
    absent: Callable[[str], Any]

    def __get__(self, view: Readable | None, owner: type) -> Any:
        """Read it, or raise `Undecided`."""
        if view is None:
            return self
        value = view.text(self.key) if self.parse is None else view.raw(self.key)
        path = view.at(self.key)
        if value is None:
            value = self.absent(path)
        elif self.parse is not None:
            value = self.parse(value, path, secret=view.secret)
        view.__dict__[self.name] = value
        return value


def declared(cls: type, view: type) -> dict[str, Read]:
    """The properties that a view's class itself declares; `view` is the class of all views."""
    found: dict[str, Read] = {}
    hints: Mapping[str, Any] = inspect.get_annotations(cls, eval_str=True)
    for name, annotation in hints.items():
        if name.startswith("_") or hasattr(view, name) or get_origin(annotation) is ClassVar:
            continue
        hint, key = annotation, _camel(name)
        if get_origin(annotation) is Annotated:
            hint, *notes = get_args(annotation)
            key = next((note.name for note in notes if isinstance(note, Key)), key)
        parse, absent = _read(hint, getattr(cls, name, None), view)
        found[name] = Read(name, key, parse, absent)
    return found


def _read(hint: Any, default: Any, view: type) -> tuple[Parser | None, Callable[[str], Any]]:
    """How to read a property of this type, and what it is where it is absent."""
    if _plain(hint) is Text:
        return None, lambda path: default  # noqa: ARG005 (an absent view takes it)
    parse = _parser(hint, view)
    if isinstance(hint, type) and issubclass(hint, view):
        return parse, lambda path: parse({}, path, secret=False)
    return parse, lambda path: default  # noqa: ARG005


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


@record
class _Items:
    """A list. An unknown object in it raises when a rule reads it, an unknown scalar at once."""

    item: Parser

    def __call__(self, value: Any, path: str, *, secret: bool) -> tuple[Any, ...]:
        secret = secret or isinstance(value, Secret)
        return tuple(
            self.item(entry, f"{path}[{index}]", secret=secret)
            for index, entry in enumerate(known(value, path, list))
        )


@record
class _Entries:
    """An object whose keys are names that people choose."""

    item: Parser

    def __call__(self, value: Any, path: str, *, secret: bool) -> dict[str, Any]:
        secret = secret or isinstance(value, Secret)
        return {
            key: self.item(entry, f"{path}.{key}", secret=secret)
            for key, entry in known(value, path, dict).items()
        }


@record
class _Scalar:
    kind: type

    def __call__(self, value: Any, path: str, *, secret: bool) -> Any:  # noqa: ARG002 (every parser takes it)
        return value if type(value) is self.kind else known(value, path, self.kind)


def known(value: Any, path: str, kind: type) -> Any:
    """The value, which must be of this kind; raises `Undecided` where it is not known to be, and
    `Inexpressible` where the format has no words for it.
    """
    if type(value) is kind:
        return value
    if isinstance(value, Secret):
        return known(value.value, path, kind)
    if value is INEXPRESSIBLE:
        raise Inexpressible(path)
    if value is UNKNOWN or isinstance(value, Made):
        raise Undecided(path, f"the value of {path}{_origin(value)}")
    if kind is bool and isinstance(value, str) and value.lower() in _BOOLS:
        # Azure takes them, and so means what they say.
        return _BOOLS[value.lower()]
    if kind is int and isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Misread(path, f"a {kind.__name__} at {path}, not a {type(value).__name__}")
    return value


def _origin(value: Any) -> str:
    """The expressions of a template that a value comes from; other sources say nothing to people.

    What is literal in it is not shown: that may be a key.
    """
    holes = [part for part in getattr(value, "parts", ()) if isinstance(part, Hole)]
    named = [
        f"{hole.source}{'.' * bool(hole.path and hole.path[0] != '[')}{hole.path}"
        for hole in holes
        if ":" not in hole.source.partition("(")[0]
    ]
    made = f", which is made of {' and '.join(dict.fromkeys(named))}" if named else ""
    return made or lacking(holes)
