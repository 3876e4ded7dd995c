"""`creds doctor`: what it finds, and what it prints without asking anybody."""

from __future__ import annotations

import json

import pytest
from tests.cli.creds.place import DPS, HUB, LINK, SERVICE, Place

# Of learn.microsoft.com/azure/role-based-access-control/permissions/internet-of-things, as
# MicrosoftDocs/azure-docs has it at 0647777 (25 April 2024): those for actions, those for data.
ACTIONS = [
    "Microsoft.Devices/iotHubs/Read",
    "Microsoft.Devices/iotHubs/Write",
    "Microsoft.Devices/iotHubs/Delete",
    "Microsoft.Devices/iotHubs/listkeys/Action",
    "Microsoft.Devices/iotHubs/iotHubKeys/listkeys/Action",
    "Microsoft.Devices/iotHubs/iotHubStats/Read",
    "Microsoft.Devices/iotHubs/operationresults/Read",
    "Microsoft.Devices/iotHubs/routingEndpointsHealth/Read",
    "Microsoft.Devices/operationresults/Read",
    "Microsoft.Devices/provisioningServices/Read",
    "Microsoft.Devices/provisioningServices/Write",
    "Microsoft.Devices/provisioningServices/Delete",
    "Microsoft.Devices/provisioningServices/listkeys/Action",
    "Microsoft.Devices/provisioningServices/keys/listkeys/Action",
    "Microsoft.Devices/provisioningServices/operationresults/Read",
]
DATA = [
    "Microsoft.Devices/IotHubs/devices/read",
    "Microsoft.Devices/IotHubs/devices/write",
    "Microsoft.Devices/IotHubs/devices/delete",
    "Microsoft.Devices/IotHubs/statistics/read",
    "Microsoft.Devices/provisioningServices/enrollmentGroups/read",
    "Microsoft.Devices/provisioningServices/enrollmentGroups/write",
    "Microsoft.Devices/provisioningServices/enrollmentGroups/delete",
    "Microsoft.Devices/provisioningServices/enrollments/read",
    "Microsoft.Devices/provisioningServices/enrollments/write",
    "Microsoft.Devices/provisioningServices/enrollments/delete",
    "Microsoft.Devices/provisioningServices/registrationStates/read",
    "Microsoft.Devices/provisioningServices/registrationStates/delete",
]


def test_a_sound_place(place: Place) -> None:
    place.declare(SERVICE, LINK)
    place.adopted()
    done = place("doctor")
    assert done.code == 0, done
    assert "problem" not in done.out
    for words in ("answers", "enrol is linked to contoso", "within 5 minutes", "leases ="):
        assert words in done.out


def test_the_schema_is_printed_without_asking_anybody(place: Place) -> None:
    place.change = lambda _: pytest.fail("Azure was asked")
    schema = json.loads(place("doctor", "--schema").out)
    assert "credentials" in schema["properties"]


def test_the_role_has_published_operations_only_and_says_what_nobody_tried(place: Place) -> None:
    place.declare(SERVICE, LINK)
    place.change = lambda _: pytest.fail("Azure was asked")
    done = place("doctor", "--role")
    role = json.loads(done.out)
    assert set(role["Actions"]) <= ACTIONS
    assert set(role["DataActions"]) <= DATA
    assert role["AssignableScopes"] == [HUB.partition("/providers/")[0]]
    assert "Key Vault Secrets Officer on the vault keys" in done.err
    assert "never tried on Azure" in done.err


@pytest.mark.parametrize(
    ("declared", "writes", "data"),
    [
        ((SERVICE,), {"Microsoft.Devices/iotHubs/Write"}, False),
        (
            (LINK,),
            {"Microsoft.Devices/iotHubs/Write", "Microsoft.Devices/provisioningServices/Write"},
            True,
        ),
        ((SERVICE.replace(HUB, DPS),), {"Microsoft.Devices/provisioningServices/Write"}, False),
    ],
)
def test_the_role_is_no_wider_than_what_is_declared(
    place: Place, declared: tuple[str, ...], writes: set[str], *, data: bool
) -> None:
    place.declare(*declared)
    role = json.loads(place("doctor", "--role").out)
    assert {one for one in role["Actions"] if one.endswith("Write")} == writes
    assert not [one for one in role["Actions"] if one.endswith("Delete")]
    assert bool(role["DataActions"]) is data
