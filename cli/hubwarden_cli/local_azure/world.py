"""What exists: hubs, DPS and vaults of one subscription, and what time does to them."""

from __future__ import annotations

import base64
import random
import threading
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from hubwarden_cli.azure.clock import Clock
from hubwarden_cli.azure.resource_id import ResourceId

from .behaviour import Behaviour
from .message import Json
from .policies import DEFAULTS, Gateways, Kind, Policy, key_maker, with_keys
from .resource import TYPES, Change, Content, Resource, kept
from .vault import Vault

SUBSCRIPTION: Final = "7e57aaaa-0000-4000-8000-0000000000aa"
GROUP: Final = "practice"


@dataclass(frozen=True)
class Link:
    """A hub that a DPS gives devices to, by the key of one of the hub's policies."""

    hub: str
    policy: str = "iothubowner"
    slot: str = "primary"


class World:
    """All state of the double. Whoever reads or writes it holds `lock`."""

    def __init__(self, clock: Clock, behaviour: Behaviour, seed: int = 0) -> None:
        self.clock = clock
        self.behaviour = behaviour
        self.random = random.Random(seed)  # noqa: S311
        self.lock = threading.RLock()
        self.resources: dict[ResourceId, Resource] = {}
        self.vaults: dict[str, Vault] = {}
        # Bodies of resources that are just there, by id.
        self.standing: dict[str, Json] = {}
        self.operations: dict[str, Change] = {}

    def add_hub(
        self,
        hub: str | ResourceId,
        policies: Mapping[str, str] | None = None,
        properties: Json | None = None,
        units: int = 1,
    ) -> Resource:
        """A hub that was always there. `policies`: rights by name; a bare name is in GROUP."""
        body = {
            "location": "westeurope",
            "tags": {},
            "sku": {"name": "S1", "tier": "Standard", "capacity": units},
            "properties": {"routing": {"endpoints": {}, "routes": []}, **(properties or {})},
        }
        return self._add("hub", hub, policies, body)

    def add_dps(
        self,
        dps: str | ResourceId,
        links: Iterable[Link] = (),
        policies: Mapping[str, str] | None = None,
        properties: Json | None = None,
    ) -> Resource:
        """A DPS that was always there, linked to hubs that are."""
        linked = [
            {
                "connectionString": self.connection_string(link),
                "location": "westeurope",
                "applyAllocationPolicy": True,
                "allocationWeight": 1,
            }
            for link in links
        ]
        body = {
            "location": "westeurope",
            "tags": {},
            "sku": {"name": "S1", "tier": "Standard", "capacity": 1},
            "properties": {"iotHubs": linked, "allocationPolicy": "Hashed", **(properties or {})},
        }
        return self._add("dps", dps, policies, body)

    def add_vault(self, name: str, *, purge_protection: bool = True) -> Vault:
        """An empty vault. `LocalAzure.add_vault` gives it a port of its own too."""
        vault = Vault(
            name,
            self.clock,
            self.random,
            purge_protection=purge_protection,
            disabled=self.behaviour.disabled_secret,
            page_size=self.behaviour.page,
        )
        self.vaults[name] = vault
        return vault

    def add_standing(self, id: str, **body: object) -> None:  # noqa: A002 (as ARM calls it)
        """A resource of any type that can be read only, as a GET shows it."""
        inner = id.rpartition("/providers/")[2].split("/")
        arm_type = "/".join((inner[0], *inner[1::2]))
        self.standing[id] = {"id": id, "name": inner[-1], "type": arm_type, **body}

    def _add(
        self, kind: Kind, where: str | ResourceId, rights: Mapping[str, str] | None, body: Json
    ) -> Resource:
        make = key_maker(kind, self.random.randbytes)
        policies = with_keys(DEFAULTS[kind] if rights is None else rights, make)
        with self.lock:
            resource = self.new(kind, resource_id(kind, where), Content(kept(body), policies))
            resource.gateways.told(policies, self.clock.now(), at_once=True)
            self.resources[resource.id] = resource
        return resource

    def new(self, kind: Kind, where: ResourceId, content: Content) -> Resource:
        """A resource that nobody finds yet."""
        return Resource(where, kind, content, self.etag(), Gateways(self.behaviour))

    def named(self, kind: Kind, name: str) -> Resource | None:
        """By its name, which is one of a host and so in any case."""
        for resource in self.resources.values():
            if resource.kind == kind and resource.id.name.lower() == name.lower():
                return resource
        return None

    def policy(self, kind: Kind, name: str, policy: str) -> Policy:
        """A policy as it is now, keys and all; KeyError where there is none."""
        resource = self.named(kind, name)
        if resource is None:
            raise KeyError(name)
        return {known.name: known for known in resource.content.policies}[policy]

    def connection_string(self, link: Link) -> str:
        """What links a DPS to a hub."""
        policy = self.policy("hub", link.hub, link.policy)
        key = policy.primary if link.slot == "primary" else policy.secondary
        host = f"{link.hub}.azure-devices.net"
        return f"HostName={host};SharedAccessKeyName={policy.name};SharedAccessKey={key}"

    def etag(self) -> str:
        """Opaque, and never the same twice."""
        return base64.b64encode(self.random.randbytes(8)).decode()

    def operation_id(self) -> str:
        return str(uuid.UUID(bytes=self.random.randbytes(16), version=4))

    def gateway(self) -> int:
        """The one that serves the request."""
        return self.random.randrange(self.behaviour.gateways)

    def settle(self) -> None:
        """Lets everything take effect that is due by now."""
        now = self.clock.now()
        for resource in list(self.resources.values()):
            change = resource.change
            if change is None:
                continue
            if change.content is not None and change.applies_at <= now:
                self.apply(resource, change)
            if change.ends_at <= now:
                resource.change = None
                resource.outcome = change.end
                resource.etag = self.etag()

    def apply(self, resource: Resource, change: Change) -> None:
        """What a change brings takes effect, once."""
        content = change.content
        if content is None:
            return
        if content.body is None:
            self.resources.pop(resource.id, None)
        resource.gateways.told(content.policies, change.applies_at)
        resource.content = content
        resource.change = replace(change, content=None)


def resource_id(kind: Kind, where: str | ResourceId) -> ResourceId:
    """The id of a hub or DPS in the world's subscription; an id stays what it is."""
    if isinstance(where, ResourceId):
        return where
    return ResourceId(SUBSCRIPTION, GROUP, TYPES[kind], where)
