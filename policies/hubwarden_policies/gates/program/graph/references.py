"""Which resources of the stack each value of a resource speaks of.

Read from the canary run where there is one: there every id and name is a text. An id leads to the
resource that it ends in, whose own group or subscription is no reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.program.graph import above
from hubwarden_policies.gates.program.graph.sent import last_name, owner_input, sent
from hubwarden_policies.gates.program.graph.targets import (
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

    from hubwarden_policies.gates.program.graph.arm_body import Body
    from hubwarden_policies.gates.program.graph.tokens import Kind
    from hubwarden_policies.gates.program.running.recording import Invocation, Registration


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
        self._shown: dict[str, tuple[Kind, Body]] = {}
        self._targets = Targets([self._target(r) for r in registrations if r.custom])
        types = {kind.arm_type for kind, _ in self._shown.values() if kind.arm_type}
        self._types = sorted(types, key=lambda arm_type: -arm_type.count("/"))
        for number, call in enumerate(calls):
            self._targets.calls[f"call:{number}"] = tuple(dict.fromkeys(self._called(call)))

    def add(self, registration: Registration) -> None:
        """Take in a resource that is registered after the others."""
        if registration.custom:
            self._targets.add(self._target(registration))

    def of(self, resource: Registration, judged: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """The references of a resource of ours; `judged` is its ARM body as the rules see it."""
        kind, shown = self._shown[resource.urn]
        found = dict(self._read(resource, shown))
        if kind.standing != "part":
            around = {
                "scope": above.scope(self._targets, resource, kind, shown),
                "parent": above.parent(self._targets, resource, kind, shown),
                "group": above.group(self._targets, resource, shown),
            }
            found |= {place: (address,) for place, address in around.items() if address}
        for path, value, _ in walk(judged):
            if path not in found and value in (UNKNOWN, OPAQUE):
                only = above.depended_on(self._targets, resource, kind, path)
                if only is not None:
                    found[path] = (only,)
        return found

    def owner(self, resource: Registration) -> str | None:
        """What a resource is a piece of, where the stack has it."""
        kind, _ = self._shown[resource.urn]
        name, arm_type = owner_input(kind), kind.arm_type or ""
        said = self._cutter.literal(resource.inputs.get(name))
        if said is UNKNOWN:
            return self._targets.only(arm_type, resource.property_dependencies.get(name, ()))
        named = self._targets.named(arm_type, (last_name(said),))
        return named or self._targets.only(arm_type, self._targets.spoken_of(said))

    def _target(self, resource: Registration) -> Target:
        inputs = self._cutter.literal(dict(resource.inputs))
        kind = identify(resource.type, aliases=resource.aliases, inputs=resource.inputs)
        arm_type = kind.arm_type
        if arm_type is None:
            return Target(resource.urn, None)
        shown = sent(kind, inputs)
        self._shown[resource.urn] = kind, shown
        if kind.standing == "part":
            return Target(resource.urn, None)
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
            assigned := identities.get("userAssignedIdentities", identities.get("identityIds")),
            list,
        ):
            named = [address for item in assigned for address in self._targets.spoken_of(item)]
            if named:
                yield "identity.userAssignedIdentities", tuple(dict.fromkeys(named))

    def _others(self, resource: Registration, found: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(address for address in found if address != resource.urn)

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
