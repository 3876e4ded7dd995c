"""Arrays, objects, and what works on texts likewise.

Source: Microsoft's "Array functions" and "Object functions for ARM templates".
"""

from __future__ import annotations

from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError, NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import (
    Function,
    expect,
    key_of,
    same,
)
from hubwarden_policies.gates.arm.expressions.functions.texts import position
from hubwarden_policies.gates.arm.expressions.keys import object_of
from hubwarden_policies.gates.arm.expressions.knowledge import (
    bare,
    bared,
    has_unknown,
    is_unknown,
    secretly,
)
from hubwarden_policies.model import Made, Secret


def _array(value: Any) -> Any:
    plain = bare(value)
    if is_unknown(plain):
        # It may be an array already.
        raise NotKnown
    return value if isinstance(plain, list) else [value]


def _contains(container: Any, item: Any) -> bool:
    if isinstance(container, str):
        return str(expect(item, str, int)) in container
    if isinstance(container, dict):
        return key_of(container, str(expect(item, str, int))) is not None
    return _index(expect(container, list), item, last=False) >= 0


def _index(items: list[Any], item: Any, *, last: bool) -> int:
    """The position of an item, -1 where it is not; raises `NotKnown` where it may be."""
    wanted = bared(item)
    if has_unknown(wanted):
        raise NotKnown
    order = range(len(items))
    for index in reversed(order) if last else order:
        there = bared(items[index])
        if has_unknown(there):
            raise NotKnown
        if same(there, wanted):
            return index
    return -1


def _index_of(container: Any, item: Any, *, last: bool = False) -> int:
    if isinstance(container, list):
        return _index(container, item, last=last)
    return position(container, item, last)


def _create_object(*values: Any) -> Any:
    if len(values) % 2:
        raise ExpressionError("it takes a value for every key")
    return object_of(zip(values[::2], values[1::2], strict=True))


def _empty(value: Any) -> bool:
    if isinstance(value, Made):
        if any(isinstance(part, str) for part in value.parts):
            return False
        raise NotKnown
    return value is None or not expect(value, list, dict, str)


def _flatten(lists: Any) -> list[Any]:
    flat: list[Any] = []
    for item in expect(lists, list):
        inner, secret = bare(item), isinstance(item, Secret)
        if is_unknown(inner):
            raise NotKnown
        flat += (secretly(each, secret) for each in expect(inner, list))
    return flat


def _from_end(items: Any, index: Any) -> Any:
    expect(items, list)
    if not 0 < expect(index, int) <= len(items):
        raise ExpressionError(f"it asks for element {index} from the end of {len(items)}")
    return items[-index]


def _items(mapping: Any) -> list[dict[str, Any]]:
    ordered = sorted(expect(mapping, dict).items(), key=lambda item: (item[0].lower(), item[0]))
    return [{"key": key, "value": value} for key, value in ordered]


def _range(start: Any, count: Any) -> list[int]:
    if not 0 <= expect(count, int) <= 10_000 or expect(start, int) + count > 2**31 - 1:
        raise ExpressionError("it makes at most 10000 integers, up to 2147483647")
    return list(range(start, start + count))


def _end(position: int) -> Any:
    def call(value: Any) -> Any:
        if expect(value, list, str):
            return value[position]
        # Of an empty array nothing, of an empty text an empty one.
        return "" if isinstance(value, str) else None

    return call


def _try_get(value: Any, *keys: Any) -> Any:
    secret = False
    for key in keys:
        secret, value = secret or isinstance(value, Secret), bare(value)
        if is_unknown(value):
            raise NotKnown
        if isinstance(value, dict) and isinstance(key, str):
            name = key_of(value, key)
            value = None if name is None else value[name]
        elif isinstance(value, list) and type(key) is int:
            value = value[key] if 0 <= key < len(value) else None
        elif value is not None:
            raise ExpressionError("it takes the names of properties and the numbers of elements")
        if value is None:
            return None
    return secretly(value, secret or isinstance(value, Secret))


def _try_from_end(items: Any, index: Any) -> Any:
    inside = 0 < expect(index, int) <= len(expect(items, list))
    return items[-index] if inside else None


FUNCTIONS: Final = (
    Function("array", _array, 1, 1, "nothing"),
    Function("contains", _contains, 2, 2, "outer", reveals=False, walks=True),
    Function("createArray", lambda *values: list(values), 0, None, "nothing"),
    Function("createObject", _create_object, 0, None, "nothing"),
    Function("empty", _empty, 1, 1, "parts", reveals=False),
    Function("first", _end(0), 1, 1, "outer"),
    Function("flatten", _flatten, 1, 1, "outer"),
    Function("indexFromEnd", _from_end, 2, 2, "outer"),
    Function("indexOf", _index_of, 2, 2, "outer", reveals=False, walks=True),
    Function("items", _items, 1, 1, "outer"),
    Function("last", _end(-1), 1, 1, "outer"),
    Function(
        "lastIndexOf",
        lambda container, item: _index_of(container, item, last=True),
        2,
        2,
        "outer",
        reveals=False,
        walks=True,
    ),
    Function(
        "length", lambda value: len(expect(value, list, dict, str)), 1, 1, "outer", reveals=False
    ),
    Function("objectKeys", lambda mapping: sorted(expect(mapping, dict)), 1, 1, "outer"),
    Function("range", _range, 2, 2),
    Function(
        "skip",
        lambda value, count: expect(value, list, str)[max(expect(count, int), 0) :],
        2,
        2,
        "outer",
    ),
    Function(
        "take",
        lambda value, count: expect(value, list, str)[: max(expect(count, int), 0)],
        2,
        2,
        "outer",
    ),
    Function("tryGet", _try_get, 2, None, "outer"),
    Function("tryIndexFromEnd", _try_from_end, 2, 2, "outer"),
)
