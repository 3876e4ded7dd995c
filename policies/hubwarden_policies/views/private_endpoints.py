"""Microsoft.Network/privateEndpoints: which resource they lead to, and who finds the way."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from hubwarden_policies.record import record
from hubwarden_policies.rule import Undecided, holds
from hubwarden_policies.views import ResourceView, View
from hubwarden_policies.views.targets import Target, read_target
from hubwarden_policies.views.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubwarden_policies.model import Resource, Stack


class ConnectionProperties(View):
    """What a connection leads to."""

    private_link_service_id: Text | None = None


class Connection(View):
    """A connection of a private endpoint to a resource."""

    properties: ConnectionProperties = ConnectionProperties({})


class EndpointProperties(View):
    """What rules read of a private endpoint. A manual connection waits for an approval."""

    private_link_service_connections: tuple[Connection, ...] = ()
    manual_private_link_service_connections: tuple[Connection, ...] = ()


class PrivateEndpoint(ResourceView):
    """An address in a subnet that leads to one resource."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Network/privateEndpoints",)

    properties: EndpointProperties = EndpointProperties({})


class ZoneGroupProperties(View):
    """What rules read of a zone group."""

    private_dns_zone_configs: tuple[View, ...] = ()


class ZoneGroup(ResourceView):
    """The DNS zones in which a private endpoint stands under the public name of its resource."""

    arm_types: ClassVar[tuple[str, ...]] = (
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups",
    )

    properties: ZoneGroupProperties = ZoneGroupProperties({})


@record
class Way:
    """A private endpoint that leads to a resource. `approved` is false where somebody has to."""

    endpoint: Resource
    approved: bool


class Ways:
    """The private endpoints of a stack by what they lead to."""

    def __init__(self, stack: Stack) -> None:
        self._to: dict[str, list[Way]] = defaultdict(list)
        self._doubts: list[tuple[Resource, Target]] = []
        self._groups: dict[str, list[Resource]] = defaultdict(list)
        for endpoint in stack.of_type(*PrivateEndpoint.arm_types):
            for target, approved in _targets(stack, endpoint):
                for address in target.addresses:
                    self._to[address].append(Way(endpoint, approved))
                if not target.decided:
                    self._doubts.append((endpoint, target))
        for group in stack.of_type(*ZoneGroup.arm_types):
            for address in group.references.get("parent", ()):
                self._groups[address].append(group)

    def to(self, resource: Resource) -> tuple[Way, ...]:
        """The ways to a resource; raises `Undecided` where none is known, but one may be."""
        found = self._to[resource.address]
        for endpoint, target in self._doubts if not found else ():
            if target.may_be(resource.type):
                needs = f"which resource the private endpoint {endpoint.name} leads to"
                raise Undecided("properties.publicNetworkAccess", needs)
        return tuple(found)

    def has_zones(self, way: Way) -> bool:
        """Whether the stack puts the endpoint into a DNS zone."""
        return holds(*(partial(_is_filled, group) for group in self._groups[way.endpoint.address]))


def _targets(stack: Stack, endpoint: Resource) -> Iterator[tuple[Target, bool]]:
    """What each connection leads to, and whether it needs no approval."""
    properties = PrivateEndpoint.of(endpoint).properties
    for name, approved in (
        ("private_link_service_connections", True),
        ("manual_private_link_service_connections", False),
    ):
        try:
            for connection in getattr(properties, name):
                said = connection.properties.private_link_service_id
                if said is not None:
                    yield read_target(stack, endpoint, said), approved
        except Undecided:
            yield Target(decided=False), approved


def _is_filled(group: Resource) -> bool:
    return bool(ZoneGroup.of(group).properties.private_dns_zone_configs)
