"""What a resource's outputs and a function's result look like, from the SDK's own type metadata.

The SDK names the type of every property; nothing else in an installation knows it. All of the
SDK's private parts that this needs (`pulumi._types`) are used here and nowhere else. Where they
are missing or changed, a shape is unknown and a note says so.
"""

from __future__ import annotations

import collections.abc
import enum
import functools
import importlib
import inspect
import re
import sys
import typing
from typing import Any

import pulumi

try:
    from pulumi import _types
except ImportError:
    _types = None  # type: ignore[assignment]

notes: list[str] = []
"""What could not be learned from this SDK, once each."""

_API_VERSION = re.compile(r"Uses Azure REST API version (\d{4}-\d\d-\d\d[\w-]*)")
_SCALARS = {str: "string", int: "integer", float: "float", bool: "boolean"}
_LISTS = (list, collections.abc.Sequence)
_MAPS = (dict, collections.abc.Mapping)


class Shape:
    """The type of a value.

    `kind` is object, list, map, string, integer, float, boolean or any. `item` is the shape of a
    list's or a map's items, `members` an enum's values, `optional` whether it may be absent.
    """

    def __init__(
        self,
        kind: str,
        *,
        cls: type | None = None,
        item: Shape | None = None,
        members: tuple[Any, ...] = (),
        optional: bool = False,
    ) -> None:
        self.kind, self.cls, self.item, self.members = kind, cls, item, members
        self.optional = optional

    @property
    def properties(self) -> dict[str, Shape]:
        """Of an object: the shapes of its properties, by their names on the wire."""
        return {} if self.cls is None else _properties(self.cls)


def of_resource(cls: type | None, token: str) -> dict[str, Shape]:
    """The outputs of a resource, by name; {} where nothing is known."""
    cls = cls or imported(token)
    return {} if cls is None else _properties(cls)


def of_result(cls: Any, token: str) -> Shape:
    """The result of a function; of kind any where nothing is known."""
    cls = cls or imported(token, "Result")
    return Shape("any") if cls is None else _shape(cls)


def inputs_of(cls: type | None) -> dict[str, bool]:
    """The inputs of a resource, by name, and whether the SDK requires it; {} where not known."""
    return {} if cls is None else _inputs(cls)


@functools.cache
def imported(token: str, suffix: str = "") -> Any:
    """The SDK's class for a token, where the program has imported the package that it is in."""
    package, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    top = "pulumi_" + package.replace("-", "_")
    if top not in sys.modules or not name:
        return None
    # `random:index/randomPet:RandomPet` is at the top, `kubernetes:core/v1:Secret` in core.v1.
    path = "" if module.startswith("index") else module.replace("-", "_").replace("/", ".")
    wanted = name[0].upper() + name[1:] + suffix
    for place in (f"{top}.{path}" if path else top, f"{top}.{path.partition('.')[0]}".rstrip(".")):
        try:
            found = getattr(importlib.import_module(place), wanted, None)
        except ImportError:
            continue
        if isinstance(found, type):
            return found
    return None


@functools.cache
def api_version(cls: type) -> str | None:
    """The version of Azure's API that a resource of azure-native uses.

    The SDK says it in the docstring of an overload, which only the source has at run time.
    """
    try:
        with open(inspect.getsourcefile(cls) or "", encoding="utf-8") as file:
            found = _API_VERSION.search(file.read())
    except (OSError, TypeError, ValueError):
        return None
    return found[1] if found else None


@functools.cache
def _inputs(cls: type) -> dict[str, bool]:
    for base in cls.__mro__:
        module = sys.modules.get(base.__module__)
        # Where a nested type has the resource's name, its own arguments are called InitArgs.
        arguments = getattr(module, f"{base.__name__}InitArgs", None) or getattr(
            module, f"{base.__name__}Args", None
        )
        if arguments is not None:
            try:
                optional = arguments.__init__.__kwdefaults__ or {}
                names = _types._py_properties(arguments)
                return {wire: python not in optional for python, wire, _ in names}
            except (AttributeError, TypeError, ValueError) as error:
                return _unknown("inputs", cls, error)
    return {}


@functools.cache
def _properties(cls: type) -> dict[str, Shape]:
    try:
        # Its own answer has no word on what may be absent, but knows annotated classes too.
        hints = {**_types.resource_types(cls), **_hints(cls)}
    except Exception as error:  # noqa: BLE001 (whatever evaluating a foreign class's hints raises)
        return _unknown("properties", cls, error)
    if issubclass(cls, pulumi.Resource):
        hints.pop("id", None), hints.pop("urn", None)
    return {name: _shape(hint) for name, hint in hints.items()}


def _hints(cls: type) -> dict[str, Any]:
    if hasattr(_types, "_raw_return_hints"):
        return dict(_types._raw_return_hints(cls))
    names = _types._globals_for_cls(cls)
    local = {"Output": pulumi.Output, "T": type(None)}
    return {
        wire: typing.get_type_hints(prop.fget, globalns=names, localns=local)["return"]
        for _, wire, prop in _types._py_properties(cls)
    }


def _shape(hint: Any, optional: bool = False) -> Shape:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is pulumi.Output or origin is collections.abc.Awaitable:
        return _shape(arguments[0], optional)
    if origin is typing.Union or type(hint).__name__ == "UnionType":
        chosen = [choice for choice in arguments if choice is not type(None)]
        optional = optional or len(chosen) < len(arguments)
        return _shape(max(chosen, key=_says), optional)
    if origin in _LISTS and arguments:
        return Shape("list", item=_shape(arguments[0]), optional=optional)
    if origin in _MAPS and arguments:
        return Shape("map", item=_shape(arguments[1]), optional=optional)
    if hint in _SCALARS:
        return Shape(_SCALARS[hint], optional=optional)
    if _is_enum(hint):
        members = tuple(member.value for member in hint)
        kind = _SCALARS.get(type(members[0]) if members else str, "any")
        return Shape(kind, members=members, optional=optional)
    if isinstance(hint, type) and _types is not None and _types.is_output_type(hint):
        return Shape("object", cls=hint, optional=optional)
    return Shape("any", optional=optional)


def _says(hint: Any) -> int:
    """How much a type says of a value: of several that are possible, one is made up."""
    if _is_enum(hint):
        return 1
    known = isinstance(hint, type) and _types.is_output_type(hint)
    return len(tuple(_types._py_properties(hint))) if known else 0


def _is_enum(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, enum.Enum)


def _unknown(what: str, cls: type, error: Exception) -> dict[str, Any]:
    text = (
        f"this Pulumi SDK does not say the {what} of {cls.__module__}.{cls.__qualname__} "
        f"({type(error).__name__}: {error}): its outputs are not made up"
    )
    if text not in notes:
        notes.append(text)
    return {}
