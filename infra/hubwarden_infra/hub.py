"""IoT Hub: devices by certificate, services by role, nothing by a shared key."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar, Final

import pulumi
from pulumi_azure_native import iothub

from hubwarden_infra.audit import Audit
from hubwarden_infra.component import Component, Transform
from hubwarden_infra.network import Network
from hubwarden_infra.platform import Platform
from hubwarden_infra.storage import Storage

LINK_POLICY: Final = "dps-link"
BUILT_IN: Final = "events"


@dataclass(frozen=True)
class HubArgs:
    """`sku` and `units` size the hub (IoT Hub's own names and counts).

    `uploads` takes the files that devices upload. `dps_link` declares the one shared access
    policy with which a `Dps` may register devices here; only then are shared keys accepted at all.
    """

    platform: Platform
    audit: Audit
    network: Network
    _: KW_ONLY
    sku: pulumi.Input[str] = "S1"
    units: pulumi.Input[int] = 1
    uploads: Storage | None = None
    dps_link: bool = False
    transform: Transform = field(default_factory=dict)


class Hub(Component):
    """A hub that logs, that speaks TLS 1.2, and that reaches nothing but its own storage."""

    parts: ClassVar[tuple[str, ...]] = ("hub", "endpoint", "zones", "setting", "lock")

    def __init__(
        self, name: str, args: HubArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "hubwarden:index:Hub", name, opts, args.transform, protect=args.platform.protect
        )
        self.location = args.platform.location
        self._group = args.platform.group.name
        self._linkable = args.dps_link
        self.hub = iothub.IotHubResource(
            name,
            self.shape("hub", _hub(args)),
            pulumi.ResourceOptions(
                parent=self,
                depends_on=[args.uploads.access] if args.uploads else None,
                # What Azure answers about a hub may hold the keys of its policies.
                additional_secret_outputs=["properties"],
            ),
        )
        if args.network.devices == "private":
            args.network.join(self, self.hub.id, "iotHub")
        args.audit.record(self, self.hub.id)
        args.platform.lock(self, self.hub.id)
        self.register_outputs({"hub": self.hub.name})

    def link(self) -> pulumi.Output[str]:
        """The connection string, a secret, with which a DPS may register devices.

        Raises `pulumi.RunError` where the hub was not declared with `dps_link`.
        """
        name = self.pulumi_resource_name
        if not self._linkable:
            raise pulumi.RunError(
                f"Hub {name} accepts no shared key, so no DPS can be linked to it; "
                f"declare it with `dps_link=True`."
            )
        key = iothub.list_iot_hub_resource_keys_for_key_name_output(
            key_name=LINK_POLICY,
            resource_group_name=self._group,
            resource_name=self.hub.name,
            opts=pulumi.InvokeOptions(parent=self),
        ).primary_key
        return pulumi.Output.format(
            "HostName={0};SharedAccessKeyName={1};SharedAccessKey={2}",
            self.hub.properties.host_name,
            LINK_POLICY,
            pulumi.Output.secret(key),
        )


def _hub(args: HubArgs) -> iothub.IotHubResourceArgs:
    uploads = args.uploads
    kind = iothub.ResourceIdentityType
    identity = (
        iothub.ArmIdentityArgs(type=kind.SYSTEM_ASSIGNED)
        if uploads is None
        else iothub.ArmIdentityArgs(
            type=kind.SYSTEM_ASSIGNED_USER_ASSIGNED, user_assigned_identities=[uploads.identity.id]
        )
    )
    return iothub.IotHubResourceArgs(
        resource_group_name=args.platform.group.name,
        location=args.platform.location,
        tags=args.platform.tags,
        sku=iothub.IotHubSkuInfoArgs(name=args.sku, capacity=args.units),
        identity=identity,
        properties=iothub.IotHubPropertiesArgs(
            min_tls_version="1.2",
            public_network_access=args.network.device_access,
            disable_local_auth=not args.dps_link,
            disable_device_sas=True,
            disable_module_sas=True,
            authorization_policies=[_link_policy()] if args.dps_link else None,
            restrict_outbound_network_access=True,
            allowed_fqdn_list=[uploads.host] if uploads else [],
            routing=_routing(),
            storage_endpoints={"$default": _upload_endpoint(uploads)} if uploads else None,
            enable_file_upload_notifications=uploads is not None,
            messaging_endpoints={"fileNotifications": _notifications()} if uploads else None,
        ),
    )


def _link_policy() -> iothub.SharedAccessSignatureAuthorizationRuleArgs:
    return iothub.SharedAccessSignatureAuthorizationRuleArgs(
        key_name=LINK_POLICY, rights=iothub.AccessRights.REGISTRY_WRITE_SERVICE_CONNECT
    )


def _routing() -> iothub.RoutingPropertiesArgs:
    """Messages go to the built-in endpoint, and so do devices that come, go, or change."""
    source = iothub.RoutingSource
    return iothub.RoutingPropertiesArgs(
        routes=[
            iothub.RoutePropertiesArgs(
                name=name,
                source=source_,
                condition="true",
                endpoint_names=[BUILT_IN],
                is_enabled=True,
            )
            for name, source_ in (
                ("lifecycle", source.DEVICE_LIFECYCLE_EVENTS),
                ("connections", source.DEVICE_CONNECTION_STATE_EVENTS),
            )
        ],
        fallback_route=iothub.FallbackRoutePropertiesArgs(
            name="$fallback",
            source=source.DEVICE_MESSAGES,
            condition="true",
            endpoint_names=[BUILT_IN],
            is_enabled=True,
        ),
    )


def _upload_endpoint(uploads: Storage) -> iothub.StorageEndpointPropertiesArgs:
    return iothub.StorageEndpointPropertiesArgs(
        connection_string=uploads.connection_string,
        container_name=uploads.container.name,
        authentication_type=iothub.AuthenticationType.IDENTITY_BASED,
        identity=iothub.ManagedIdentityArgs(user_assigned_identity=uploads.identity.id),
        sas_ttl_as_iso8601="PT1H",
    )


def _notifications() -> iothub.MessagingEndpointPropertiesArgs:
    return iothub.MessagingEndpointPropertiesArgs(
        lock_duration_as_iso8601="PT1M", ttl_as_iso8601="PT1H", max_delivery_count=10
    )
