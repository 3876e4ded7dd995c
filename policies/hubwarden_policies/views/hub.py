"""Microsoft.Devices/IotHubs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar

from hubwarden_policies.rule import Undecided
from hubwarden_policies.views import Key, ResourceView, View, same
from hubwarden_policies.views.ip_filter import IpFilterRule
from hubwarden_policies.views.text import Text

LINK_RIGHTS = frozenset({"registrywrite", "serviceconnect"})


class SharedAccessPolicy(View):
    """One shared access policy of a hub or of a DPS."""

    key_name: str = ""
    primary_key: Text | None = None
    secondary_key: Text | None = None
    rights: str = ""

    def keys(self) -> tuple[Text, ...]:
        """The keys that are set here."""
        return tuple(key for key in (self.primary_key, self.secondary_key) if key is not None)

    def right_set(self) -> frozenset[str]:
        """The rights, in lower case."""
        return frozenset(right.strip().casefold() for right in self.rights.split(",") if right)


class RoutingEndpoint(View):
    """Where the hub sends messages; a Cosmos DB container has keys, the others a string.

    Azure signs in with the key unless it is told to use an identity.
    """

    authentication_type: str | None = None
    connection_string: Text | None = None
    primary_key: Text | None = None
    secondary_key: Text | None = None

    def keys(self) -> tuple[Text, ...]:
        """The credentials that are set here."""
        said = (self.connection_string, self.primary_key, self.secondary_key)
        return tuple(key for key in said if key is not None)


class RoutingEndpoints(View):
    """The endpoints by their kind."""

    KINDS: ClassVar[tuple[str, ...]] = (
        "event_hubs",
        "service_bus_queues",
        "service_bus_topics",
        "storage_containers",
        "cosmos_containers",
        "cosmos_collections",
    )

    event_hubs: tuple[RoutingEndpoint, ...] = ()
    service_bus_queues: tuple[RoutingEndpoint, ...] = ()
    service_bus_topics: tuple[RoutingEndpoint, ...] = ()
    storage_containers: tuple[RoutingEndpoint, ...] = ()
    cosmos_containers: Annotated[tuple[RoutingEndpoint, ...], Key("cosmosDBSqlContainers")] = ()
    # What the previews of 2022 called them.
    cosmos_collections: Annotated[tuple[RoutingEndpoint, ...], Key("cosmosDBSqlCollections")] = ()

    def all(self) -> Iterator[RoutingEndpoint]:
        """Every endpoint that is not built in."""
        for kind in self.KINDS:
            yield from getattr(self, kind)


class Route(View):
    """Where messages go that fulfil a condition; without one every message does."""

    source: str | None = None
    condition: str = "true"
    endpoint_names: tuple[str, ...] = ()
    is_enabled: bool = False

    def is_unconditional(self) -> bool:
        """Whether its condition holds for every message."""
        return same(self.condition.strip(), "true")

    def takes_every_message(self) -> bool:
        """Whether no message of a device passes it by."""
        return self.is_enabled and self.is_unconditional() and same(self.source, "DeviceMessages")


class Routing(View):
    """How the hub routes messages. Without a fallback route it has none (Azure's reference)."""

    routes: tuple[Route, ...] = ()
    fallback_route: Route | None = None
    endpoints: RoutingEndpoints = RoutingEndpoints({})


class StorageEndpoint(View):
    """The container that devices upload files to. The string is required even with an identity.

    A SAS URL lives an hour by default (`az iot hub update --fileupload-sas-ttl`).
    """

    connection_string: Text | None = None
    authentication_type: str | None = None
    sas_ttl_as_iso8601: str = "PT1H"

    def is_set(self) -> bool:
        """Whether there is one: a hub without file upload is exported with an empty string."""
        said = self.connection_string
        if said is not None and said.shape is None and not said.holes and not said.secret:
            raise Undecided(said.path, f"whether {said.path} is set")
        return said is not None and said.shape != ""


class IpRule(View):
    """A range that a rule set lets in."""

    ip_mask: str | None = None


class NetworkRuleSet(View):
    """Who reaches the public endpoint. Azure's API denies where no default action is given."""

    default_action: str = "Deny"
    apply_to_built_in_event_hub_endpoint: bool = False
    ip_rules: tuple[IpRule, ...] = ()


class IotHubProperties(View):
    """What rules read of a hub; an absent switch is off."""

    disable_local_auth: bool = False
    disable_device_sas: Annotated[bool, Key("disableDeviceSAS")] = False
    disable_module_sas: Annotated[bool, Key("disableModuleSAS")] = False
    public_network_access: str | None = None
    min_tls_version: str | None = None
    authorization_policies: tuple[SharedAccessPolicy, ...] | None = None
    routing: Routing = Routing({})
    storage_endpoints: Mapping[str, StorageEndpoint] = {}
    network_rule_sets: NetworkRuleSet | None = None
    ip_filter_rules: tuple[IpFilterRule, ...] = ()
    restrict_outbound_network_access: bool = False
    allowed_fqdn_list: tuple[Text, ...] = ()


class Identity(View):
    """What a hub signs in with to other services: a kind, or both of them with a comma between."""

    type: str = "None"

    def is_any(self) -> bool:
        """Whether there is one."""
        return "assigned" in self.type.casefold()


class IotHub(ResourceView):
    """An IoT Hub."""

    arm_types: ClassVar[tuple[str, ...]] = ("Microsoft.Devices/IotHubs",)

    location: str | None = None
    identity: Identity = Identity({})
    properties: IotHubProperties = IotHubProperties({})

    def link_policy(self) -> SharedAccessPolicy | None:
        """The policy that declares this hub for a DPS link: its only one, with just the rights
        that a DPS needs (read and change the registry, connect as a service).

        The 2023-03-01-preview API of the DPS, azure-native's default, links by key only.
        """
        policies = self.properties.authorization_policies
        if policies is None or len(policies) != 1:
            return None
        return policies[0] if policies[0].right_set() == LINK_RIGHTS else None
