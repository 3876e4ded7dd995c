"""Functions that take a lambda. Source: "Lambda functions for ARM templates"."""

from __future__ import annotations

from functools import cmp_to_key
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import Function, Lambda, expect
from hubwarden_policies.gates.arm.expressions.keys import object_of
from hubwarden_policies.gates.arm.expressions.knowledge import bare, is_unknown


def _filter(items: Any, keep: Any) -> list[Any]:
    expect(keep, Lambda)
    return [item for index, item in enumerate(expect(items, list)) if keep.decide(item, index)]


def _map(items: Any, change: Any) -> list[Any]:
    expect(change, Lambda)
    return [change(item, index) for index, item in enumerate(expect(items, list))]


def _map_values(mapping: Any, change: Any) -> dict[str, Any]:
    expect(change, Lambda)
    return {key: change(value) for key, value in expect(mapping, dict).items()}


def _reduce(items: Any, start: Any, combine: Any) -> Any:
    expect(combine, Lambda)
    if isinstance(start, Lambda):
        raise ExpressionError("it begins with a value, not with a lambda")
    for index, item in enumerate(expect(items, list)):
        start = combine(start, item, index)
    return start


def _sort(items: Any, before: Any) -> list[Any]:
    expect(before, Lambda)

    def compare(left: Any, right: Any) -> int:
        if before.decide(left, right):
            return -1
        return 1 if before.decide(right, left) else 0

    return sorted(expect(items, list), key=cmp_to_key(compare))


def _to_object(items: Any, key: Any, value: Any = None) -> Any:
    expect(key, Lambda)
    pairs = []
    for index, item in enumerate(expect(items, list)):
        inside = item if value is None else expect(value, Lambda)(item, index)
        pairs.append((key(item, index), inside))
    return object_of(pairs)


def _group_by(items: Any, key: Any) -> dict[str, list[Any]]:
    expect(key, Lambda)
    groups: dict[str, list[Any]] = {}
    for index, item in enumerate(expect(items, list)):
        name = bare(key(item, index))
        if is_unknown(name):
            raise NotKnown
        if not isinstance(name, str):
            raise ExpressionError("its lambda makes the name of a group, which is a text")
        groups.setdefault(name, []).append(item)
    return groups


FUNCTIONS: Final = (
    Function("filter", _filter, 2, 2, "outer"),
    Function("groupBy", _group_by, 2, 2, "outer"),
    Function("map", _map, 2, 2, "outer"),
    Function("mapValues", _map_values, 2, 2, "outer"),
    Function("reduce", _reduce, 3, 3, "outer"),
    Function("sort", _sort, 2, 2, "outer"),
    Function("toObject", _to_object, 2, 3, "outer"),
)
