"""Typed windows on ARM resources.

A view is a lazy, read-only window: nothing is read before a rule asks for it, and an absent key
means what Azure will do. Reading a value that is not known raises `Undecided`, so a rule stays
one `if` and never mistakes "not yet known" for "not set".

    class IotHubProperties(View):
        disable_local_auth: bool = False          # Azure's default, where the key is absent
        min_tls_version: str | None = None
        authorization_policies: tuple[SharedAccessPolicy, ...] = ()

The ARM name is the attribute in camel case; `Annotated[str | None, Key("kind-of")]` says another.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin, get_type_hints

from hubwarden_policies.model import UNKNOWN, Hole, Made, Resource, Secret
from hubwarden_policies.rule import Severity, Subject, Undecided, Violation


@dataclass(frozen=True, slots=True)
class Key:
    """The ARM name of a property whose attribute is not its snake case."""

    name: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text that may be secret or partly made up, such as a connection string.

    `shape` is the literal text with "…" for every made-up stretch, None where nothing of it is
    known (unknown, or opaque). `secret` tells whether it is marked as secret; `sources` are the
    addresses that its made-up parts came from.
    """

    path: str
    secret: bool
    shape: str | None
    sources: tuple[str, ...] = ()

    GAP: ClassVar[str] = "…"

    def known(self) -> str:
        """The literal text with its gaps; raises `Undecided` where nothing of it is known."""
        if self.shape is None:
            raise Undecided(self.path, f"the value of {self.path}")
        return self.shape


class View:
    """A window on one JSON object. Subclasses declare the properties that rules read."""

    _reads: ClassVar[Mapping[str, _Read]] = {}

    def __init__(self, data: Any, path: str = "") -> None:
        self._data = data
        self.path = path

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._pending = True

    _pending: ClassVar[bool] = False

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("_") or name == "path":
            return object.__getattribute__(self, name)
        cls = type(self)
        if "_pending" in cls.__dict__ and cls._pending:
            cls._reads, cls._pending = _reads(cls), False
        read = cls._reads.get(name)
        return object.__getattribute__(self, name) if read is None else read.of(self)

    def raw(self, key: str) -> Any:
        """The value as it stands, marks and all; None where the key is absent or null."""
        return _known(self._data, self.path, dict).get(key)

    def at(self, key: str) -> str:
        """The ARM path of a key of this object."""
        return f"{self.path}.{key}" if self.path else key


class ResourceView(View):
    """A window on a whole resource; `arm_types` are the types that it fits."""

    arm_types: ClassVar[tuple[str, ...]]

    def __init__(self, resource: Resource) -> None:
        super().__init__(resource.properties)
        self._resource = resource

    @classmethod
    def of(cls, resource: Resource) -> Any:
        """The window on this resource."""
        return cls(resource)

    def violation(
        self,
        path: str,
        message: str,
        *,
        severity: Severity | None = None,
        fix: str | None = None,
        key: str = "",
    ) -> Violation:
        """Something is wrong at this ARM path of the resource."""
        return Violation(subject(self._resource), path, message, severity, fix, key=key)


def subject(resource: Resource) -> Subject:
    """What a finding about this resource names."""
    return Subject(resource.type, resource.name, resource.address, resource.locations)


@dataclass(frozen=True, slots=True)
class _Read:
    key: str
    parse: Callable[[Any, str], Any]
    default: Any

    def of(self, view: View) -> Any:
        value = view.raw(self.key)
        path = view.at(self.key)
        return self.default(path) if value is None else self.parse(value, path)


def _reads(cls: type[View]) -> dict[str, _Read]:
    found: dict[str, _Read] = {}
    hints = get_type_hints(cls, include_extras=True)
    for name, hint in hints.items():
        if name.startswith("_") or name == "path" or get_origin(hint) is ClassVar:
            continue
        key = _camel(name)
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            key = next((note.name for note in notes if isinstance(note, Key)), key)
        parse, empty = _parser(hint)
        default = getattr(cls, name, None)
        found[name] = _Read(key, parse, empty or (lambda path, value=default: value))
    return found


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _parser(hint: Any) -> tuple[Callable[[Any, str], Any], Callable[[str], Any] | None]:
    """How to read a value of this type, and what an absent key reads as where that is a view."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (arg for arg in args if arg is not types.NoneType)
        return _parser(inner)[0], None
    if origin is tuple:
        item = _parser(args[0])[0]
        return lambda value, path: _items(value, path, item), None
    if origin is not None and issubclass(origin, Mapping):
        item = _parser(args[1])[0]
        return lambda value, path: _entries(value, path, item), None
    if hint is Text:
        return text, None
    if isinstance(hint, type) and issubclass(hint, View):
        return hint, lambda path: hint({}, path)
    return lambda value, path: _known(value, path, hint), None


def _items(value: Any, path: str, item: Callable[[Any, str], Any]) -> tuple[Any, ...]:
    """The items. An unknown object raises when a rule reads it, an unknown scalar at once."""
    return tuple(
        item(entry, f"{path}[{index}]") for index, entry in enumerate(_known(value, path, list))
    )


def _entries(value: Any, path: str, item: Callable[[Any, str], Any]) -> dict[str, Any]:
    return {
        key: item(entry, f"{path}.{key}") for key, entry in _known(value, path, dict).items()
    }


def _known(value: Any, path: str, kind: type) -> Any:
    if isinstance(value, Secret):
        return _known(value.value, path, kind)
    if value is UNKNOWN or isinstance(value, Made):
        raise Undecided(path, f"the value of {path}")
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Undecided(path, f"a {kind.__name__} at {path}, not a {type(value).__name__}")
    return value


def text(value: Any, path: str = "") -> Text:
    """A value as `Text`, whatever is known of it."""
    if isinstance(value, Secret):
        inner = text(value.value, path)
        return Text(path, True, inner.shape, inner.sources)
    if isinstance(value, Made):
        literal = any(isinstance(part, str) for part in value.parts)
        shape = "".join(Text.GAP if isinstance(part, Hole) else part for part in value.parts)
        return Text(path, False, shape if literal else None, value.sources)
    return Text(path, False, value if isinstance(value, str) else None)
