"""From what Azure answered to the resources that are judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from hubwarden_cli.live.asked import GROUPS, SETTINGS, Asked
from hubwarden_cli.live.place import spelled
from hubwarden_cli.live.reading import Found, Unread
from hubwarden_policies.gates.arm.template.body import cased
from hubwarden_policies.gates.program.graph.arm_body import url_of
from hubwarden_policies.gates.program.graph.arm_tree import tree
from hubwarden_policies.gates.program.graph.targets import Target, Targets
from hubwarden_policies.gates.program.graph.tokens import canonical
from hubwarden_policies.model import Hole, Made, Options, Resource, Secret, walk

# What says which resource it is, or what Azure writes there itself.
_TOLD: Final = frozenset(
    {"id", "name", "type", "scope", "etag", "subscriptionid", "resourcegroup", "systemdata"}
)
_MASK: Final = "****"
_PARTS: Final = ("location", "tags", "sku", "kind", "identity", "properties")
_GROUP: Final = 4


class Resources:
    """The resources of one look at Azure; each has its id as its address."""

    def __init__(self, found: Sequence[Found], unread: Sequence[Unread]) -> None:
        self._groups = {
            one.id.split("/")[_GROUP].lower(): one.id.split("/")[_GROUP]
            for one in found
            if one.asked.type == GROUPS
        }
        self._found = {self._address(one): one for one in found}
        self._unread = list(dict.fromkeys(unread))
        self._known = {address.lower(): address for address in self._found}
        self._hosts = Targets(
            [
                Target(address, one.asked.type, names_in(address))
                for address, one in self._found.items()
                if len(names_in(address)) == 1 and canonical(one.asked.type)
            ]
        )
        self._principals = {
            principal: address
            for address, one in self._found.items()
            for principal in _principals(one.body.get("identity"))
        }

    def made(self) -> tuple[Resource, ...]:
        """What was found."""
        return tuple(self._made(address, one) for address, one in self._found.items())

    def unread(self) -> tuple[Resource, ...]:
        """One for each list that could not be read: it is any number of resources, or none."""
        return tuple(map(self._any, self._unread))

    def _address(self, one: Found) -> str:
        address = spelled(one.id, self._groups)
        if one.asked is SETTINGS and one.of is not None:
            # Azure writes these ids in another case, or says only part of them.
            name = one.body.get("name") or address.rpartition("/")[2]
            return f"{spelled(one.of, self._groups)}/providers/{SETTINGS.type}/{name}"
        return address

    def _made(self, address: str, one: Found) -> Resource:
        names = names_in(address)
        body: dict[str, Any] = {"name": "/".join(names)}
        if _extends(one.asked):
            body["scope"] = address.rpartition("/providers/")[0] or "/"
        told = {key: item for key, item in one.body.items() if key.lower() not in _TOLD}
        body.update(cased(tree(one.asked.type), _marked(told)))
        if one.partly:
            body["properties"] = _shown_with(one.partly, "properties")
        else:
            for hidden in one.asked.hidden:
                _hide(body, hidden.path, hidden.right)
        return Resource(
            type=one.asked.type,
            name="/".join(names),
            address=address,
            properties=body,
            api_version=one.asked.api,
            options=Options(shown=False),
            references=dict(self._references(address, body)),
        )

    def _any(self, one: Unread) -> Resource:
        scope = spelled(one.scope, self._groups)
        child = one.below and not _extends(one.asked)
        inner = one.asked.last if child else f"providers/{one.asked.type}"
        address = f"{scope}/{inner}/(unread)"
        body: dict[str, Any] = {part: _shown_with(one.right, part) for part in _PARTS}
        body["name"] = _shown_with(one.right, "name")
        if _extends(one.asked):
            body["scope"] = scope if one.below else _shown_with(one.right, "scope")
        return Resource(
            type=one.asked.type,
            name=f"(unread: {one.right})",
            address=address,
            properties=body,
            options=Options(shown=False),
            references=dict(self._references(address, body)),
        )

    def _references(
        self, address: str, body: Mapping[str, Any]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        for path, value, _ in walk(body):
            found = self._spoken_of(value) if isinstance(value, str) else ()
            if others := tuple(one for one in found if one != address):
                yield path, others
        principal = body.get("properties")
        if isinstance(principal, Mapping):
            holder = self._principals.get(str(principal.get("principalId", "")).lower())
            if holder:
                yield "properties.principalId", (holder,)
        outer, _, inner = address.rpartition("/providers/")
        if parent := self._nearest(address.rpartition("/")[0].rpartition("/")[0], stop=outer):
            yield "parent", (parent,)
        group = self._known.get("/".join(address.lower().split("/")[: _GROUP + 1]))
        if group and inner:
            yield "group", (group,)

    def _spoken_of(self, value: str) -> tuple[str, ...]:
        if not value.startswith("/"):
            return self._hosts.spoken_of(value)
        found = self._nearest(value, stop="")
        inside = "/providers/" in value.lower()
        # What lies in a group and was not looked at is not about the group.
        return () if found is None or (inside and "/providers/" not in found) else (found,)

    def _nearest(self, text: str, *, stop: str) -> str | None:
        """The resource that an id names, or the nearest one above it."""
        text = text.rstrip("/").lower()
        while len(text) > len(stop):
            if found := self._known.get(text):
                return found
            text = text.rpartition("/")[0]
        return None


def names_in(address: str) -> tuple[str, ...]:
    """The names in an id, outermost first, of what its last namespace has."""
    outer, found, inner = address.rpartition("/providers/")
    return tuple(inner.split("/")[2::2]) if found else (outer.rpartition("/")[2],)


def _extends(asked: Asked) -> bool:
    return canonical(asked.type) is not None and url_of(asked.type).scope is not None


def _shown_with(right: str, path: str) -> Made:
    return Made((Hole(f"unread:{right}", path),))


def _hide(body: dict[str, Any], path: tuple[str, ...], right: str) -> None:
    """Put what nobody knows where Azure says nothing of a property."""
    *above, last = path
    for key in above:
        inner = body.get(key)
        body[key] = inner = dict(inner) if isinstance(inner, Mapping) else {}
        body = inner
    if body.get(last) is None:
        body[last] = _shown_with(right, last)


def _marked(value: Any) -> Any:
    """The value with what Azure masks marked as the secret that it is."""
    if isinstance(value, Mapping):
        return {key: _marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    return Secret(value) if isinstance(value, str) and _MASK in value else value


def _principals(identity: Any) -> Iterator[str]:
    """The ids of those that a resource signs in as."""
    if not isinstance(identity, Mapping):
        return
    assigned = identity.get("userAssignedIdentities")
    each = assigned.values() if isinstance(assigned, Mapping) else ()
    for one in (identity, *each):
        if isinstance(one, Mapping) and isinstance(one.get("principalId"), str):
            yield one["principalId"].lower()
