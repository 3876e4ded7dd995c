"""Where a call names an ARM path: the keyword or the key, in the words of the SDK.

Snake and camel case count alike, with or without the `properties` that the SDK leaves out.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from hubwarden_policies.data import load
from hubwarden_policies.gates.program.graph.arm_body import url_of
from hubwarden_policies.gates.program.lines.syntax import entries, name_of, within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STEP: Final = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
_ELSEWHERE: Final = (ast.Name, ast.Attribute, ast.Subscript)
_SHOWN: Final = (ast.Dict, ast.List, ast.Lambda, ast.IfExp)
Node = ast.expr | ast.keyword


def keyword(call: ast.Call, path: str, arm_type: str) -> Node | None:
    """The node that names this ARM path in a call, None where the call does not name it.

    Where the value of an outer name is not written here (a variable, what a helper returns), that
    name is as near as one can point.
    """
    steps = [(match[1] or "", int(match[2] or -1)) for match in _STEP.finditer(path)]
    return _find(call, steps, _spellings(arm_type)) if steps else None


def _find(
    node: ast.expr, steps: Sequence[tuple[str, int]], spellings: Mapping[str, frozenset[str]]
) -> Node | None:
    (name, index), rest = steps[0], steps[1:]
    for part in within(node):
        if not name:
            element = _element(part, index)
            if element is not None:
                return (_find(element, rest, spellings) if rest else None) or element
            continue
        meant = spellings.get(_plain(name), frozenset({_plain(name)}))
        for said, named, value in entries(part):
            if _plain(said) in meant:
                deeper = _find(value, rest, spellings) if rest else named
                if deeper is not None:
                    return deeper
                if not _is_written(value):
                    return named
    # The SDK leaves this level out of some types.
    return _find(node, rest, spellings) if name == "properties" and rest else None


def _element(node: ast.expr, index: int) -> ast.expr | None:
    if isinstance(node, ast.ListComp | ast.GeneratorExp):
        return node.elt
    if not isinstance(node, ast.List | ast.Tuple):
        return None
    before = node.elts[: index + 1]
    is_plain = len(before) == index + 1 and not any(isinstance(e, ast.Starred) for e in before)
    return before[-1] if is_plain else None


def _is_written(value: ast.expr) -> bool:
    """Whether all that is in a value can be seen where it stands."""
    return not any(isinstance(part, _ELSEWHERE) or _is_made(part) for part in within(value))


def _is_made(part: ast.expr) -> bool:
    """Whether a call makes what nobody sees here: it is no class for arguments and wraps none."""
    if not isinstance(part, ast.Call) or name_of(part).endswith(("Args", "dict")):
        return False
    return not any(isinstance(one, _SHOWN) or _is_args(one) for one in part.args)


def _is_args(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and name_of(node).endswith("Args")


@cache
def _spellings(arm_type: str) -> Mapping[str, frozenset[str]]:
    """The SDK's names for ARM names of a type that have others there."""
    url = url_of(arm_type)
    pairs = [("name", url.names[-1])] + ([("scope", url.scope)] if url.scope else [])
    for ours, theirs in load("azure-native.json")["renames"].get(arm_type, {}).items():
        pairs.append((theirs.removeprefix("properties."), re.split(r"[.\]]", ours)[-1]))
    found: dict[str, set[str]] = {}
    for theirs, ours in pairs:
        found.setdefault(_plain(theirs), {_plain(theirs)}).add(_plain(ours))
    return {name: frozenset(names) for name, names in found.items()}


def _plain(name: str) -> str:
    return name.replace("_", "").lower()
