"""What Checkov made of a module's HCL, as the plan that Terraform would write of it.

Checkov puts values in the place of variables where it knows them; what is left as an expression is
unknown here, as it is in a plan. Our gate for plans does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from checkov_pack.hubwarden_checks.blocks import Block
from checkov_pack.hubwarden_checks.sensitive import hidden
from hubwarden_policies.gates.terraform.azurerm import entry_of
from hubwarden_policies.gates.terraform.instances import modules_of

# What of a block is Terraform's own or Checkov's, and not the resource's.
_META: Final = frozenset(
    {"count", "for_each", "depends_on", "lifecycle", "provider", "provisioner", "connection"}
)
_BLOCKS: Final = frozenset({"identity", "timeouts", "retry"})
_EXPRESSION: Final = re.compile(
    r"\$\{|(?<![\w./@:-])(?:var|local|module|data|each|count|path|self)\.[A-Za-z_]"
    r"|(?<![\w./@:-])[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*(?:\[[^\]]*\])?\.\w"
    r"|\A[a-z][a-z0-9_]*\(.*\)\Z|\A!",
    re.DOTALL,
)
_NAME: Final = re.compile(
    r"(?<![\w./@:-])(?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*(?:\[[^\]]*\])?(?:\.\w+)*"
)


def plan(found: list[Block]) -> dict[str, Any]:
    """The plan of the blocks of one module and of those that it calls."""
    root: dict[str, Any] = {"resources": [], "module_calls": {}}
    known = {_declared(one) for one in found}
    for one in found:
        modules = tuple(name for name, _ in modules_of(one.address))
        expressions = {
            name: _expression(value, modules, root, known) for name, value in _attributes(one)
        }
        block = {"mode": "managed", "type": one.type, "name": one.name, "expressions": expressions}
        _module(root, modules)["resources"].append(block)
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "resource_changes": [_change(one) for one in found],
        "configuration": {"root_module": root},
    }


def _change(one: Block) -> dict[str, Any]:
    after, unknown = {}, {}
    for name, value in _attributes(one):
        after[name], unknown[name] = _split(value)
    module = one.address.rpartition(f".{one.type}.")[0]
    return {
        "address": one.address,
        "module_address": module,
        "mode": "managed",
        "type": one.type,
        "name": one.name,
        **({} if one.key is None else {"index": one.key}),
        "change": {
            "actions": ["create"],
            "after": after,
            "after_unknown": unknown,
            "after_sensitive": hidden(one.type, unknown),
        },
    }


def _attributes(one: Block) -> Iterator[tuple[str, Any]]:
    """The attributes and blocks as a plan has them: Checkov holds each value in a list."""
    entry = entry_of(one.type)
    table = entry["attributes"] if entry else None
    for name, value in one.conf.items():
        if name == "dynamic":
            # Over what it repeats is not known, or Checkov would have put its blocks here.
            for each in value:
                yield from ((block, "${dynamic}") for block in each)
        elif name not in _META and not name.startswith("__"):
            yield name, _value(value, name, table)


def _value(value: Any, name: str, table: Mapping[str, Any] | None) -> Any:
    if not isinstance(value, list):
        return value
    inner = table.get(name) if table is not None else None
    is_block = isinstance(inner, Mapping) if table is not None else name in _BLOCKS
    if not is_block:
        return value[0] if len(value) == 1 else value
    fields = inner.get("one") or inner.get("each") if inner is not None else {}
    return [_block(each, fields) for each in value]


def _block(block: Any, fields: Mapping[str, Any] | None) -> Any:
    if not isinstance(block, Mapping):
        return block
    return {
        name: _value(value, name, fields or {})
        for name, value in block.items()
        if not name.startswith("__")
    }


def _split(value: Any) -> tuple[Any, Any]:
    """A value as what is known of it and the mark of what is not."""
    if value is None:
        # Checkov makes it of some expressions, such as `0 == 0`.
        return None, True
    if isinstance(value, str):
        return (None, True) if _EXPRESSION.search(value) else (value, False)
    if isinstance(value, Mapping):
        parts = {str(name): _split(each) for name, each in value.items()}
        known = {name: after for name, (after, _) in parts.items()}
        return known, {name: mark for name, (_, mark) in parts.items() if mark}
    if isinstance(value, list | tuple | set):
        pairs = [_split(each) for each in value]
        return [after for after, _ in pairs], [mark for _, mark in pairs]
    return value, False


def _expression(value: Any, modules: tuple[str, ...], root: dict[str, Any], known: Any) -> Any:
    """What the configuration in a plan says of an attribute: the names in its expression."""
    if isinstance(value, list) and value and all(isinstance(each, Mapping) for each in value):
        return [
            {name: _expression(held, modules, root, known) for name, held in each.items()}
            for each in value
        ]
    names = list(dict.fromkeys(_names(value)))
    if not names:
        return {"constant_value": None}
    return {"references": [_seen_from(name, modules, root, known) for name in names]}


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _NAME.findall(value)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _names(each)
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from _names(each)


def _seen_from(name: str, modules: tuple[str, ...], root: dict[str, Any], known: Any) -> str:
    """The name where it is used: Checkov carries it there out of the module that has it."""
    above = modules
    while above and (above, _bare(name)) not in known:
        above = above[:-1]
    if (above, _bare(name)) not in known or above == modules:
        return name
    for depth in range(len(above), len(modules)):
        call = _module(root, modules[:depth])["module_calls"].setdefault(
            modules[depth], _new_call()
        )
        said = name if depth == len(above) else f"var.{_variable(name)}"
        call["expressions"][_variable(name)] = {"references": [said]}
    return f"var.{_variable(name)}"


def _module(root: dict[str, Any], modules: tuple[str, ...]) -> dict[str, Any]:
    here = root
    for name in modules:
        here = here["module_calls"].setdefault(name, _new_call())["module"]
    return here


def _new_call() -> dict[str, Any]:
    return {"expressions": {}, "module": {"resources": [], "module_calls": {}}}


def _variable(name: str) -> str:
    return re.sub(r"\W", "-", name)


def _declared(one: Block) -> tuple[tuple[str, ...], str]:
    return tuple(name for name, _ in modules_of(one.address)), f"{one.type}.{one.name}"


def _bare(name: str) -> str:
    return ".".join(re.split(r"[.\[]", name)[:2])
