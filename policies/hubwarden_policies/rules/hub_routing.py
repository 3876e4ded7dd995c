"""IoT Hub: how messages reach their endpoints, and what becomes of those that no route wants."""

from __future__ import annotations

from hubwarden_policies.rule import HIGH, Verdicts, each, holds, rule
from hubwarden_policies.views import same
from hubwarden_policies.views.hub import IotHub, Route, RoutingEndpoint

_BUILT_IN = ("events",)


@rule(
    "IoT Hub routes messages without its identity",
    severity=HIGH,
    practices=("P2", "O5"),
    fix=(
        'Set `authentication_type="identityBased"` with `endpoint_uri` (and `entity_path`), after '
        "the hub's identity has a role there. The hub is changed in place; messages wait while "
        "the role is not there yet."
    ),
    covers=("hub-routing-endpoint-identity",),
    maps={"MCSB v1": ("IM-3",)},
)
def hub_routing_without_identity(hub: IotHub) -> Verdicts:
    """
    Unless it is told to use an identity, the hub signs in to the other service with a key, and
    that service has to accept keys from everybody. `hub-routing-key` judges the key itself; this
    rule notices an endpoint that will need one.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "routing": {
                    "endpoints": {
                        "event_hubs": [
                            {
                                "name": "alarms",
                                "authentication_type": "keyBased",
                                "connection_string": config.require_secret("alarms"),
                            }
                        ]
                    }
                }
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            identity={"type": "SystemAssigned"},
            properties={
                "routing": {
                    "endpoints": {
                        "event_hubs": [
                            {
                                "name": "alarms",
                                "authentication_type": "identityBased",
                                "endpoint_uri": "sb://alarms.servicebus.windows.net",
                                "entity_path": "alarms",
                            }
                        ]
                    }
                }
            },
        )
    """
    endpoints = hub.properties.routing.endpoints

    def judge(endpoint: RoutingEndpoint) -> Verdicts:
        if not same(endpoint.authentication_type, "identityBased"):
            path = endpoint.at("authenticationType")
            yield hub.violation(path, "the hub signs in to this endpoint with a key")

    yield from each(endpoints.KINDS, lambda kind: each(getattr(endpoints, kind), judge))


@rule(
    "IoT Hub drops messages that no route wants",
    severity=HIGH,
    practices=("O3",),
    fix=(
        'Set `fallback_route={"source": "DeviceMessages", "endpoint_names": ["events"], '
        '"is_enabled": True}` in `routing`, and read the built-in endpoint. The hub is changed in '
        "place."
    ),
    covers=("hub-fallback-route",),
)
def hub_without_fallback_route(hub: IotHub) -> Verdicts:
    """
    As soon as a hub has routes, a message that fulfils none of their conditions is thrown away,
    unless the fallback route takes it to the built-in endpoint: a typing error in a condition
    loses alarms, and nobody sees it. Azure leaves the fallback route off where it is not named.

    A hub passes without one where an enabled route takes every message of the devices, since
    nothing is left over then.

    Bad::

        iothub.IotHubResource(  # flagged
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "routing": {
                    "routes": [
                        {
                            "name": "alarms",
                            "source": "DeviceMessages",
                            "condition": "level > 3",
                            "endpoint_names": ["events"],
                            "is_enabled": True,
                        }
                    ]
                }
            },
        )

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={
                "routing": {
                    "routes": [
                        {
                            "name": "alarms",
                            "source": "DeviceMessages",
                            "condition": "level > 3",
                            "endpoint_names": ["events"],
                            "is_enabled": True,
                        }
                    ],
                    "fallback_route": {
                        "source": "DeviceMessages",
                        "endpoint_names": ["events"],
                        "is_enabled": True,
                    },
                }
            },
        )
    """
    routing = hub.properties.routing
    if holds(
        lambda: not routing.routes,
        lambda: _lost(routing.fallback_route) is None,
        lambda: holds(*(route.takes_every_message for route in routing.routes)),
    ):
        return
    if (found := _lost(routing.fallback_route)) is not None:
        key, message = found
        yield hub.violation(f"properties.routing.fallbackRoute{key}", message)


def _lost(fallback: Route | None) -> tuple[str, str] | None:
    """Which key of the fallback route keeps messages from the built-in endpoint, and why."""
    lost = "messages that no route takes are dropped"
    if fallback is None:
        return "", f"there is no fallback route: {lost}"
    if not fallback.is_enabled:
        return ".isEnabled", f"the fallback route is off: {lost}"
    if fallback.endpoint_names != _BUILT_IN:
        return ".endpointNames", f"the fallback route does not lead to `events`: {lost}"
    if not fallback.is_unconditional():
        return ".condition", f"the fallback route takes some messages only: {lost}"
    return None
