"""Device Provisioning Service: gives each device its hub."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar

import pulumi
from pulumi_azure_native import deviceprovisioningservices as provisioning

from hubwarden_infra.audit import Audit
from hubwarden_infra.component import Component, Transform
from hubwarden_infra.hub import Hub
from hubwarden_infra.network import Network
from hubwarden_infra.platform import Platform


@dataclass(frozen=True)
class DpsArgs:
    """`hubs` are the hubs that get the devices; each must be declared with `dps_link=True`."""

    platform: Platform
    audit: Audit
    network: Network
    _: KW_ONLY
    hubs: Sequence[Hub] = ()
    transform: Transform = field(default_factory=dict)


class Dps(Component):
    """A DPS that spreads devices evenly over its hubs and has no key of its own in the program.

    Services sign in to it by role; the one shared key that Azure makes can read who is registered.
    """

    parts: ClassVar[tuple[str, ...]] = ("dps", "endpoint", "zones", "setting", "lock")

    def __init__(
        self, name: str, args: DpsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "hubwarden:index:Dps", name, opts, args.transform, protect=args.platform.protect
        )
        self.dps = provisioning.IotDpsResource(
            name,
            self.shape("dps", _dps(args)),
            pulumi.ResourceOptions(
                parent=self,
                # What Azure answers about a DPS holds the keys of its policies.
                additional_secret_outputs=["properties"],
            ),
        )
        if args.network.devices == "private":
            args.network.join(self, self.dps.id, "iotDps")
        args.audit.record(self, self.dps.id)
        args.platform.lock(self, self.dps.id)
        self.register_outputs({"dps": self.dps.name})


def _dps(args: DpsArgs) -> provisioning.IotDpsResourceArgs:
    return provisioning.IotDpsResourceArgs(
        resource_group_name=args.platform.group.name,
        location=args.platform.location,
        tags=args.platform.tags,
        sku=provisioning.IotDpsSkuInfoArgs(name=provisioning.IotDpsSku.S1, capacity=1),
        identity=provisioning.ManagedServiceIdentityArgs(
            type=provisioning.ManagedServiceIdentityType.SYSTEM_ASSIGNED
        ),
        properties=provisioning.IotDpsPropertiesDescriptionArgs(
            public_network_access=args.network.device_access,
            allocation_policy=provisioning.AllocationPolicy.HASHED,
            # A DPS cannot refuse shared keys, and without a list Azure makes an owner of its own.
            authorization_policies=[
                provisioning.SharedAccessSignatureAuthorizationRuleAccessRightsDescriptionArgs(
                    key_name="registration-status",
                    rights=provisioning.AccessRightsDescription.REGISTRATION_STATUS_READ,
                )
            ],
            iot_hubs=[
                provisioning.IotHubDefinitionDescriptionArgs(
                    location=hub.location,
                    connection_string=hub.link(),
                    apply_allocation_policy=True,
                    allocation_weight=1,
                )
                for hub in args.hubs
            ],
        ),
    )
