"""Pulumi's wire values and the Python values of the recorder, which keep secrets and unknowns.

On the wire a value is a `google.protobuf` Struct in which signature keys mark what JSON cannot
say (source: `sdk/go/common/resource/plugin/rpc.go`, `pulumi/runtime/rpc.py`).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf import struct_pb2

from . import signatures
from .sdk.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

# Python's bytes cross the wire as a list of numbers; a list of fewer is taken for numbers.
_FEWEST_BYTES = 8
_BYTE = 256


class Unknown:
    """A value that is not known in a preview. There is one: `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that is marked as secret."""

    value: Any


@dataclass(frozen=True)
class ResourceRef:
    """A resource that was given as a value."""

    urn: str
    id: Any


@dataclass(frozen=True)
class Asset:
    """A file or a text (`kind`: path, text, uri)."""

    kind: str
    ref: Any


@dataclass(frozen=True)
class Archive:
    """A folder or a mapping of assets (`kind`: assets, path, uri)."""

    kind: str
    ref: Any


def decode(value: struct_pb2.Value) -> Any:
    """A wire value as a Python value. An output value keeps only its content and its secrecy."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in signatures.UNKNOWNS else text
    if kind == "struct_value":
        return decode_struct(value.struct_value)
    if kind == "list_value":
        return [decode(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return value.bool_value if kind == "bool_value" else None


def decode_struct(struct: struct_pb2.Struct) -> Any:
    """A wire object as a dict, or as what its signature says."""
    fields = struct.fields
    if signatures.SIGNATURE not in fields:
        # Sorted: the order of a map on the wire is another one in each process.
        return {key: decode(fields[key]) for key in sorted(fields)}
    signature = fields[signatures.SIGNATURE].string_value
    if signature == signatures.SECRET:
        return Secret(decode(fields["value"]))
    if signature == signatures.OUTPUT:
        value = decode(fields["value"]) if "value" in fields else UNKNOWN
        return Secret(value) if "secret" in fields and fields["secret"].bool_value else value
    if signature == signatures.RESOURCE:
        return ResourceRef(
            fields["urn"].string_value, decode(fields["id"]) if "id" in fields else None
        )
    if signature == signatures.ASSET:
        return _file(Asset, ("path", "text", "uri"), fields)
    if signature == signatures.ARCHIVE:
        return _file(Archive, ("assets", "path", "uri"), fields)
    raise Refusal(
        f"the program's Pulumi SDK sends a kind of value (signature {signature}) that this version "
        "of hubwarden does not know; update hubwarden, or use an older SDK"
    )


def _file(cls: Any, kinds: Any, fields: Any) -> Any:
    kind = next(kind for kind in kinds if kind in fields)
    return cls(kind, decode(fields[kind]))


def encode(value: Any) -> struct_pb2.Value:
    """A Python value as a wire value."""
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    for kind, form in _FORMS:
        if isinstance(value, kind):
            return form(value)
    raise TypeError(f"{type(value).__name__} has no form on the wire")


def encode_struct(values: dict[str, Any]) -> struct_pb2.Struct:
    """A dict as a wire object."""
    return struct_pb2.Struct(fields={key: encode(item) for key, item in values.items()})


def _signed(signature: str, values: dict[str, Any]) -> struct_pb2.Value:
    return struct_pb2.Value(struct_value=encode_struct({signatures.SIGNATURE: signature, **values}))


_FORMS: list[tuple[Any, Callable[[Any], struct_pb2.Value]]] = [
    (bool, lambda value: struct_pb2.Value(bool_value=value)),
    ((int, float), lambda value: struct_pb2.Value(number_value=value)),
    (str, lambda value: struct_pb2.Value(string_value=value)),
    (dict, lambda value: struct_pb2.Value(struct_value=encode_struct(value))),
    (
        (list, tuple),
        lambda value: struct_pb2.Value(
            list_value=struct_pb2.ListValue(values=[encode(item) for item in value])
        ),
    ),
    (Unknown, lambda _: struct_pb2.Value(string_value=signatures.UNKNOWN_TEXT)),
    (Secret, lambda value: _signed(signatures.SECRET, {"value": value.value})),
    (
        ResourceRef,
        lambda value: _signed(signatures.RESOURCE, {"urn": value.urn, "id": value.id or ""}),
    ),
    (Asset, lambda value: _signed(signatures.ASSET, {value.kind: value.ref})),
    (Archive, lambda value: _signed(signatures.ARCHIVE, {value.kind: value.ref})),
]


def to_json(value: Any) -> Any:
    """A Python value in the form that recordings have (VALUE in `recording.py`)."""
    if isinstance(value, Unknown):
        return {"$hw": "unknown"}
    if isinstance(value, Secret):
        return {"$hw": "secret", "value": to_json(value.value)}
    if isinstance(value, ResourceRef):
        return {"$hw": "resource", "urn": value.urn, "id": to_json(value.id)}
    if isinstance(value, (Asset, Archive)):
        kind = type(value).__name__.lower()
        return {"$hw": kind, "kind": value.kind, "value": to_json(value.ref)}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        if len(value) >= _FEWEST_BYTES and all(type(n) is int and 0 <= n < _BYTE for n in value):
            return {"$hw": "bytes", "value": base64.b64encode(bytes(value)).decode()}
        return [to_json(item) for item in value]
    return value


def plain(value: Any) -> Any:
    """The value without the marks of secrecy, at every depth."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value
