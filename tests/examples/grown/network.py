"""The estate's network: one VNet, a subnet per region, and the zones of the private endpoints."""

from collections.abc import Sequence

import pulumi
from pulumi_azure_native import network, privatedns, resources

ZONES = {
    "hub": "privatelink.azure-devices.net",
    "events": "privatelink.servicebus.windows.net",
    "enrolment": "privatelink.azure-devices-provisioning.net",
    "vault": "privatelink.vaultcore.azure.net",
    "blob": "privatelink.blob.core.windows.net",
}


class Network(pulumi.ComponentResource):
    """What the regions share; they attach their endpoints with `attach`."""

    def __init__(self, name: str, regions: Sequence[str]):
        super().__init__("estate:index:Network", name)
        child = pulumi.ResourceOptions(parent=self)
        self.group = resources.ResourceGroup("network", opts=child)
        firewall = network.NetworkSecurityGroup(
            "machines", resource_group_name=self.group.name, opts=child
        )
        self.vnet = network.VirtualNetwork(
            "estate",
            resource_group_name=self.group.name,
            address_space=network.AddressSpaceArgs(address_prefixes=["10.20.0.0/16"]),
            opts=child,
        )
        self.subnets = {
            region: network.Subnet(
                f"{region}-endpoints",
                resource_group_name=self.group.name,
                virtual_network_name=self.vnet.name,
                address_prefix=f"10.20.{number}.0/24",
                network_security_group=network.NetworkSecurityGroupArgs(id=firewall.id),
                opts=child,
            )
            for number, region in enumerate(regions, start=1)
        }
        self.zones = {}
        for key, zone in ZONES.items():
            self.zones[key] = privatedns.PrivateZone(
                f"zone-{key}",
                resource_group_name=self.group.name,
                private_zone_name=zone,
                location="global",
                opts=child,
            )
            privatedns.VirtualNetworkLink(
                f"link-{key}",
                resource_group_name=self.group.name,
                private_zone_name=self.zones[key].name,
                location="global",
                registration_enabled=False,
                virtual_network=privatedns.SubResourceArgs(id=self.vnet.id),
                opts=child,
            )
        self.register_outputs({})

    def attach(
        self,
        region: str,
        what: str,
        target: pulumi.Input[str],
        zones: Sequence[str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        """A private endpoint of this region to `target`, known by the names in these zones."""
        endpoint = network.PrivateEndpoint(
            f"{region}-{what}",
            resource_group_name=self.group.name,
            subnet=network.SubnetArgs(id=self.subnets[region].id),
            private_link_service_connections=[
                network.PrivateLinkServiceConnectionArgs(
                    name=what, group_ids=[what], private_link_service_id=target
                )
            ],
            opts=opts,
        )
        network.PrivateDnsZoneGroup(
            f"{region}-{what}",
            resource_group_name=self.group.name,
            private_endpoint_name=endpoint.name,
            private_dns_zone_configs=[
                network.PrivateDnsZoneConfigArgs(name=key, private_dns_zone_id=self.zones[key].id)
                for key in zones
            ],
            opts=opts,
        )
