"""Azure Resource Manager, as far as hubs and DPS need it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from hubwarden_cli.azure.resource_id import ResourceId

from .arm_writes import Writes
from .credential import TENANT
from .masking import is_mask
from .message import Answer, Json, Problem, Request, azure_error
from .paging import page
from .policies import Kind
from .resource import TYPES, Resource
from .standing import Standing
from .throttle import Throttle
from .world import SUBSCRIPTION, World

_PATH: Final = re.compile(
    r"/subscriptions/(?P<subscription>[^/]+)"
    r"(?:/resourceGroups/(?P<group>[^/]+))?"
    r"(?:/providers/Microsoft\.Devices/(?P<type>IotHubs|provisioningServices)"
    r"(?:/(?P<name>[^/]+)(?P<rest>/.*)?)?)?",
    re.IGNORECASE,
)
_KINDS: Final[dict[str, Kind]] = {"iothubs": "hub", "provisioningservices": "dps"}


class Arm:
    """Answers the requests below /subscriptions."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._writes = Writes(world)
        self._throttle = Throttle(world)
        self._standing = Standing(world)

    def answer(self, request: Request) -> Answer:
        """The world's lock is held."""
        subscription = request.path.split("/")[2]
        if subscription.lower() != SUBSCRIPTION:
            told = f"The subscription '{subscription}' could not be found."
            return azure_error(404, "SubscriptionNotFound", told)
        remaining = self._throttle.arm(request)
        if "api-version" not in request.query:
            return azure_error(400, "MissingApiVersionParameter", "The api-version is required.")
        found = _PATH.fullmatch(request.path)
        answer = self._standing.answer(request) if found is None else self._routed(found, request)
        return Answer(answer.status, answer.body, {**remaining, **answer.headers})

    def _routed(self, found: re.Match[str], request: Request) -> Answer:
        if found["type"] is None and found["group"] is None:
            return _subscription(request, found)
        if found["type"] is None:
            return self._standing.answer(request)
        kind = _KINDS[found["type"].lower()]
        if found["name"] is None:
            return self._list(kind, found["group"], request)
        if found["group"] is None:
            return azure_error(404, "NotFound", "A resource is in a resource group.")
        where = ResourceId(SUBSCRIPTION, found["group"], TYPES[kind], found["name"])
        rest = [part for part in (found["rest"] or "").split("/") if part]
        if request.method == "PUT" and not rest:
            return self._writes.put(kind, where, request)
        if len(rest) == 2 and rest[0].lower() == "operationresults":
            # It outlives what it deleted.
            return self._operation(rest[1])
        resource = self._world.resources.get(where)
        if resource is None:
            if request.method == "DELETE" and not rest:
                return Answer(204)
            told = f"The Resource '{TYPES[kind]}/{where.name}' was not found."
            return azure_error(404, "ResourceNotFound", told)
        return self._one(resource, rest, request)

    def _one(self, resource: Resource, rest: list[str], request: Request) -> Answer:
        match request.method, [part.lower() for part in rest]:
            case "GET", []:
                return Answer(200, resource.shown(), {"ETag": f'"{resource.etag}"'})
            case "PATCH", []:
                return self._writes.tags(resource, request)
            case "DELETE", []:
                return self._writes.delete(resource, request)
            case "POST", ["listkeys"]:
                listed = [policy.listed() for policy in resource.content.policies]
                return Answer(200, {"value": listed})
            case "POST", ["iothubkeys" | "keys", _, "listkeys"]:
                return _one_policy(resource, rest[1])
            case "GET", ["routingendpointshealth"]:
                return Answer(200, {"value": list(_health(resource))})
            case "GET", ["certificates"]:
                return Answer(200, {"value": list(resource.certificates.values())})
            case "GET" | "PUT" | "DELETE", ["certificates", _]:
                return self._writes.certificate(resource, rest[1], request)
        if request.method == "GET" and rest[:1] == ["providers"]:
            return self._standing.answer(request)
        return azure_error(405, "MethodNotAllowed", "The double does not do this.")

    def _operation(self, name: str) -> Answer:
        change = self._world.operations.get(name)
        if change is None or self._world.behaviour.lro_vanishes:
            return azure_error(404, "NotFound", "There is no such operation.")
        running = self._world.clock.now() < change.ends_at
        status = "Running" if running else change.end
        return Answer(200, {"status": status})

    def _list(self, kind: Kind, group: str | None, request: Request) -> Answer:
        found = [
            resource.shown()
            for resource in self._world.resources.values()
            if resource.kind == kind
            and (group is None or resource.id.group.lower() == group.lower())
        ]
        return page(found, request, self._world.behaviour.page)


def _subscription(request: Request, _found: re.Match[str]) -> Answer:
    if request.method != "GET":
        raise Problem(azure_error(405, "MethodNotAllowed", "The double does not do this."))
    shown = {
        "id": f"/subscriptions/{SUBSCRIPTION}",
        "subscriptionId": SUBSCRIPTION,
        "tenantId": TENANT,
        "displayName": "practice",
        "state": "Enabled",
    }
    return Answer(200, shown)


def _one_policy(resource: Resource, name: str) -> Answer:
    for policy in resource.content.policies:
        if policy.name.lower() == name.lower():
            return Answer(200, policy.listed())
    return azure_error(404, "ResourceNotFound", "There is no such policy.")


def _health(resource: Resource) -> Iterator[Json]:
    """An endpoint whose key is lost, because its mask was stored, is dead."""
    endpoints = resource.stored["properties"].get("routing", {}).get("endpoints", {})
    for entries in endpoints.values():
        for entry in entries:
            dead = is_mask(entry.get("connectionString", ""))
            yield {
                "endpointId": entry.get("id") or entry.get("name"),
                "healthStatus": "dead" if dead else "healthy",
            }
