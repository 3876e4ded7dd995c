"""Ids of resources: what the functions that make them are told, and what an id says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.expressions import ExpressionError
from hubwarden_policies.gates.arm.template.declared import Target
from hubwarden_policies.gates.arm.template.hosts import hosted
from hubwarden_policies.gates.arm.template.names import joined, opened, parts_of, segments
from hubwarden_policies.model import UNKNOWN, Hole, Made, Secret

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared
    from hubwarden_policies.gates.arm.template.known import Known

_TYPE: Final = re.compile(r"[A-Za-z][\w-]*(\.[\w-]+)+(/[\w-]+)+")


def read_arguments(
    function: str, arguments: Sequence[Any]
) -> tuple[list[Any], str, list[Any]] | None:
    """What stands before the type, the type, and the names; None where the type is not known.

    Raises `ExpressionError` where they do not fit together.
    """
    values = [opened(value) for value in arguments]
    for index, value in enumerate(values):
        if isinstance(value, str) and _TYPE.fullmatch(value.strip("/")):
            arm_type, names = value.strip("/"), list(arguments[index + 1 :])
            if len(names) != arm_type.count("/"):
                raise ExpressionError(
                    f"{function}() is given {len(names)} names for the type {arm_type}: give it "
                    "one for each part after the namespace."
                )
            return list(arguments[:index]), arm_type, names
    if any(value is UNKNOWN or isinstance(value, Made) for value in values):
        return None
    raise ExpressionError(
        f"{function}() is given no type: write one such as 'Microsoft.Devices/IotHubs'."
    )


def resource_id(known: Known, own: Target, function: str, arguments: Sequence[Any]) -> Any:
    """The result of `resourceId`, `subscriptionResourceId`, `tenantResourceId` and the like."""
    read = read_arguments(function, arguments)
    if read is None:
        return UNKNOWN
    before, arm_type, names = read
    within = _within(own, function.lower(), before)
    if within is None:
        raise ExpressionError(f"{function}() has too much before the type: leave that out.")
    return known.identity(arm_type, names, within)


def _within(own: Target, function: str, before: list[Any]) -> Target | None:
    if function == "tenantresourceid":
        return None if before else Target("tenant")
    if function == "managementgroupresourceid":
        return Target("managementGroup", before[-1] if before else None)
    if function == "subscriptionresourceid" or own.level == "subscription":
        if len(before) == 2 and function == "resourceid":
            return Target("group", before[1], before[0])
        given = before[0] if before else own.subscription
        return Target("subscription", None, given) if len(before) < 2 else None
    if not before:
        return own
    if len(before) > 2:
        return None
    group = before[-1]
    return Target("group", group, before[0] if len(before) > 1 else own.subscription)


def extension_id(arguments: Sequence[Any]) -> Any:
    """The result of `extensionResourceId`."""
    read = read_arguments("extensionResourceId", arguments[1:])
    if read is None:
        return UNKNOWN
    _, arm_type, names = read
    namespace, *types = arm_type.split("/")
    parts: list[str | Hole] = [*parts_of(arguments[0], "scope"), f"/providers/{namespace}"]
    for kind, name in zip(types, names, strict=True):
        parts += [f"/{kind}/", *parts_of(name, "name")]
    return joined(parts)


def read_id(value: Any, own: Target) -> tuple[str, tuple[Any, ...], Target] | None:
    """The type, the names and the place in an id of a resource; None where it is none."""
    pieces = segments(value, "id")
    words = [piece.lower() if isinstance(piece, str) else "" for piece in pieces]
    if "providers" not in words:
        return None
    at = len(words) - 1 - words[::-1].index("providers")
    namespace, *rest = pieces[at + 1 :]
    types, names = rest[::2], tuple(rest[1::2])
    if not isinstance(namespace, str) or not all(isinstance(kind, str) for kind in types):
        return None
    within = own
    if "resourcegroups" in words[:at]:
        within = replace(own, level="group", name=pieces[words.index("resourcegroups") + 1])
    return "/".join((namespace, *types)), names, within


def named_by(known: Known, value: Any, own: Target) -> tuple[str, Declared | None] | None:
    """The type in an id and the resource of the input that it is exactly; None for no id."""
    read = read_id(value, own)
    return None if read is None else (read[0], known.find(*read))


def settled(known: Known, value: Any, own: Target) -> Any:
    """A value in which every id and every host says which resource of the input it is of.

    An id that is put together from texts is the same as one that a function makes.
    """
    if isinstance(value, (str, bool)):
        return value
    if isinstance(value, Secret):
        return Secret(settled(known, value.value, own))
    if isinstance(value, dict):
        return {key: settled(known, item, own) for key, item in value.items()}
    if isinstance(value, list):
        return [settled(known, item, own) for item in value]
    if not isinstance(value, Made) or not value.parts or known.has_made(value):
        return value
    first = value.parts[0]
    texts = "".join(part for part in value.parts if isinstance(part, str)).lower()
    if ".azure-devices." in texts:
        return hosted(known, value, own)
    whole = isinstance(first, str) and first.startswith("/subscriptions/")
    if not whole or texts.count("/providers/") != 1:
        return value
    read = read_id(value, own)
    return value if read is None or not known.find(*read) else known.identity(*read)


def absolute(known: Known, scope: Any, own: Target) -> Any:
    """A scope as an id: the older spelling is `NAMESPACE/type/name`, from where it is deployed."""
    parts = parts_of(scope, "scope")
    if not isinstance(parts[0], str) or parts[0].startswith("/") or "." not in parts[0]:
        return scope
    namespace, *rest = segments(scope, "scope")
    types, names = rest[::2], rest[1::2]
    if not isinstance(namespace, str) or not all(isinstance(kind, str) for kind in types):
        return scope
    return known.identity("/".join((namespace, *types)), names, own)
