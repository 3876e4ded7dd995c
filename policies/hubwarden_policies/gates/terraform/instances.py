"""The resources that a plan deploys, or that a state holds, with what is known of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

from hubwarden_policies.gates.terraform.values import Malformed, merged
from hubwarden_policies.record import record

Key = str | int | None
Modules = tuple[tuple[str, Key], ...]
Fate = Literal["deployed", "unchanged", "deleted", "forgotten", "read"]

_MODULE: Final = re.compile(
    r'module\.(?P<name>[\w-]+)(?:\[(?:(?P<number>\d+)|"(?P<key>(?:[^"\\]|\\.)*)")\])?(?:\.|$)'
)
_FATES: Final[Mapping[tuple[str, ...], Fate]] = {
    ("create",): "deployed",
    ("update",): "deployed",
    ("delete", "create"): "deployed",
    ("create", "delete"): "deployed",
    ("create", "forget"): "deployed",
    ("forget", "create"): "deployed",
    ("no-op",): "unchanged",
    ("delete",): "deleted",
    ("forget",): "forgotten",
    ("read",): "read",
}


@record
class Instance:
    """One resource, or one of those that `count` and `for_each` make of a block.

    `modules` are the calls that lead to it, outermost first, each with its key. `stands` says that
    it is there already and stays, and so has a value for whatever the provider chooses.
    """

    address: str
    modules: Modules
    data: bool
    type: str
    name: str
    key: Key
    values: dict[str, Any]
    fate: Fate
    replaced: bool = False
    because: tuple[str, ...] = ()
    deferred: bool = False
    stands: bool = False

    @property
    def label(self) -> str:
        """The last label with its key, as in `main["north"]`."""
        return self.name if self.key is None else f"{self.name}[{_quoted(self.key)}]"


def _quoted(key: str | int) -> str:
    return str(key) if isinstance(key, int) else f'"{key}"'


def instances(document: Mapping[str, Any]) -> Iterator[Instance]:
    """Every resource of a plan or of a state; raises `Malformed`."""
    seen: set[str] = set()
    for change, deferred in _changes(document):
        one = _changed(change, deferred=deferred)
        # What was replaced and is still there is deposed, and has the address of the other.
        if not change.get("deposed"):
            if one.address in seen and not deferred:
                raise Malformed(f"{one.address} is in it twice")
            seen.add(one.address)
        yield one
    # A plan that only refreshes has no changes, and a state has none either.
    for root in ("planned_values", "values"):
        values = _object(document.get(root), root)
        for resource, modules in _within(_object(values.get("root_module"), root)):
            if _address(resource) not in seen:
                yield _standing(resource, modules)


def _changes(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    for change in _list(document.get("resource_changes"), "resource_changes"):
        yield _object(change, "resource_changes"), False
    for change in _list(document.get("deferred_changes"), "deferred_changes"):
        held = _object(change, "deferred_changes").get("resource_change")
        yield _object(held, "deferred_changes"), True


def _changed(resource: Mapping[str, Any], *, deferred: bool) -> Instance:
    address = _address(resource)
    change = _object(resource.get("change"), f"the change of {address}")
    actions = tuple(map(str, _list(change.get("actions"), f"the actions of {address}")))
    fate = _FATES.get(actions)
    if fate is None:
        raise Malformed(f"{address} has the actions {', '.join(actions)[:60] or 'none'}")
    if fate == "read" and resource.get("mode") != "data":
        raise Malformed(f"{address} is read, and it is no data source")
    if fate == "unchanged" and change.get("importing"):
        # It joins what this configuration is answerable for, and no later plan tells of it.
        fate = "deployed"
    if fate in ("deleted", "forgotten"):
        values = merged(change.get("before"), None, change.get("before_sensitive"))
    else:
        after, unknown = change.get("after"), change.get("after_unknown")
        values = merged(after, unknown, change.get("after_sensitive"))
    if fate in ("deployed", "unchanged") and not isinstance(values, dict):
        raise Malformed(f"{address} has no values in it")
    return _instance(
        resource,
        modules_of(str(resource.get("module_address") or "")),
        values if isinstance(values, dict) else {},
        fate,
        because=_because(change) if {"create", "delete"} <= set(actions) else None,
        deferred=deferred,
        stands="create" not in actions and isinstance(change.get("before"), dict),
    )


def _because(change: Mapping[str, Any]) -> tuple[str, ...]:
    """The attributes whose change asks for a new resource."""
    paths = change.get("replace_paths")
    return (
        tuple(".".join(map(str, path)) for path in paths or () if isinstance(path, list))
        if isinstance(paths, list)
        else ()
    )


def _standing(resource: Mapping[str, Any], modules: str) -> Instance:
    address = _address(resource)
    values = merged(resource.get("values"), None, resource.get("sensitive_values"))
    if not isinstance(values, dict):
        raise Malformed(f"{address} has no values in it")
    return _instance(resource, modules_of(modules), values, "deployed")


def _instance(
    resource: Mapping[str, Any],
    modules: Modules,
    values: dict[str, Any],
    fate: Fate,
    *,
    because: tuple[str, ...] | None = None,
    deferred: bool = False,
    stands: bool = False,
) -> Instance:
    address, type_, name = _address(resource), resource.get("type"), resource.get("name")
    key = resource.get("index")
    if not isinstance(type_, str) or not isinstance(name, str):
        raise Malformed(f"{address} has no type or no name")
    return Instance(
        address=address,
        modules=modules,
        data=resource.get("mode") == "data",
        type=type_,
        name=name,
        key=key if isinstance(key, str | int) else None,
        values=values,
        fate="read" if resource.get("mode") in ("data", "ephemeral") else fate,
        replaced=because is not None,
        because=because or (),
        deferred=deferred,
        stands=stands,
    )


def _within(module: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    address = str(module.get("address") or "")
    for resource in _list(module.get("resources"), "a module's resources"):
        yield _object(resource, "a module's resources"), address
    for child in _list(module.get("child_modules"), "child_modules"):
        yield from _within(_object(child, "child_modules"))


def modules_of(address: str) -> Modules:
    """The calls in the address of a module, such as `module.plant["north"].module.hub`."""
    return tuple(
        (found["name"], int(found["number"]) if found["number"] else found["key"])
        for found in _MODULE.finditer(address)
    )


def _address(resource: Mapping[str, Any]) -> str:
    address = resource.get("address")
    if not isinstance(address, str) or not address:
        raise Malformed("a resource in it has no address")
    return address


def _object(value: Any, what: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Malformed(f"{what} is no object")
    return value


def _list(value: Any, what: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Malformed(f"{what} is no list")
    return value
