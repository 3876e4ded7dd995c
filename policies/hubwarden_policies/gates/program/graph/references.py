"""Which resources of the stack each value of a resource speaks of.

Read from the canary run where there is one: there every id and name is a text. An id leads to the
resource that it ends in, whose own group or subscription is no reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from hubwarden_policies.gates.program.graph.arm_body import Body, arm_path, body, url_of
from hubwarden_policies.gates.program.graph.targets import (
    GROUP,
    Target,
    Targets,
    names_in,
    names_of_id,
)
from hubwarden_policies.gates.program.graph.tokens import identify, namespace_of
from hubwarden_policies.gates.program.leaks.made import OPAQUE, Cutter
from hubwarden_policies.model import UNKNOWN, Hole, Made, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from hubwarden_policies.gates.program.running.recording import Invocation, Registration

_LOCKS: Final = "Microsoft.Authorization/locks"
_NOUN: Final = re.compile(r"(Resource)?(Id|Name|Uri)$")


class References:
    """The resources of one stack and what they say of each other.

    `registrations` are all of them, those that are only read too; `entries` the made-up texts and
    what they stand for; `calls` what was called, with results.
    """

    def __init__(
        self,
        registrations: Iterable[Registration],
        entries: Iterable[tuple[str, Hole]],
        calls: Sequence[Invocation],
    ) -> None:
        # One function may be called for two resources: its texts tell which call they are from.
        returned = [
            (text, Hole(f"call:{number}", path))
            for number, call in enumerate(calls)
            for path, text, _ in walk(call.result)
            if isinstance(text, str)
        ]
        made: dict[str, Hole] = {}
        for text, hole in entries:
            made.setdefault(text, hole)
        for text, hole in returned:
            if text in made and made[text].source.startswith("call:"):
                made[text] = hole
        self._cutter = Cutter(made.items())
        self._shown: dict[str, tuple[str, Body]] = {}
        self._targets = Targets([self._target(r) for r in registrations if r.custom])
        types = {arm_type for arm_type, _ in self._shown.values()}
        self._types = sorted(types, key=lambda arm_type: -arm_type.count("/"))
        for number, call in enumerate(calls):
            self._targets.calls[f"call:{number}"] = tuple(dict.fromkeys(self._called(call)))

    def add(self, registration: Registration) -> None:
        """Take in a resource that is registered after the others."""
        if registration.custom:
            self._targets.add(self._target(registration))

    def of(self, resource: Registration, judged: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """The references of a resource of ours; `judged` is its ARM body as the rules see it."""
        arm_type, shown = self._shown[resource.urn]
        found = dict(self._read(resource, shown))
        if (scope := self._scope(resource, arm_type, shown.parameters)) is not None:
            found["scope"] = (scope,)
        if (parent := self._parent(resource, arm_type, shown.parameters)) is not None:
            found["parent"] = (parent,)
        if (group := self._group(resource, shown.parameters)) is not None:
            found["group"] = (group,)
        for path, value, _ in walk(judged):
            if path not in found and value in (UNKNOWN, OPAQUE):
                only = self._depended_on(resource, arm_type, path)
                if only is not None:
                    found[path] = (only,)
        return found

    def _target(self, resource: Registration) -> Target:
        inputs = self._cutter.literal(dict(resource.inputs))
        arm_type = identify(
            resource.type, aliases=resource.aliases, inputs=resource.inputs
        ).arm_type
        if arm_type is None:
            return Target(resource.urn, None)
        shown = body(arm_type, inputs)
        self._shown[resource.urn] = arm_type, shown
        names = names_in(arm_type, shown.parameters)
        if not names and isinstance(resource.id, str):
            names = names_of_id(arm_type, resource.id)
        return Target(resource.urn, arm_type, names)

    def _read(self, resource: Registration, shown: Body) -> Iterator[tuple[str, tuple[str, ...]]]:
        for path, value, _ in walk(shown.properties):
            if isinstance(value, str | Made):
                found = self._others(resource, self._targets.spoken_of(value))
                if found:
                    yield path, found
        identities = self._cutter.literal(resource.inputs.get("identity"))
        if isinstance(identities, dict) and isinstance(
            assigned := identities.get("userAssignedIdentities"), list
        ):
            named = [address for item in assigned for address in self._targets.spoken_of(item)]
            if named:
                yield "identity.userAssignedIdentities", tuple(dict.fromkeys(named))

    def _others(self, resource: Registration, found: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(address for address in found if address != resource.urn)

    def _scope(
        self, resource: Registration, arm_type: str, parameters: Mapping[str, Any]
    ) -> str | None:
        url = url_of(arm_type)
        if url.scope is None:
            return None
        if url.scope in parameters:
            found = self._others(resource, self._targets.spoken_of(parameters[url.scope]))
            return found[0] if len(found) == 1 else self._depended_on(resource, arm_type, url.scope)
        if arm_type != _LOCKS or "resourceGroupName" not in parameters:
            return None
        if "resourceType" not in parameters:
            return self._targets.named(GROUP, (parameters["resourceGroupName"],))
        steps = [s for s in str(parameters.get("parentResourcePath") or "").split("/") if s]
        types = (
            parameters.get("resourceProviderNamespace"),
            *steps[::2],
            parameters["resourceType"],
        )
        names = (*steps[1::2], parameters.get("resourceName"))
        return self._targets.named("/".join(map(str, types)), names)

    def _parent(
        self, resource: Registration, arm_type: str, parameters: Mapping[str, Any]
    ) -> str | None:
        """The nearest resource above that is deployed here too."""
        url = url_of(arm_type).names
        names = names_in(arm_type, {**parameters, url[-1]: "any"})
        namespace, *types = arm_type.split("/")
        for count in range(len(types) - 1, 0, -1):
            above = "/".join((namespace, *types[:count]))
            named = self._targets.named(above, names[:count])
            if found := named or self._behind(resource, url[count - 1], above):
                return found
        return None

    def _group(self, resource: Registration, parameters: Mapping[str, Any]) -> str | None:
        """The resource group that a resource is in, where it is one of the stack's."""
        found = self._targets.named(GROUP, (parameters.get("resourceGroupName"),))
        found = found or self._behind(resource, "resourceGroupName", GROUP)
        return None if found == resource.urn else found

    def _behind(self, resource: Registration, name: str, arm_type: str) -> str | None:
        """The one resource of a type that a name comes from which is not known yet."""
        urns = resource.property_dependencies.get(name, ())
        return self._targets.only(arm_type, urns) if resource.inputs.get(name) is UNKNOWN else None

    def _called(self, call: Invocation) -> Iterator[str]:
        """The resources that a function's arguments name: the deepest by name, others by id."""
        arguments = self._cutter.literal(dict(call.args))
        namespace = namespace_of(call.token)
        for arm_type in self._types:
            names = names_in(arm_type, arguments)
            if names and arm_type.partition("/")[0] == namespace:
                found = self._targets.named(arm_type, names)
                if found:
                    yield found
                    break
        for name, value in arguments.items():
            if name != "resourceGroupName":
                yield from self._targets.spoken_of(value)

    def _depended_on(self, resource: Registration, arm_type: str, path: str) -> str | None:
        """The one resource that an input depends on, by its name the one of the fitting type."""
        for name, urns in resource.property_dependencies.items():
            placed = arm_path(arm_type, name)
            if path != placed and not path.startswith((f"{placed}.", f"{placed}[")):
                continue
            targets = [target for urn in urns if (target := self._targets.get(urn))]
            noun = _NOUN.sub("", re.split(r"[.\[]", path)[-1]).lower()
            chosen = (
                [t for t in targets if noun and t.last_type.startswith(noun)]
                or [t for t in targets if t.arm_type != GROUP]
                or targets
            )
            return chosen[0].address if len(chosen) == 1 else None
        return None
