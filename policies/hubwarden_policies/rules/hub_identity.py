"""IoT Hub: shared access keys."""

from __future__ import annotations

from hubwarden_policies.rule import HIGH, Verdicts, rule
from hubwarden_policies.views.hub import IotHub


@rule(
    "IoT Hub accepts shared access keys",
    severity=HIGH,
    practices=("P2", "O5"),
    fix="Set `disable_local_auth=True` and give each service a managed identity.",
    covers=("hub-local-auth-disabled",),
)
def hub_local_auth(hub: IotHub) -> Verdicts:
    """
    A shared access key of the hub is one password for every service that uses it.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

    Good::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku,
                              properties={"disable_local_auth": True})
    """
    if not hub.properties.disable_local_auth:
        yield hub.violation("properties.disableLocalAuth", "shared access keys are accepted")
