"""The resources of an ARM template, nested ones and children too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from hubwarden_policies.gates.stock_checkov.readers.declared import Declared, Gap, Reading
from hubwarden_policies.gates.stock_checkov.readers.lenient_json import NotJson, get, parse

_DEPLOYMENT: Final = "microsoft.resources/deployments"
_DEEPEST: Final = 60


def read(text: str) -> Reading:
    """What the template declares."""
    try:
        template = parse(text)
    except NotJson as error:
        return Reading(gaps=(Gap(str(error)),))
    if not isinstance(template, dict):
        return Reading(gaps=(Gap("it is no template, but holds something else"),))
    found = tuple(_resources(template, 0))
    return Reading(
        tuple(one for one in found if isinstance(one, Declared)),
        tuple(one for one in found if isinstance(one, Gap)),
    )


def _resources(template: dict[str, Any], depth: int, parent: str = "") -> Iterator[Declared | Gap]:
    resources = get(template, "resources")
    symbolic = isinstance(resources, dict)
    entries = list(resources.values()) if isinstance(resources, dict) else resources
    if entries is None:
        return
    if depth > _DEEPEST:
        yield Gap("its resources are nested too deeply")
    elif not isinstance(entries, list):
        yield Gap("its `resources` are an expression")
    else:
        for entry in entries:
            yield from _resource(entry, depth, parent, symbolic=symbolic)


def _resource(entry: Any, depth: int, parent: str, *, symbolic: bool) -> Iterator[Declared | Gap]:
    if not isinstance(entry, dict):
        yield Gap("an entry of `resources` is no resource")
        return
    type_, name = get(entry, "type"), get(entry, "name")
    if not isinstance(type_, str) or type_.startswith("["):
        yield Gap("a resource has no type that can be read")
        return
    # The type of a child may be given below its parent's.
    full = type_ if "." in type_.partition("/")[0] or not parent else f"{parent}/{type_}"
    existing = get(entry, "existing")
    if existing is not None and not symbolic:
        # Without symbolic names Azure knows no such mark, and deploys the resource.
        yield Gap(f"the {full} {name} says `existing`, which makes Checkov leave it out")
    if not (symbolic and existing is True):
        if isinstance(name, str):
            yield Declared(full, name)
        else:
            yield Gap(f"a resource of type {full} has no name that can be read")
    if full.lower() == _DEPLOYMENT:
        properties = get(entry, "properties")
        inner = get(properties, "template") if isinstance(properties, dict) else None
        if isinstance(inner, dict):
            yield from _resources(inner, depth + 1)
        elif isinstance(properties, dict) and get(properties, "templateLink") is not None:
            yield Gap(f"the deployment {name} is another template's", harmless=True)
    else:
        yield from _resources(entry, depth + 1, full)
