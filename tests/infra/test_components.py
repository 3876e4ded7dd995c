"""What the components promise beside their defaults: links, endpoints, roles, the escape hatch."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, mocks, rpc, settings
from pulumi.runtime.stack import run_pulumi_func
from pulumi_azure_native import iothub

from hubwarden_infra import (
    Access,
    AccessArgs,
    Audit,
    AuditArgs,
    Dps,
    DpsArgs,
    Hub,
    HubArgs,
    Network,
    NetworkArgs,
    Platform,
    PlatformArgs,
    Role,
    Storage,
    StorageArgs,
    Vault,
    VaultArgs,
)

VNET = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/hub-and-spoke"
HUB = "azure-native:iothub:IotHubResource"
ZONE = "azure-native:privatedns:PrivateZone"


class Azure(Mocks):
    """Answers as Azure would, and keeps what it was asked for."""

    def __init__(self) -> None:
        self.resources: list[MockResourceArgs] = []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.resources.append(args)
        made: dict[str, Any] = {"name": args.name, "principalId": f"{args.name}-principal"}
        if args.typ == "azure-native:storage:StorageAccount":
            made["primaryEndpoints"] = {"blob": f"https://{args.name}.blob.core.windows.net/"}
        properties = dict(rpc.unwrap_rpc_secret(args.inputs.get("properties")) or {})
        if args.typ == HUB:
            properties["hostName"] = f"{args.name}.azure-devices.net"
            made["identity"] = {"type": "SystemAssigned"}
        return f"/{args.name}", {**args.inputs, **made, "properties": properties}

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:  # noqa: ARG002
        return {"tenantId": "tenant", "primaryKey": "the-key"}, []

    def of(self, token: str) -> list[MockResourceArgs]:
        return [made for made in self.resources if made.typ == token]

    def one(self, token: str) -> dict[str, Any]:
        (made,) = self.of(token)
        return dict(made.inputs)


@pytest.fixture(autouse=True)
def _settings_restored() -> Iterator[None]:
    before = settings.SETTINGS
    yield
    settings.configure(before)


def deploy(program: Callable[[], object]) -> Azure:
    azure = Azure()

    async def run() -> None:
        # What a failed deployment left behind belongs to a loop that is closed.
        settings.SETTINGS.rpc_manager.clear()
        settings.SETTINGS.outputs.clear()
        mocks.set_mocks(azure, project="plant", stack="test")
        await run_pulumi_func(lambda: _ignored(program()))

    contextvars.copy_context().run(asyncio.run, run())
    return azure


def _ignored(_result: object) -> None:
    pass


Base = tuple[Platform, Audit, Network]


def base(*, lock: bool = False, **network: Any) -> Base:
    platform = Platform("iot", PlatformArgs(location="westeurope", protect=False, lock=lock))
    return (
        platform,
        Audit("logs", AuditArgs(platform)),
        Network("net", NetworkArgs(platform, **network)),
    )


def test_a_dps_is_linked_by_the_policy_made_for_it() -> None:
    def program() -> None:
        site = base()
        hub = Hub("telemetry", HubArgs(*site, dps_link=True))
        Dps("provisioning", DpsArgs(*site, hubs=[hub]))

    azure = deploy(program)
    hub = azure.one(HUB)["properties"]
    assert hub["authorizationPolicies"] == [
        {"keyName": "dps-link", "rights": "RegistryWrite, ServiceConnect"}
    ]
    assert hub["disableLocalAuth"] is False
    dps = azure.one("azure-native:deviceprovisioningservices:IotDpsResource")["properties"]
    assert rpc.is_rpc_secret(dps)
    assert rpc.unwrap_rpc_secret(dps)["authorizationPolicies"] == [
        {"keyName": "registration-status", "rights": "RegistrationStatusRead"}
    ]
    (link,) = rpc.unwrap_rpc_secret(dps)["iotHubs"]
    assert link["connectionString"] == (
        "HostName=telemetry.azure-devices.net;SharedAccessKeyName=dps-link;SharedAccess"
        + "Key=the-key"
    )


def test_a_hub_without_a_link_takes_no_key_and_cannot_be_linked() -> None:
    azure = deploy(lambda: Hub("telemetry", HubArgs(*base())))
    properties = azure.one(HUB)["properties"]
    assert properties["disableLocalAuth"] is True
    assert "authorizationPolicies" not in properties

    def program() -> None:
        site = base()
        Dps("provisioning", DpsArgs(*site, hubs=[Hub("telemetry", HubArgs(*site))]))

    with pytest.raises(pulumi.RunError) as refused:
        deploy(program)
    assert str(refused.value) == (
        "Hub telemetry accepts no shared key, so no DPS can be linked to it; "
        "declare it with `dps_link=True`."
    )


def test_two_hubs_share_their_zones_and_each_endpoint_names_both() -> None:
    def program() -> None:
        site = base()
        Hub("north", HubArgs(*site))
        Hub("south", HubArgs(*site))

    azure = deploy(program)
    zones = sorted(made.inputs["privateZoneName"] for made in azure.of(ZONE))
    assert zones == ["privatelink.azure-devices.net", "privatelink.servicebus.windows.net"]
    assert len(azure.of("azure-native:privatedns:VirtualNetworkLink")) == 2
    groups = azure.of("azure-native:network:PrivateDnsZoneGroup")
    assert [
        [config["privateDnsZoneId"] for config in made.inputs["privateDnsZoneConfigs"]]
        for made in groups
    ] == [[f"/{zone}" for zone in zones]] * 2


@pytest.mark.parametrize(
    ("build", "zone", "group"),
    [
        (
            lambda site: Dps("x", DpsArgs(*site)),
            "privatelink.azure-devices-provisioning.net",
            "iotDps",
        ),
        (lambda site: Vault("x", VaultArgs(*site)), "privatelink.vaultcore.azure.net", "vault"),
        (
            lambda site: Storage("x", StorageArgs(*site)),
            "privatelink.blob.core.windows.net",
            "blob",
        ),
    ],
    ids=["dps", "vault", "storage"],
)
def test_each_service_has_its_group_and_zone(
    build: Callable[[Base], object], zone: str, group: str
) -> None:
    azure = deploy(lambda: build(base()))
    assert azure.one(ZONE)["privateZoneName"] == zone
    (connection,) = azure.one("azure-native:network:PrivateEndpoint")[
        "privateLinkServiceConnections"
    ]
    assert connection["groupIds"] == [group]


def test_devices_on_the_internet_reach_hub_and_dps_and_nothing_else() -> None:
    def program() -> None:
        site = base(devices="internet")
        Hub("telemetry", HubArgs(*site))
        Dps("provisioning", DpsArgs(*site))
        Vault("secrets", VaultArgs(*site))

    azure = deploy(program)
    assert {
        made.name: made.inputs["properties"]["publicNetworkAccess"]
        for made in azure.resources
        if "publicNetworkAccess" in (made.inputs.get("properties") or {})
    } == {"telemetry": "Enabled", "provisioning": "Enabled", "secrets": "Disabled"}
    assert [made.name for made in azure.of("azure-native:network:PrivateEndpoint")] == [
        "secrets-endpoint"
    ]


def test_endpoints_go_into_the_subnet_that_is_given() -> None:
    subnet = f"{VNET}/subnets/endpoints"
    azure = deploy(lambda: Vault("secrets", VaultArgs(*base(subnet_id=subnet))))
    assert azure.of("azure-native:network:VirtualNetwork") == []
    assert azure.one("azure-native:network:PrivateEndpoint")["subnet"]["id"] == subnet
    assert azure.one("azure-native:privatedns:VirtualNetworkLink")["virtualNetwork"] == {"id": VNET}


def test_a_hub_uploads_by_an_identity_that_may_write_to_one_container() -> None:
    def program() -> None:
        site = base()
        Hub("telemetry", HubArgs(*site, uploads=Storage("uploads", StorageArgs(*site))))

    azure = deploy(program)
    role = azure.one("azure-native:authorization:RoleAssignment")
    (container,) = azure.of("azure-native:storage:BlobContainer")
    assert role["scope"] == f"/{container.name}"
    assert role["principalId"] == "uploads-principal"
    assert role["principalType"] == "ServicePrincipal"
    assert role["roleDefinitionId"].endswith(Role.BLOB_DATA_CONTRIBUTOR.id)
    hub = azure.one(HUB)
    upload = hub["properties"]["storageEndpoints"]["$default"]
    assert upload["authenticationType"] == "identityBased"
    assert upload["connectionString"] == (
        "DefaultEndpointsProtocol=https;AccountName=uploads;EndpointSuffix=core.windows.net"
    )
    assert [upload["identity"]["userAssignedIdentity"]] == hub["identity"]["userAssignedIdentities"]
    assert hub["properties"]["allowedFqdnList"] == ["uploads.blob.core.windows.net"]


def test_a_lock_holds_each_thing_that_cannot_be_made_again() -> None:
    def program() -> None:
        site = base(lock=True)
        Hub("telemetry", HubArgs(*site))
        Dps("provisioning", DpsArgs(*site))
        Vault("secrets", VaultArgs(*site))
        Storage("uploads", StorageArgs(*site))

    locks = deploy(program).of("azure-native:authorization:ManagementLockByScope")
    assert sorted(made.inputs["scope"] for made in locks) == [
        "/logs",
        "/provisioning",
        "/secrets",
        "/telemetry",
        "/uploads",
    ]
    assert {made.inputs["level"] for made in locks} == {"CanNotDelete"}


def test_access_names_role_and_kind_of_principal() -> None:
    def program() -> None:
        platform = base()[0]
        Access(
            "operators",
            AccessArgs(
                platform=platform,
                scope="/hub",
                role=Role.HUB_TWIN_CONTRIBUTOR,
                principal_id="someone",
                principal_type="Group",
            ),
        )

    assert deploy(program).one("azure-native:authorization:RoleAssignment") == {
        "scope": "/hub",
        "principalId": "someone",
        "principalType": "Group",
        "roleDefinitionId": "/providers/Microsoft.Authorization/roleDefinitions/"
        "494bdba2-168f-4f31-a0a1-191d2f7c028c",
    }


def test_a_transform_changes_one_part_after_everything_else() -> None:
    def bigger(args: iothub.IotHubResourceArgs) -> None:
        args.sku = iothub.IotHubSkuInfoArgs(name="S2", capacity=3)

    azure = deploy(lambda: Hub("telemetry", HubArgs(*base(), units=2, transform={"hub": bigger})))
    assert azure.one(HUB)["sku"] == {"name": "S2", "capacity": 3}


def test_a_transform_of_a_part_that_does_not_exist() -> None:
    with pytest.raises(pulumi.RunError) as refused:
        deploy(lambda: Vault("secrets", VaultArgs(*base(), transform={"valut": print})))
    assert str(refused.value) == (
        "Vault secrets has no part 'valut' to transform; "
        "its parts are vault, endpoint, zones, setting, lock."
    )
