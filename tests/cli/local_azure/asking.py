"""Questions to the double, by HTTP and nothing else between."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hubwarden_cli.local_azure.credential import bearer
from hubwarden_cli.local_azure.local import LocalAzure
from hubwarden_cli.local_azure.resource import Resource
from hubwarden_cli.local_azure.sas import token
from hubwarden_cli.local_azure.world import Link

HUB_API = "2023-06-30"
DPS_API = "2022-12-12"
ARM_SCOPE = "https://management.azure.com/.default"


@dataclass(frozen=True)
class Reply:
    """Header names in lower case."""

    status: int
    headers: dict[str, str]
    body: Any


def ask(
    azure: LocalAzure,
    method: str,
    address: str,
    body: Any = None,
    authorization: str | None = None,
    **headers: str,
) -> Reply:
    """One request on a connection of its own; `address` is a path of the main server or a URL."""
    where = azure.endpoints()
    split = urlsplit(address if "://" in address else where.arm + address)
    connection = http.client.HTTPSConnection(
        split.hostname or "",
        split.port,
        timeout=10,
        context=ssl.create_default_context(cafile=where.ca),
    )
    token_ = f"Bearer {bearer(ARM_SCOPE, time.time() + 60)}"
    sent = {
        "Authorization": token_ if authorization is None else authorization,
        "Content-Type": "application/json",
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    path = split.path + (f"?{split.query}" if split.query else "")
    try:
        connection.request(method, path, None if body is None else json.dumps(body), sent)
        answer = connection.getresponse()
        read = answer.read()
    finally:
        connection.close()
    told = {name.lower(): text for name, text in answer.getheaders()}
    return Reply(answer.status, told, json.loads(read) if read else None)


def arm(
    azure: LocalAzure,
    method: str,
    resource: Resource,
    below: str = "",
    body: Any = None,
    **headers: str,
) -> Reply:
    """To Resource Manager, about a resource."""
    version = HUB_API if resource.kind == "hub" else DPS_API
    path = f"{resource.id.path}{below}?api-version={version}"
    return ask(azure, method, path, body, **headers)


def keys(azure: LocalAzure, resource: Resource) -> list[dict[str, Any]]:
    """The policies with their keys."""
    listed = arm(azure, "POST", resource, "/listkeys").body["value"]
    assert isinstance(listed, list)
    return listed


def whole(azure: LocalAzure, resource: Resource) -> dict[str, Any]:
    """What a careful client puts back: the body as it is read, and the policies with their keys."""
    body: dict[str, Any] = arm(azure, "GET", resource).body
    body["properties"]["authorizationPolicies"] = keys(azure, resource)
    return body


def statistics(azure: LocalAzure, hub: str, policy: str, key: str, until: float = 60) -> int:
    """The status that a key brings, on whichever gateway."""
    where = azure.endpoints().hub(hub)
    signed = token(where.host, policy, key, azure.clock.now() + until)
    return ask(azure, "GET", f"{where.url}/statistics/devices", authorization=signed).status


def linked(azure: LocalAzure) -> tuple[Resource, Resource]:
    """A hub with the one policy that a link needs, and a DPS that is linked by it."""
    rights = {"iothubowner": "RegistryWrite, ServiceConnect, DeviceConnect"}
    rights["link"] = "RegistryWrite, ServiceConnect"
    hub = azure.world.add_hub("one", rights)
    return hub, azure.world.add_dps("two", [Link("one", "link")])
