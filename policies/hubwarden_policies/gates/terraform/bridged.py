"""What Pulumi's bridge makes of the provider azurerm, in that provider's own words again.

The bridge writes names in camel case, puts lists into the plural, takes a block that may stand once
as an object, and notes in `__defaults` what it filled in itself (pulumi-terraform-bridge,
`TerraformToPulumiNameV2`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cache
from posixpath import commonpath
from typing import Any, Final

from hubwarden_policies.data import load
from hubwarden_policies.gates.terraform.azurerm import entry_of, left_out
from hubwarden_policies.model import Secret
from hubwarden_policies.record import record

_FILLED_IN: Final = "__defaults"
_STEP: Final = re.compile(r"\.?(?P<name>[^.\[\]]+)|(?P<index>\[\d+\])")


def azurerm_type(token: str) -> str | None:
    """The type of azurerm that a token stands for, None for one that the table does not have."""
    return _types().get(token)


def bridged_name(attribute: str) -> str:
    """The bridge's name of an attribute that is no list (`iothub_name`: `iothubName`)."""
    first, *others = attribute.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in others)


def attributes_of(type_: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a resource of the table; a name that is none of them stays as it is."""
    return _attributes(_words(type_), inputs)


def arm_path_of(type_: str, path: str) -> str:
    """The ARM path of an input's path (`networkRuleSets[0].defaultAction`), as far as it is known.

    Of a resource that is a piece of a list it is the path within the piece.
    """
    words, table, found = _words(type_), entry_of(type_)["attributes"], ""
    for step in _STEP.finditer(path):
        if step["index"]:
            found += step["index"] if found.endswith("*") else ""
            found = found.replace("*", "")
            continue
        attribute = words.attributes.get(step["name"])
        how = table.get(attribute)
        if how is None:
            return found.replace("*", "") or path
        if isinstance(how, str):
            target = re.split(r" [|+] ", how)[0]
            return target[1:] if target.startswith("/") else _below(found, target)
        to = how["to"]
        if not isinstance(to, str):
            shared = commonpath(path.replace(".", "/") for path in to.values())
            return _below(found, shared.replace("/", "."))
        # A list's index is a step of the path; that of a block which may stand once is none.
        found = _below(found, to) + ("*" if "each" in how else "")
        words, table = words.blocks[attribute or ""], how.get("one") or how["each"]
    return found.replace("*", "")


def _below(above: str, path: str) -> str:
    above = above.replace("*", "")
    return f"{above}.{path}" if above else path


@record
class _Words:
    """The attributes of an object by the names that the bridge has for them, blocks with theirs."""

    attributes: Mapping[str, str]
    blocks: Mapping[str, _Words] = field(default_factory=dict)


@cache
def _types() -> dict[str, str]:
    named = {type_: bridged_name(type_.removeprefix("azurerm_")) for type_ in _table()}
    found = {
        f"azurerm:index/{name}:{name[:1].upper()}{name[1:]}": type_ for type_, name in named.items()
    }
    found.update(load("pulumi-azure.json")["types"])
    return found


def _table() -> Mapping[str, Any]:
    found: Mapping[str, Any] = load("azurerm.json")["types"]
    return found


@cache
def _words(type_: str) -> _Words:
    return _words_of(entry_of(type_)["attributes"], left_out(type_))


def _words_of(table: Mapping[str, Any], ignored: frozenset[str]) -> _Words:
    names = {*table, *(path.partition(".")[0] for path in ignored)}
    attributes = {spelled: name for name in names for spelled in _plurals(bridged_name(name))}
    attributes |= {bridged_name(name): name for name in names}
    blocks = {
        name: _words_of(
            how.get("one") or how["each"],
            frozenset(
                path.removeprefix(f"{name}.") for path in ignored if path.startswith(f"{name}.")
            ),
        )
        for name, how in table.items()
        if isinstance(how, dict)
    }
    return _Words(attributes, blocks)


def _plurals(name: str) -> Iterator[str]:
    yield f"{name}s"
    yield f"{name}es"
    if name.endswith("y"):
        yield f"{name[:-1]}ies"


def _attributes(words: _Words, value: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, item in value.items():
        if name != _FILLED_IN:
            attribute = words.attributes.get(name, name)
            block = words.blocks.get(attribute)
            found[attribute] = item if block is None else _inside(block, item)
    return found


def _inside(words: _Words, value: Any) -> Any:
    """A block, or a list of them, which may be secret as a whole."""
    if isinstance(value, Secret):
        return Secret(_inside(words, value.value))
    if isinstance(value, list):
        return [_inside(words, item) for item in value]
    return _attributes(words, value) if isinstance(value, dict) else value
