"""Several arrays or objects made one. Source: "Object functions for ARM templates"."""

from __future__ import annotations

import json
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import NotKnown
from hubwarden_policies.gates.arm.expressions.functions.function import (
    Function,
    expect,
    key_of,
    same,
)
from hubwarden_policies.gates.arm.expressions.knowledge import bare, bared, has_unknown, is_unknown
from hubwarden_policies.model import Secret


def _union(*values: Any) -> Any:
    if isinstance(values[0], list):
        found: dict[str, Any] = {}
        for value in values:
            for item in expect(value, list):
                found.setdefault(_identity(item), item)
        return list(found.values())
    merged: dict[str, Any] = {}
    for value in values:
        merged = _merged(merged, expect(value, dict))
    return merged


def _identity(item: Any) -> str:
    """A text that two items share if ARM takes them for the same one."""
    plain = bared(item)
    if has_unknown(plain):
        raise NotKnown
    return json.dumps(plain, sort_keys=True)


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    found = dict(below)
    for key, value in above.items():
        name = key_of(found, key) or key
        old, new = bare(found.get(name)), bare(value)
        if isinstance(new, dict) and is_unknown(old):
            # An object that nobody knows may be below, and what is in it stays.
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            merged = _merged(old, new)
            secret = isinstance(found[name], Secret) or isinstance(value, Secret)
            found[name] = Secret(merged) if secret else merged
        else:
            found[name] = value
    return found


def _intersection(*values: Any) -> Any:
    first, *others = values
    if isinstance(first, list):
        found = dict.fromkeys(map(_identity, first))
        for other in others:
            there = set(map(_identity, expect(other, list)))
            found = {identity: None for identity in found if identity in there}
        by_identity = {_identity(item): item for item in reversed(first)}
        return [by_identity[identity] for identity in found]
    common = dict(expect(first, dict))
    for other in others:
        for key in list(common):
            name = key_of(expect(other, dict), key)
            if name is None or not same(bared(common[key]), bared(other[name])):
                del common[key]
    return common


def _shallow_merge(values: Any) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for value in expect(values, list):
        mapping = bare(value)
        if is_unknown(mapping):
            raise NotKnown
        for key, item in expect(mapping, dict).items():
            merged[key_of(merged, key) or key] = item
    return merged


FUNCTIONS: Final = (
    Function("intersection", _intersection, 1, None, "whole"),
    Function("shallowMerge", _shallow_merge, 1, 1, "outer"),
    Function("union", _union, 1, None, "outer"),
)
