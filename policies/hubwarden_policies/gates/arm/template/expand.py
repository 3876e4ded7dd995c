"""The values of a template with their expressions evaluated and their loops done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import is_
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.expressions import ExpressionError
from hubwarden_policies.gates.arm.expressions.keys import object_of
from hubwarden_policies.gates.arm.expressions.knowledge import has_secret, secretly
from hubwarden_policies.gates.arm.template.keys import Path, entry, get, kind_of
from hubwarden_policies.gates.arm.template.names import opened
from hubwarden_policies.model import UNKNOWN, Hole, Made

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.scope import TemplateScope

# Azure's own limit.
MOST_TURNS: Final = 800
# A whole expression that is the same wherever it stands in its template, as most are.
_NAMED: Final = re.compile(r"\[(?:parameters|variables)\('[^']*'\)\]", re.IGNORECASE)
_TWICE: Final = (
    "Azure evaluates this text when it deploys the template within, and hubwarden does not: set "
    '`expressionEvaluationOptions` to the scope "inner", and write it with one bracket.'
)
# What an expression would have been that is wrong, and reported as that.
WRONG: Final = Made((Hole("an expression that is wrong", ""),))


def expand(raw: Any, path: Path, scope: TemplateScope) -> Any:
    """A value with every expression in it evaluated.

    What is wrong with one is reported at its place; what it would have been is not known then.
    A value without any is given back itself.
    """
    if isinstance(raw, str):
        return _text(raw, path, scope) if raw.startswith("[") else raw
    if isinstance(raw, dict):
        return _object(raw, path, scope)
    if isinstance(raw, list):
        found = [
            expand(item, (*path, index), scope) if _moves(item) else item
            for index, item in enumerate(raw)
        ]
        return raw if all(map(is_, found, raw)) else found
    return raw


def _moves(raw: Any) -> bool:
    """Whether there may be an expression in it."""
    return raw[:1] == "[" if isinstance(raw, str) else isinstance(raw, (dict, list))


def turns(loop: Any, path: Path, scope: TemplateScope) -> Any:
    """The array that one entry of a `copy` makes of its input."""
    name, given = get(loop, "name"), entry(loop, "input")
    if not isinstance(name, str) or given is None:
        scope.world.problems.say(
            "A loop of a property needs a `name` and an `input`: give it both.", path
        )
        return Made((Hole("copy", ""),))
    count = count_of(loop, path, scope)
    below = (*path, given[0])
    if count is None:
        one = expand(given[1], below, scope.inside(name, UNKNOWN, of_property=True))
        return secretly(Made((Hole(f"copy('{name}')", ""),)), has_secret(one))
    inside = (scope.inside(name, index, of_property=True) for index in range(count))
    return [expand(given[1], below, one) for one in inside]


def count_of(loop: Any, path: Path, scope: TemplateScope) -> int | None:
    """How often a loop turns; None where that is not known, or wrong and reported."""
    found = entry(loop, "count")
    if found is None:
        scope.world.problems.say("A loop has no `count`: say how often it turns.", path)
        return None
    below = (*path, found[0])
    count = opened(scope.value(found[1], below))
    if isinstance(count, float) and count.is_integer():
        count = int(count)
    if count is UNKNOWN or isinstance(count, Made):
        return None
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MOST_TURNS:
        told = count if isinstance(count, int) and not isinstance(count, bool) else kind_of(count)
        scope.world.problems.say(
            f"The `count` of a loop is {told}: Azure takes a number from 0 to {MOST_TURNS}.", below
        )
        return None
    scope.world.budget.spend(count * 10)
    return count


def _text(raw: str, path: Path, scope: TemplateScope) -> Any:
    if raw in scope.named:
        return scope.named[raw]
    if raw.startswith("[[") and raw.endswith("]") and scope.is_around():
        scope.world.problems.say(_TWICE, path, "arm-expression")
        return WRONG
    world = scope.world
    before, world.here = world.here, path
    try:
        value = scope.evaluator.value(raw)
    except ExpressionError as error:
        world.problems.say(error.message, path, "arm-expression")
    except RecursionError:
        world.problems.say("An expression leads through too many others: shorten the chain.", path)
    else:
        found = WRONG if value is UNKNOWN else value
        if _NAMED.fullmatch(raw):
            scope.named[raw] = found
        return found
    finally:
        world.here = before
    return WRONG


def _object(raw: Mapping[str, Any], path: Path, scope: TemplateScope) -> Any:
    found: dict[str, Any] = {}
    made: list[tuple[Any, Any]] = []
    for key, item in raw.items():
        if not _moves(item) and key[:1] != "[":
            found[key] = item
            continue
        if isinstance(item, list) and key.lower() == "copy" and _are_loops(item):
            for index, loop in enumerate(item):
                name = get(loop, "name")
                below = (*path, key, index)
                made.append((name if isinstance(name, str) else "copy", turns(loop, below, scope)))
            continue
        value = expand(item, (*path, key), scope)
        if key[:1] == "[":
            made.append((_text(key, (*path, key), scope), value))
        else:
            found[key] = value
    if made:
        try:
            return object_of([*found.items(), *made])
        except ExpressionError as error:
            scope.world.problems.say(error.message, path, "arm-expression")
            return WRONG
    return raw if len(found) == len(raw) and all(map(is_, found.values(), raw.values())) else found


def _are_loops(items: list[Any]) -> bool:
    return any(entry(item, "count") is not None for item in items)
