"""IoT Hub, DPS and Key Vault: reachable from everywhere."""

from __future__ import annotations

from hubwarden_policies.rule import HIGH, Verdicts, rule
from hubwarden_policies.team import Team
from hubwarden_policies.views import same
from hubwarden_policies.views.dps import Dps
from hubwarden_policies.views.hub import IotHub
from hubwarden_policies.views.key_vault import Vault

_PATH = "properties.publicNetworkAccess"
_PRIVATE = (
    'Set `public_network_access="Disabled"` in `{args}`, after a private endpoint and its DNS '
    "zones are in place: without them {cut}. The resource is changed in place."
)
_HUB = _PRIVATE.format(args="IotHubPropertiesArgs", cut="every device loses the hub")
_DPS = _PRIVATE.format(args="IotDpsPropertiesDescriptionArgs", cut="no device can be provisioned")
_DECLARE = ' If devices come over the internet, say so in hubwarden.toml: `devices = "internet"`.'


@rule(
    "IoT Hub is reachable from the public internet",
    severity=HIGH,
    practices=("B2",),
    fix=_HUB,
    covers=("hub-public-network-disabled",),
    maps={"MCSB v1": ("NS-2",)},
)
def hub_public_network(hub: IotHub, team: Team) -> Verdicts:
    """
    A public endpoint can be tried by anyone, with stolen keys, with forged certificates, with
    mere load. Azure opens it unless it is told not to, so a hub that does not say is open too;
    IP rules beside an open endpoint do not close it.

    Many fleets come over the internet on purpose. A team that says `devices = "internet"` in
    hubwarden.toml has declared the endpoint of its hub and its DPS, and both pass.

    Bad::

        iothub.IotHubResource("telemetry", resource_group_name=rg.name, sku=sku)  # flagged

    Good::

        iothub.IotHubResource(
            "telemetry",
            resource_group_name=rg.name,
            sku=sku,
            properties={"public_network_access": "Disabled"},
        )
    """
    yield from _reachable(hub, team, _HUB)


@rule(
    "DPS is reachable from the public internet",
    severity=HIGH,
    practices=("B1", "B2"),
    fix=_DPS,
    covers=("dps-public-network-disabled",),
    maps={"MCSB v1": ("NS-2",)},
)
def dps_public_network(dps: Dps, team: Team) -> Verdicts:
    """
    Whoever can reach the Device Provisioning Service can try to enrol a device of his own. Azure
    opens the endpoint unless it is told not to.

    Many fleets are provisioned over the internet on purpose. A team that says
    `devices = "internet"` in hubwarden.toml has declared the endpoint of its hub and its DPS, and
    both pass.

    Bad::

        dps.IotDpsResource(  # flagged
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={},
        )

    Good::

        dps.IotDpsResource(
            "enrolment",
            resource_group_name=rg.name,
            sku=sku,
            properties={"public_network_access": "Disabled"},
        )
    """
    yield from _reachable(dps, team, _DPS)


def _reachable(view: IotHub | Dps, team: Team, fix: str) -> Verdicts:
    if not declared_or_closed(view, team):
        yield view.violation(_PATH, _message(view), fix=with_declaration(fix, team))


def declared_or_closed(view: IotHub | Dps, team: Team) -> bool:
    """Whether the team declared the endpoint of its fleet, or nobody reaches it anyway."""
    return team.devices == "internet" or same(view.properties.public_network_access, "Disabled")


def with_declaration(fix: str, team: Team) -> str:
    """The fix, and how to declare the endpoint where the team has not said anything yet."""
    return fix + _DECLARE if team.devices is None else fix


@rule(
    "Key vault is reachable from the public internet",
    severity=HIGH,
    practices=("B2", "P2"),
    fix=_PRIVATE.format(args="VaultPropertiesArgs", cut="nobody reads the secrets"),
    covers=("kv-public-network-disabled",),
    maps={"MCSB v1": ("NS-2",)},
)
def kv_public_network(vault: Vault) -> Verdicts:
    """
    A vault holds what opens everything else. Azure opens its endpoint unless it is told not to;
    firewall rules (`network_acls`) narrow an open endpoint and do not close it. Devices never
    need the vault, so `devices = "internet"` changes nothing here.

    Bad::

        keyvault.Vault(  # flagged
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "network_acls": {"ip_rules": [{"value": "0.0.0.0/0"}]},
            },
        )

    Good::

        keyvault.Vault(
            "keys",
            resource_group_name=rg.name,
            properties={
                "tenant_id": config.require("tenant"),
                "sku": {"family": "A", "name": "standard"},
                "public_network_access": "Disabled",
            },
        )
    """
    if not same(vault.properties.public_network_access, "Disabled"):
        yield vault.violation(_PATH, _message(vault))


def _message(view: IotHub | Dps | Vault) -> str:
    said = view.properties.public_network_access
    if said is None:
        return "the public endpoint is open, as Azure's default is"
    return f"the public endpoint is open: the value is {said}"
