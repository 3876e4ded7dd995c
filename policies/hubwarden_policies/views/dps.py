"""Microsoft.Devices/provisioningServices."""

from __future__ import annotations

from typing import ClassVar

from hubwarden_policies.views import ResourceView, View, same
from hubwarden_policies.views.hub import SharedAccessPolicy
from hubwarden_policies.views.ip_filter import IpFilterRule
from hubwarden_policies.views.text import Text


class LinkedHub(View):
    """A hub that the DPS assigns devices to."""

    connection_string: Text | None = None
    authentication_type: str | None = None
    host_name: Text | None = None

    def by_identity(self) -> bool:
        """Whether the DPS signs in to the hub with an identity (since 2026-03-01-preview)."""
        kind = self.authentication_type
        return same(kind, "SystemAssigned") or same(kind, "UserAssigned")

    def leads_to(self) -> Text | None:
        """What says which hub it is: a connection string, or a host name."""
        return self.host_name if self.by_identity() else self.connection_string


class DpsProperties(View):
    """What rules read of a DPS."""

    public_network_access: str | None = None
    authorization_policies: tuple[SharedAccessPolicy, ...] = ()
    iot_hubs: tuple[LinkedHub, ...] = ()
    ip_filter_rules: tuple[IpFilterRule, ...] = ()


class Dps(ResourceView):
    """A Device Provisioning Service."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Devices/provisioningServices",)

    properties: DpsProperties = DpsProperties({})
