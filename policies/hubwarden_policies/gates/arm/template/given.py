"""The values of parameters: from a parameters file, or from the resource that deploys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.arm.template.declaration import Declaration, declaration
from hubwarden_policies.gates.arm.template.keys import Path, entry, get, kind_of
from hubwarden_policies.gates.arm.template.names import opened
from hubwarden_policies.model import UNKNOWN, Made, Secret

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared
    from hubwarden_policies.gates.arm.template.problems import Problems

_KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "string": str,
    "int": int,
    "bool": bool,
    "object": dict,
    "array": list,
}


def given_inside(
    one: Declared, template: Mapping[str, Any], body: Mapping[str, Any], path: Path
) -> dict[str, Callable[[], Any]]:
    """What a deployment resource gives to the template in it, each made on demand."""
    problems = one.scope.world.problems
    listed = entry(body, "parameters") or ("parameters", None)
    if listed[1] is None:
        _check_missing(one, template, {}, path)
        return {}
    below = (*path, listed[0])
    values = listed[1]
    if isinstance(values, str):
        values = opened(one.scope.value(values, below))
    if not isinstance(values, dict):
        problems.say(
            f"The parameters of a deployment are {kind_of(values)}: write them out as an object.",
            below,
        )
        return {}
    found: dict[str, Callable[[], Any]] = {}
    for name, given in values.items():
        said = declaration(template, (), "parameters", name)
        if said is None:
            problems.say(
                f"The deployment gives a value to the parameter {name}, which its template does "
                "not declare: mend the name, or take it out.",
                (*below, name),
            )
            continue
        found[name.lower()] = _made(one, said, given, (*below, name))
    _check_missing(one, template, found, below)
    return found


def _check_missing(
    one: Declared, template: Mapping[str, Any], given: Mapping[str, Any], path: Path
) -> None:
    declared = get(template, "parameters")
    for name in declared if isinstance(declared, dict) else ():
        said = declaration(template, (), "parameters", name)
        if said is None or name.lower() in given or said.nullable or said.default is not None:
            continue
        one.scope.world.problems.say(
            f"The deployment gives no value to the parameter {name}, which has no default: "
            "Azure refuses that; give it one.",
            path,
        )


def _made(one: Declared, said: Declaration, given: Any, path: Path) -> Callable[[], Any]:
    def make() -> Any:
        whole = one.scope.value(given, path) if isinstance(given, str) else given
        if get(whole, "reference") is not None:
            return Secret(UNKNOWN)
        found = entry(whole, "value")
        if found is None:
            return UNKNOWN if isinstance(whole, Made) else None
        value = one.scope.value(found[1], (*path, found[0]))
        check(said, value, (*path, found[0]), one.scope.world.problems)
        return value

    return make


def check(said: Declaration, value: Any, path: Path, problems: Problems) -> None:
    """Report a value that Azure refuses: of another type, or not among those allowed."""
    value = opened(value)
    if value is UNKNOWN or isinstance(value, Made) or (value is None and said.nullable):
        return
    kind = _KINDS.get(said.kind)
    wrong = kind is not None and (
        not isinstance(value, kind) or (said.kind == "int" and isinstance(value, bool))
    )
    if wrong:
        problems.say(
            f"The parameter {said.name} is declared as {said.kind} and is given {kind_of(value)}: "
            "Azure refuses that; mend one of the two.",
            path,
        )
        return
    allowed = get(said.body, "allowedValues")
    if not isinstance(allowed, list) or not allowed or said.kind == "array":
        return
    if not any(_same(value, one) for one in allowed):
        problems.say(
            f"The parameter {said.name} is given a value that is not among its allowedValues: "
            "Azure refuses that; mend one of the two.",
            path,
        )


def _same(value: Any, allowed: Any) -> bool:
    if isinstance(value, str) and isinstance(allowed, str):
        return value.lower() == allowed.lower()
    return bool(value == allowed)
