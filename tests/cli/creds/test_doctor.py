"""`creds doctor`: what it finds, and what it prints without asking anybody."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.cli.creds.place import DAY, LINK, SERVICE, Place
from tests.cli.furnished import DPS, HUB

from hubwarden_cli.azure.arm import HUB_API
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.local_azure.faults import Fault

# Of learn.microsoft.com/azure/role-based-access-control/permissions/internet-of-things, as
# MicrosoftDocs/azure-docs has it at 0647777 (25 April 2024): those for actions, those for data.
ACTIONS = {
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
}
DATA = {
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
}


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


def test_the_role_of_a_plan_is_no_wider_than_what_it_rotates(place: Place) -> None:
    place.declare(SERVICE, LINK)
    place.adopted()
    plan = place.planned("--policy", "service")
    whole, needed = (place("doctor", "--role", *more) for more in ((), (plan,)))
    assert json.loads(whole.out)["DataActions"]
    role = json.loads(needed.out)
    assert role["DataActions"] == []
    assert not [one for one in role["Actions"] if "provisioningServices" in one]
    assert "copies" in whole.err
    assert "copies" not in needed.err
    assert place("doctor", plan).code == 2


def rewritten(place: Place) -> None:
    """A deployment writes the hub; its program lists the policies without their keys."""
    hub = ResourceId.parse(HUB)
    raw = place.access().arm.get(hub, HUB_API)
    policies = [
        {"keyName": name, "rights": place.azure.world.policy("hub", "contoso", name).rights}
        for name in ("service", "link", "device")
    ]
    raw.body["properties"]["authorizationPolicies"] = policies
    place.access().arm.put(hub, HUB_API, raw.body, raw.etag)
    place.azure.clock.sleep(DAY)


def test_a_hub_that_was_written_without_its_keys(place: Place) -> None:
    place.azure.world.behaviour = replace(
        place.azure.world.behaviour, keyless_policies="regenerated"
    )
    place.declare(SERVICE, LINK)
    place.adopted()
    assert place("apply", place.planned(), "--wait", "27h", "--single-runner").code == 0
    assert place("doctor").code == 0
    rewritten(place)
    done = place("doctor", "--json")
    assert done.code == 4
    first, second, copy = (one for one in done.document["lines"] if one["about"] == "key")
    assert "fits neither slot of policy service of hub contoso" in first["what"]
    assert "wrote the hub without its keys, probably a deployment" in first["what"]
    assert "policy link" in second["what"]
    assert "the copy copies/hub-link-copy" in copy["what"]
    words = first["todo"].partition(";")[0].split()
    assert words[:3] == ["hubwarden", "creds", "adopt"]
    assert place(*words[2:]).out == "contoso/service: published\n"
    left = [one for one in place("doctor", "--json").document["lines"] if one["about"] == "key"]
    assert left == [second, copy]


def test_a_hub_that_keeps_the_keys_of_what_is_listed_without(place: Place) -> None:
    place.adopted()
    rewritten(place)
    assert place("doctor").code == 0


def test_a_run_that_a_deployment_struck_in_its_grace(place: Place) -> None:
    place.azure.world.behaviour = replace(
        place.azure.world.behaviour, keyless_policies="regenerated"
    )
    place.adopted()
    assert place("apply", place.planned()).code == 75
    rewritten(place)
    (line,) = (one for one in place("doctor", "--json").document["lines"] if one["about"] == "key")
    words = line["todo"].partition(";")[0].split()[2:]
    assert "--force" in words
    assert place(*words).code == 0
    assert place("doctor").code == 0


def test_a_key_that_cannot_be_read_is_one_problem(place: Place) -> None:
    place.adopted()
    place.azure.fail(Fault("403", path="/secrets/hub-service", times=100))
    done = place("doctor", "--json")
    problems = [one["about"] for one in done.document["lines"] if one["says"] == "problem"]
    assert (done.code, problems) == (4, ["key", "runs"])
