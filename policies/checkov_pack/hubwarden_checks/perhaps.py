"""What may not be deployed at all: a `count` or `for_each` that Checkov could not work out.

A resource that is bad is told all the same. But what only helps another (its logs, its lock, its
private endpoint) must not count as there, so that what it is on is left unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from checkov_pack.hubwarden_checks.blocks import Block, nodes, root_of, unkeyed
from hubwarden_policies.gates.terraform.instances import modules_of

_HELPS: Final = {
    "azurerm_monitor_diagnostic_setting": "target_resource_id",
    "azurerm_management_lock": "scope",
    "azurerm_private_endpoint": "private_service_connection",
}
# The same by azapi, which says in its type what it is.
_TYPES: Final = (
    "microsoft.insights/",
    "microsoft.authorization/locks@",
    "microsoft.network/privateendpoints",
)


def marked(found: list[Block], graph: Any) -> list[Block]:
    """The blocks, with an expression where one that may not be there says what it is on."""
    calls = {(root, names) for root, names, conf in _calls(graph) if _repeated(conf)}
    return [_unsure(one) if _may_lack(one, calls) else one for one in found]


def _may_lack(one: Block, calls: set[tuple[str, tuple[str, ...]]]) -> bool:
    if _repeated(one.conf) and (one.key is None or _is_text(one.conf.get("count"))):
        return True
    above: tuple[str, ...] = ()
    for name, key in modules_of(one.address):
        above = (*above, name)
        if key is None and (one.root, above) in calls:
            return True
    return False


def _unsure(one: Block) -> Block:
    target = _HELPS.get(one.type)
    if one.type == "azapi_resource":
        helps = any(str(text).lower().startswith(_TYPES) for text in one.conf.get("type", ()))
        target = ("body" if "endpoints" in str(one.conf["type"]).lower() else "parent_id") * helps
    return replace(one, conf={**one.conf, target: ["${perhaps}"]}) if target else one


def _repeated(conf: Mapping[str, Any]) -> bool:
    return "count" in conf or "for_each" in conf


def _is_text(count: Any) -> bool:
    return any(isinstance(one, str) for one in (count if isinstance(count, list) else [count]))


def _calls(graph: Any) -> Iterator[tuple[str, tuple[str, ...], Mapping[str, Any]]]:
    """The root, the names from there, and the words of every call of a module."""
    for held in nodes(graph):
        if held.get("block_type_") == "module":
            for name, conf in held["config_"].items():
                said = unkeyed(str(conf.get("__address__") or name))
                names = tuple(said.replace("module.", "").split("."))
                yield root_of(held), names, conf
