"""Microsoft.Devices/IotHubs."""

from __future__ import annotations

from typing import ClassVar

from hubwarden_policies.views import ResourceView, View


class IotHubProperties(View):
    disable_local_auth: bool = False
    public_network_access: str | None = None
    min_tls_version: str | None = None


class IotHub(ResourceView):
    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Devices/IotHubs",)

    properties: IotHubProperties = IotHubProperties({})
