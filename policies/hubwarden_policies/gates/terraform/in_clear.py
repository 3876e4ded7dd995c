"""Credentials that stand in a plan as plain texts, where no mark hides them.

What rules read of a property of Azure is read there; this is for all else: triggers, commands of
provisioners, resources of other providers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hubwarden_policies import shapes
from hubwarden_policies.gates.terraform.blocks import Blocks
from hubwarden_policies.gates.terraform.sorting import Sorted
from hubwarden_policies.model import Flow, walk
from hubwarden_policies.views.credentials import find_credentials


def in_clear(sorted_: Sorted, blocks: Blocks) -> Iterator[Flow]:
    """The credentials that somebody wrote into the configuration and that are given away."""
    # Pieces and changes of a resource are in its body.
    joined = {one.address for one, _ in (*sorted_.parts, *sorted_.patches)}
    for one in blocks.instances:
        if one.fate != "deployed" or one.address in joined:
            continue
        whole = sorted_.whole.get(one.address)
        yield from _found(one.address, walk(whole.body if whole else one.values), "input")
    for modules, block in blocks.configuration.blocks():
        names = (*(f"module.{name}" for name, _ in modules), block.get("type"), block.get("name"))
        values = {"provisioners": _constants(block.get("provisioners"))}
        yield from _found(".".join(map(str, names)), walk(values), "process")


def _constants(value: Any) -> Any:
    """What is in the expressions of a configuration, as far as it is a literal."""
    if isinstance(value, list):
        return [_constants(item) for item in value]
    if not isinstance(value, Mapping):
        return None
    if "constant_value" in value:
        return value["constant_value"]
    return {key: _constants(item) for key, item in value.items() if key != "references"}


def _found(address: str, leaves: Iterable[tuple[str, Any, bool]], sink: Any) -> Iterator[Flow]:
    for path, value, secret in leaves:
        if not secret and isinstance(value, str) and (what := _kind(value)) is not None:
            yield Flow(what, "key", sink, address, path, "plain", False, (), ())


def _kind(text: str) -> str | None:
    """What credential stands in a text, in a person's words."""
    found = next(find_credentials(text), None)
    if found is not None:
        return found.what
    return "an access key" if shapes.has_access_key(text) else None
