"""What leaves a configuration in clear: outputs, and what lists keys without a mark.

Terraform itself refuses to show what it knows to be sensitive, unless somebody writes
`nonsensitive(…)`; what azapi returns of a `listKeys` has no mark at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from hubwarden_policies.gates.terraform.blocks import Blocks
from hubwarden_policies.gates.terraform.configuration import Configuration, Mention
from hubwarden_policies.model import UNKNOWN, Call, ConfigValue, Flow, Secret, Unseen, walk

_ACTION: Final = "azapi_resource_action"
_LISTS: Final = re.compile(r"list\w*(keys?|secrets?)|\w*keys?/list\w*", re.IGNORECASE)
_LOCAL: Final = "a key is listed, and a plan does not show what the local in it is made of"
# What says which or where, and so is no key.
_NAMES: Final = re.compile(r"(?:^|_)(?:ids?|name|location|scope)$")
# 32 bytes or more in base64, as Azure makes keys.
_BARE: Final = re.compile(r"[A-Za-z0-9+/]{42,86}={1,2}(?![A-Za-z0-9+/=])")
_KEY: Final = re.compile(r"(?:^|\.|\]\.)(?:primary|secondary)_(?:\w+_)?(?:key|connection_string)$")


def exports(document: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs of the root module with their marks; one without a value is unknown."""
    found: dict[str, Any] = {}
    for root in ("planned_values", "values"):
        values = document.get(root)
        outputs = values.get("outputs") if isinstance(values, Mapping) else None
        for name, output in (outputs if isinstance(outputs, Mapping) else {}).items():
            if isinstance(output, Mapping):
                value = output.get("value", UNKNOWN)
                # A state has null where a plan has nothing yet.
                found[name] = Secret(value) if output.get("sensitive") is True else value
    return found


def variables(document: Mapping[str, Any], configuration: Any) -> dict[str, ConfigValue]:
    """The variables of the root module; one that is declared sensitive is a secret."""
    root = configuration.get("root_module") if isinstance(configuration, Mapping) else None
    declared = root.get("variables") if isinstance(root, Mapping) else None
    found: dict[str, ConfigValue] = {}
    given = document.get("variables")
    for name, variable in (given if isinstance(given, Mapping) else {}).items():
        value = variable.get("value", UNKNOWN) if isinstance(variable, Mapping) else UNKNOWN
        said = declared.get(name) if isinstance(declared, Mapping) else None
        secret = isinstance(said, Mapping) and said.get("sensitive") is True
        held = Secret(value) if secret else value
        found[name] = ConfigValue(held, path=f"variables.{name}")
    return found


def calls(configuration: Configuration) -> dict[tuple[object, ...], Call]:
    """The actions that list keys, by the block that asks for them."""
    found: dict[tuple[object, ...], Call] = {}
    for modules, block in configuration.blocks():
        action = _constant(block, "action")
        if block.get("type") == _ACTION and isinstance(action, str) and _LISTS.fullmatch(action):
            names = tuple(name for name, _ in modules)
            data = block.get("mode") == "data"
            found[names, data, block.get("name")] = Call(f"{_ACTION}:{action}", ())
    return found


def flows(document: Mapping[str, Any], blocks: Blocks) -> Iterator[Flow]:
    """Every credential that comes out in clear where the names in the plan show it."""
    configuration = blocks.configuration
    listed = calls(configuration)
    marked = exports(document)
    for name, output in configuration.outputs().items():
        value = marked.get(name)
        if name not in marked or not _may_show(value) or not isinstance(output, Mapping):
            continue
        for mention in configuration.mentions((), output.get("expression")):
            if (origin := _origin(mention, listed, clear=False)) is not None:
                yield _flow(origin, "output", None, f"outputs.{name}")
    deployed = (one for one in blocks.instances if one.fate == "deployed")
    for one in deployed if listed else ():
        for attribute, value in one.values.items():
            if not _may_show(value):
                continue
            for mention, _ in blocks.mentioned(one, (attribute,)):
                if (origin := _origin(mention, listed, clear=True)) is not None:
                    yield _flow(origin, "input", one.address, attribute)


def unclear(document: Mapping[str, Any], blocks: Blocks) -> Iterator[Unseen]:
    """What may be a key that is listed, for it is made of a `local`, which is in no plan."""
    configuration = blocks.configuration
    if not calls(configuration):
        return
    marked = exports(document)
    for name, output in configuration.outputs().items():
        said = output.get("expression") if isinstance(output, Mapping) else None
        if name in marked and _may_be_key(marked[name]) and configuration.has_local((), said):
            yield Unseen(f"the output {name}", _LOCAL, None)
    for one in blocks.instances:
        block = blocks.configuration.block(one) if one.fate == "deployed" else None
        words = (block or {}).get("expressions")
        for name, said in (words if isinstance(words, Mapping) else {}).items():
            may_be = not _NAMES.search(name) and _may_be_key(one.values.get(name))
            if may_be and configuration.has_local(one.modules, said, block):
                yield Unseen(f"{name} of {one.address}", _LOCAL, one.address)


def _may_be_key(value: Any) -> bool:
    return any(
        not secret and (leaf is UNKNOWN or (isinstance(leaf, str) and _BARE.search(leaf)))
        for _, leaf, secret in walk(value)
    )


def _may_show(value: Any) -> bool:
    """Whether a text stands in it that is not marked, or one that is not known yet."""
    return any(
        not secret and (leaf is UNKNOWN or isinstance(leaf, str)) for _, leaf, secret in walk(value)
    )


def _origin(
    mention: Mention, listed: Mapping[tuple[object, ...], Call], *, clear: bool
) -> str | None:
    """What credential a mention is, as a person reads it; `clear` asks for unmarked ones only."""
    names = tuple(name for name, _ in mention.modules)
    where = f"{'data.' if mention.data else ''}{mention.type}.{mention.name}"
    if mention.type == _ACTION:
        call = listed.get((names, mention.data, mention.name))
        read = mention.attribute.startswith("output") or not mention.attribute
        return f"what {where} lists" if call and read else None
    if clear or not mention.type.startswith("azurerm_"):
        return None
    is_key = _KEY.search(mention.attribute) is not None
    if mention.type == "azurerm_key_vault_secret" and mention.attribute == "value":
        is_key = True
    return f"{mention.attribute} of {where}" if is_key else None


def _flow(origin: str, sink: Any, address: str | None, path: str) -> Flow:
    return Flow(origin, "key", sink, address, path, "plain", False, (), ())


def _constant(block: Mapping[str, Any], name: str) -> Any:
    expressions = block.get("expressions")
    said = expressions.get(name) if isinstance(expressions, Mapping) else None
    return said.get("constant_value") if isinstance(said, Mapping) else None
