"""How a stack is reached: private endpoints with the DNS that makes clients use them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar, Final, Literal

import pulumi
from pulumi_azure_native import network, privatedns

from hubwarden_infra.component import Component, Transform
from hubwarden_infra.platform import Platform

Devices = Literal["internet", "private"]
Group = Literal["iotHub", "iotDps", "vault", "blob"]

ZONES: Final[Mapping[Group, tuple[str, ...]]] = {
    # A hub answers under two names: its own, and that of its built-in Event Hubs endpoint.
    "iotHub": ("privatelink.azure-devices.net", "privatelink.servicebus.windows.net"),
    "iotDps": ("privatelink.azure-devices-provisioning.net",),
    "vault": ("privatelink.vaultcore.azure.net",),
    "blob": ("privatelink.blob.core.windows.net",),
}


@dataclass(frozen=True)
class NetworkArgs:
    """`devices` says how the fleet reaches hub and DPS; everything else is private anyway.

    The endpoints go into the subnet with the id `subnet_id`; without one the component makes a
    virtual network of `address_space` (CIDR) for them.
    """

    platform: Platform
    _: KW_ONLY
    devices: Devices = "private"
    subnet_id: pulumi.Input[str] | None = None
    address_space: pulumi.Input[str] = "10.77.0.0/24"
    transform: Transform = field(default_factory=dict)


class Network(Component):
    """A subnet for private endpoints, and the DNS zones of those that are in it, one of each."""

    parts: ClassVar[tuple[str, ...]] = ("network", "subnet", "zone", "link")

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "hubwarden:index:Network", name, opts, args.transform, protect=args.platform.protect
        )
        self.devices = args.devices
        self._platform = args.platform
        self._zones: dict[str, privatedns.PrivateZone] = {}
        if args.subnet_id is None:
            self._network_id, self.subnet_id = self._virtual_network(name, args.address_space)
        else:
            self.subnet_id = pulumi.Output.from_input(args.subnet_id)
            self._network_id = self.subnet_id.apply(
                lambda subnet: subnet.rpartition("/subnets/")[0]
            )
        self.register_outputs({"subnetId": self.subnet_id})

    @property
    def device_access(self) -> Literal["Enabled", "Disabled"]:
        """`publicNetworkAccess` of what devices connect to."""
        return "Enabled" if self.devices == "internet" else "Disabled"

    def join(self, owner: Component, service: pulumi.Input[str], group: Group) -> None:
        """Give the resource `service` of `owner` a private endpoint (parts `endpoint`, `zones`)."""
        name = owner.pulumi_resource_name
        platform = self._platform
        endpoint = network.PrivateEndpoint(
            f"{name}-endpoint",
            owner.shape(
                "endpoint",
                network.PrivateEndpointArgs(
                    resource_group_name=platform.group.name,
                    location=platform.location,
                    tags=platform.tags,
                    subnet=network.SubnetArgs(id=self.subnet_id),
                    private_link_service_connections=[
                        network.PrivateLinkServiceConnectionArgs(
                            name=group, group_ids=[group], private_link_service_id=service
                        )
                    ],
                ),
            ),
            pulumi.ResourceOptions(parent=owner),
        )
        network.PrivateDnsZoneGroup(
            f"{name}-zones",
            owner.shape(
                "zones",
                network.PrivateDnsZoneGroupArgs(
                    resource_group_name=platform.group.name,
                    private_endpoint_name=endpoint.name,
                    private_dns_zone_configs=[
                        network.PrivateDnsZoneConfigArgs(
                            name=zone.replace(".", "-"), private_dns_zone_id=self._zone(zone).id
                        )
                        for zone in ZONES[group]
                    ],
                ),
            ),
            pulumi.ResourceOptions(parent=owner),
        )

    def _virtual_network(
        self, name: str, address_space: pulumi.Input[str]
    ) -> tuple[pulumi.Output[str], pulumi.Output[str]]:
        whole = network.VirtualNetwork(
            name,
            self.shape(
                "network",
                network.VirtualNetworkInitArgs(
                    resource_group_name=self._platform.group.name,
                    location=self._platform.location,
                    tags=self._platform.tags,
                    address_space=network.AddressSpaceArgs(address_prefixes=[address_space]),
                ),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        subnet = network.Subnet(
            f"{name}-endpoints",
            self.shape(
                "subnet",
                network.SubnetInitArgs(
                    resource_group_name=self._platform.group.name,
                    virtual_network_name=whole.name,
                    address_prefix=address_space,
                ),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        return whole.id, subnet.id

    def _zone(self, zone: str) -> privatedns.PrivateZone:
        if zone not in self._zones:
            self._zones[zone] = self._linked_zone(zone)
        return self._zones[zone]

    def _linked_zone(self, zone: str) -> privatedns.PrivateZone:
        group, tags = self._platform.group.name, self._platform.tags
        made = privatedns.PrivateZone(
            zone,
            self.shape(
                "zone",
                privatedns.PrivateZoneArgs(
                    resource_group_name=group, private_zone_name=zone, location="global", tags=tags
                ),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        privatedns.VirtualNetworkLink(
            zone,
            self.shape(
                "link",
                privatedns.VirtualNetworkLinkArgs(
                    resource_group_name=group,
                    private_zone_name=made.name,
                    location="global",
                    registration_enabled=False,
                    virtual_network=privatedns.SubResourceArgs(id=self._network_id),
                    tags=tags,
                ),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        return made
