"""Writes of hubs and DPS: whole-resource PUTs, tags, deletion, and what they start."""

from __future__ import annotations

from typing import Final

from hubwarden_cli.azure.resource_id import ResourceId

from .masking import unmasked
from .message import Answer, Json, Problem, Request, azure_error, iot_error, retry_after
from .policies import Kind, key_maker, policies_of_put
from .resource import Change, Content, Resource, kept
from .world import World

_CHANGED: Final = "Either bad ETag was supplied or {} description was changed."
_BUSY: Final = (
    "{} name '{}' is not currently in Active state. Please try the request again once it is."
)
_NAMES: Final[dict[Kind, str]] = {"hub": "IotHub", "dps": "ProvisioningService"}


class Writes:
    """Every one of them moves the etag, also those that change nothing."""

    def __init__(self, world: World) -> None:
        self._world = world

    def put(self, kind: Kind, where: ResourceId, request: Request) -> Answer:
        """The whole resource; what the body leaves out is gone, policies too."""
        body = request.json()
        if "location" not in body:
            raise Problem(
                azure_error(400, "LocationRequired", "The location property is required.")
            )
        world = self._world
        before = world.resources.get(where)
        if before is not None:
            self.check(before, request, body)
        elif request.headers.get("if-match") is not None:
            raise Problem(_stale(kind))
        elif world.named(kind, where.name) is not None:
            raise Problem(iot_error(409, 409001, "Conflict", f"{where.name} is not available."))
        policies = policies_of_put(
            body,
            kind,
            before.content.policies if before else None,
            world.behaviour,
            key_maker(kind, world.random.randbytes),
        )
        stored = kept(body)
        if before is not None and world.behaviour.masked_strings == "kept":
            stored = unmasked(stored, before.stored)
        content = Content(stored, policies)
        if before is None:
            before = world.new(kind, where, content)
            world.resources[where] = before
        return self._change(before, content, request)

    def tags(self, resource: Resource, request: Request) -> Answer:
        """PATCH: tags only, at once."""
        self.check(resource, request, {})
        body = {**resource.stored, "tags": request.json().get("tags", {})}
        resource.content = Content(body, resource.content.policies)
        resource.etag = self._world.etag()
        return Answer(200, resource.shown())

    def delete(self, resource: Resource, request: Request) -> Answer:
        """Its keys are refused from then on; its name is free."""
        self.check(resource, request, {})
        return self._change(resource, Content(None, ()), request)

    def certificate(self, resource: Resource, name: str, request: Request) -> Answer:
        """A child that the double keeps as it comes."""
        world, body = self._world, request.json() if request.method == "PUT" else None
        known = resource.certificates.get(name)
        given = request.headers.get("if-match")
        if given is not None and (known is None or given.strip('"') not in ("*", known["etag"])):
            raise Problem(_stale(resource.kind))
        if request.method == "DELETE":
            resource.certificates.pop(name, None)
            resource.etag = world.etag()
            return Answer(200 if known else 204)
        if body is not None:
            path = f"{resource.id.path}/certificates/{name}"
            known = {**body, "id": path, "name": name, "etag": world.etag()}
            resource.certificates[name] = known
            resource.etag = world.etag()
        elif known is None:
            raise Problem(azure_error(404, "ResourceNotFound", "There is no such certificate."))
        return Answer(200, known, {"ETag": f'"{known["etag"]}"'} if known else {})

    def check(self, resource: Resource, request: Request, body: Json) -> None:
        """Refuses a write of what is changing (409) or was changed since it was read (412)."""
        behaviour, now = self._world.behaviour, self._world.clock.now()
        if resource.change is not None and behaviour.busy_while_changing:
            told = _BUSY.format(_NAMES[resource.kind], resource.id.name)
            refusal = iot_error(409, 409002, "Conflict", told)
            again = retry_after(behaviour.retry_after, behaviour.retry_after_form, now)
            raise Problem(Answer(409, refusal.body, again))
        given = request.headers.get("if-match")
        if resource.kind == "dps":
            if behaviour.dps_if_match == "ignored":
                return
            given = given if given is not None else body.get("etag")
        if given is not None and given.strip('"') not in ("*", resource.etag):
            raise Problem(_stale(resource.kind))

    def _change(self, resource: Resource, content: Content, request: Request) -> Answer:
        world, behaviour, now = self._world, self._world.behaviour, self._world.clock.now()
        if resource.change is not None:
            world.apply(resource, resource.change)
        resource.etag = world.etag()
        at_once = behaviour.lro == "200"
        takes = 0.0 if at_once else behaviour.lro_seconds
        share = behaviour.keys_visible_at
        share = world.random.random() if share is None else share
        applies = behaviour.lro_end == "Succeeded" or behaviour.lro_applies_when_failed
        change = Change(
            world.operation_id(),
            content if applies else None,
            now + takes * share,
            now + takes,
            behaviour.lro_end,
        )
        world.operations[change.operation] = resource.change = change
        if at_once:
            world.settle()
            if content.body is None:
                return Answer(204)
            return Answer(200, resource.shown(), {"ETag": f'"{resource.etag}"'})
        path = f"{resource.id.path}/operationResults/{change.operation}"
        version = request.query.get("api-version", "")
        address = f"{request.origin}{path}?api-version={version}&operationSource=other"
        headers = retry_after(behaviour.retry_after, behaviour.retry_after_form, now)
        if behaviour.lro == "201":
            headers["azure-asyncoperation"] = f"{address}&asyncinfo"
        if behaviour.lro == "202" or behaviour.lro_location:
            headers["Location"] = address
        if content.body is None:
            return Answer(202, None, headers)
        status = 201 if behaviour.lro == "201" else 202
        return Answer(status, _accepted(resource, content), headers)


def _accepted(resource: Resource, content: Content) -> Json:
    """The body of the first answer. It has no etag, and a DPS's repeats the keys, as recorded."""
    body = resource.shown(etag=False)
    if resource.kind == "dps":
        listed = [policy.listed() for policy in content.policies]
        body["properties"]["authorizationPolicies"] = listed
    return body


def _stale(kind: Kind) -> Answer:
    told = _CHANGED.format("IotHub" if kind == "hub" else "provisioning service")
    return iot_error(412, 412001, "PreconditionFailed", told)
