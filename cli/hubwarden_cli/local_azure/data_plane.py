"""The data planes of hubs and DPS: real checks of signatures, and little behind them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from . import credential, sas
from .message import Answer, Json, Problem, Request, azure_error
from .policies import Kind, Make, key_maker
from .resource import Resource, fields
from .throttle import Throttle
from .world import World

_UNAUTHORIZED: Final = "ErrorCode:IotHubUnauthorizedAccess;Unauthorized"


class DataPlane:
    """Answers the requests below /hubs/NAME and /dps/NAME, which stand for two hosts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._throttle = Throttle(world)
        self._make: Make = key_maker("device", world.random.randbytes)

    def answer(self, kind: Kind, name: str, request: Request) -> Answer:
        """The world's lock is held; the request's path starts after the name."""
        resource = self._world.named(kind, name)
        if resource is None:
            return azure_error(404, "NotFound", "No such host.")
        self._throttle.data_plane(resource)
        parts = [part for part in request.path.split("/") if part]
        if kind == "hub":
            return self._hub(resource, parts, request)
        return self._dps(resource, parts, request)

    def _hub(self, hub: Resource, parts: list[str], request: Request) -> Answer:
        match request.method, parts:
            case "GET", ["statistics", "devices"]:
                self._allow(hub, request, "RegistryRead")
                count = len(hub.devices)
                told = {"totalDeviceCount": count, "enabledDeviceCount": count}
                return Answer(200, {**told, "disabledDeviceCount": 0})
            case "GET", ["statistics", "service"]:
                self._allow(hub, request, "ServiceConnect")
                return Answer(200, {"connectedDeviceCount": 0})
            case "GET" | "PUT" | "DELETE", ["devices", device]:
                write = request.method != "GET"
                self._allow(hub, request, "RegistryWrite" if write else "RegistryRead")
                return _item(hub.devices, device, request, _device)
        return azure_error(404, "NotFound", "The double does not do this.")

    def _dps(self, dps: Resource, parts: list[str], request: Request) -> Answer:
        match request.method, parts:
            case "POST", ["enrollmentGroups", "query"]:
                self._allow(dps, request, "EnrollmentRead")
                return Answer(200, [])
            case "GET" | "PUT" | "DELETE", ["enrollments", name]:
                write = request.method != "GET"
                self._allow(dps, request, "EnrollmentWrite" if write else "EnrollmentRead")
                return _item(dps.enrollments, name, request, self._enrollment)
            case "POST" | "PUT", [scope, "registrations", name, "register"]:
                return self._register(dps, scope, name, request)
        return azure_error(404, "NotFound", "The double does not do this.")

    def _allow(self, resource: Resource, request: Request, right: str) -> None:
        """Ends with 401 where the request brings no authority; Entra ID's token brings all."""
        header = request.headers.get("authorization", "")
        if credential.accepted(header, time.time()):
            return
        token = sas.read(header)
        if token is None or not token.covers(resource.host) or not self._fresh(token):
            raise Problem(_unauthorized())
        keys = self._keys(resource, token.policy, right)
        if not token.by(keys):
            raise Problem(_unauthorized())

    def _keys(self, resource: Resource, policy: str, right: str) -> list[str]:
        """What the gateway that is hit accepts for a right."""
        if not resource.local_auth:
            return []
        gateway, now = self._world.gateway(), self._world.clock.now()
        held = resource.gateways.keys(policy, gateway, now)
        return [known.key for known in held if right in known.rights]

    def _fresh(self, token: sas.Token) -> bool:
        return token.expiry > self._world.clock.now()

    def _enrollment(self, name: str, body: Json) -> Json:
        """Keys that the caller does not choose are made here."""
        attestation = body.get("attestation", {})
        keys = {slot: self._make() for slot in ("primaryKey", "secondaryKey")}
        keys |= attestation.get("symmetricKey") or {}
        attestation = {"type": "symmetricKey", **attestation, "symmetricKey": keys}
        return {**body, "registrationId": name, "attestation": attestation}

    def _register(self, dps: Resource, scope: str, name: str, request: Request) -> Answer:
        """A device asks for its hub: the proof that the link's key works.

        Simplified: the answer comes at once, where Azure's comes by an operation.
        """
        enrollment = dps.enrollments.get(name)
        token = sas.read(request.headers.get("authorization", ""))
        if enrollment is None or token is None or scope != dps.id_scope:
            return _unauthorized()
        keys = enrollment["attestation"]["symmetricKey"].values()
        right = token.audience == f"{scope}/registrations/{name}" and self._fresh(token)
        if not right or not token.by(keys):
            return _unauthorized()
        wanted = enrollment.get("iotHubHostName")
        for link in dps.stored["properties"].get("iotHubs", ()):
            parts = _link(link)
            if wanted not in (None, parts["HostName"]):
                continue
            return self._assign(parts, name)
        return _failed(name, 400209, "The enrollment's hub is not linked.")

    def _assign(self, link: dict[str, str], name: str) -> Answer:
        hub = self._world.named("hub", link["HostName"].partition(".")[0])
        if hub is None:
            return _failed(name, 400209, "The linked hub does not exist.")
        policy, key = link["SharedAccessKeyName"], link["SharedAccessKey"]
        # DPS writes to the registry and looks at the service: both rights, or no device.
        for right in ("RegistryWrite", "ServiceConnect"):
            if key not in self._keys(hub, policy, right):
                return _failed(name, 401002, "The linked hub refuses the link's key.")
        hub.devices[name] = {"deviceId": name, "status": "enabled"}
        state = {"registrationId": name, "assignedHub": link["HostName"], "deviceId": name}
        return Answer(200, {"status": "assigned", "registrationState": state})


Complete = Callable[[str, Json], Json]


def _device(name: str, body: Json) -> Json:
    return {**body, "deviceId": name}


def _link(entry: Json) -> dict[str, str]:
    wanted = ("HostName", "SharedAccessKeyName", "SharedAccessKey")
    found = fields(entry.get("connectionString", ""))
    return {name: found.get(name, "") for name in wanted}


def _item(items: dict[str, Json], name: str, request: Request, complete: Complete) -> Answer:
    if request.method == "PUT":
        body = items[name] = complete(name, request.json())
        return Answer(200, body)
    if name not in items:
        return azure_error(404, "NotFound", "There is no such item.")
    if request.method == "DELETE":
        del items[name]
        return Answer(204)
    return Answer(200, items[name])


def _unauthorized() -> Answer:
    told = {"Message": _UNAUTHORIZED, "ExceptionMessage": "Tracking ID:double"}
    return Answer(401, told)


def _failed(name: str, code: int, told: str) -> Answer:
    state = {"registrationId": name, "status": "failed", "errorCode": code, "errorMessage": told}
    return Answer(200, {"status": "failed", "registrationState": state})
