"""What `ignore_changes` keeps from reaching Azure: HCL has it, and no plan does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from checkov_pack.hubwarden_checks.blocks import Block
from hubwarden_policies.gates.terraform.azurerm import entry_of
from hubwarden_policies.model import Resource, Stack


def marked(stack: Stack, found: Iterable[Block]) -> Stack:
    """The stack, with the paths of ARM that its blocks ignore changes of."""
    paths = {one.address: held for one in found if (held := tuple(_paths(one)))}
    if not paths:
        return stack
    return replace(stack, resources=tuple(_marked(one, paths) for one in stack.resources))


def _marked(one: Resource, paths: Mapping[str, tuple[str, ...]]) -> Resource:
    more = paths.get(one.address)
    if more is None:
        return one
    changes = (*one.options.ignore_changes, *more)
    return replace(one, options=replace(one.options, ignore_changes=changes))


def _paths(one: Block) -> Iterator[str]:
    entry = entry_of(one.type)
    for said in dict.fromkeys(_said(one.conf.get("lifecycle"))):
        name, _, below = said.partition(".")
        if said == "all":
            yield "*"
        elif entry is not None:
            yield from _targets(entry["attributes"].get(name.partition("[")[0]))
        elif name == "body":
            yield below or "*"
        else:
            yield said


def _targets(attribute: Any) -> Iterator[str]:
    """The paths that an attribute of azurerm's is written to, as data/azurerm.json says it."""
    if isinstance(attribute, str):
        yield attribute.partition(" |")[0]
    elif isinstance(attribute, Mapping):
        told = attribute.get("to")
        yield from told.values() if isinstance(told, Mapping) else [told] if told else ()


def _said(lifecycle: Any) -> Iterator[str]:
    """What stands in `ignore_changes`, in the lists of lists that Checkov makes of it."""
    if isinstance(lifecycle, str):
        yield lifecycle
    elif isinstance(lifecycle, list):
        for each in lifecycle:
            yield from _said(each.get("ignore_changes") if isinstance(each, Mapping) else each)
