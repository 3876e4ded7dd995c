"""What Azure may do this way or that: a run ends well either way, for every kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.cli.furnished import DPS
from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.stage import LINKED, declared, endings

from hubwarden_cli.local_azure.world import Link
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.survey import survey

KINDS: dict[str, tuple[Credential, ...]] = {
    "hub policies": (declared(), declared("device"), declared("link", **LINKED)),
    "DPS policy": (declared("enroller", DPS),),
}


@pytest.mark.parametrize("kind", KINDS)
# A DPS that took its own stars for a link's string could not be written by anybody.
@pytest.mark.parametrize(
    "behaviour",
    [
        {},
        {"keyless_policies": "regenerated", "absent_policies": "reset"},
        {"dps_if_match": "ignored"},
        {"lro": "202", "lro_seconds": 90},
        {"lro": "201", "lro_location": True, "retry_after": 30, "retry_after_form": "http-date"},
        {"lro_vanishes": True, "retry_after": 2, "retry_after_form": "x-ms-retry-after-ms"},
        {"lro_end": "Failed", "lro_applies_when_failed": True, "lro_seconds": 30},
        {"lro_end": "Canceled", "lro_applies_when_failed": True},
        {"busy_while_changing": False, "lro_seconds": 20, "keys_visible_at": 1.0},
        {"disabled_secret": 404, "page": 1},
        {"old_key_lag": 60, "gateways": 3},
    ],
    ids=lambda given: " ".join(f"{name}={value}" for name, value in given.items()) or "defaults",
)
def test_a_run_ends_well(staged: Staged, kind: str, behaviour: dict[str, Any]) -> None:
    stage = staged(*KINDS[kind], **behaviour)
    others = stage.azure.world.policy("dps", "enrol", "enroller")
    assert endings(stage.begin()) == {"done"}
    assert stage.finished() == []
    assert set(stage.versions().values()) == {2}
    # All policies whose turn it is go in one PUT: the new keys, and the end of the old ones.
    assert stage.writes() == 2
    if kind != "DPS policy":
        assert stage.azure.world.policy("dps", "enrol", "enroller") == others


def test_a_run_does_not_send_stars_to_a_hub_that_takes_them(staged: Staged) -> None:
    stage = staged(*KINDS["hub policies"], masked_strings="taken")
    assert endings(stage.begin()) == {"done"}
    assert stage.finished() == []


@pytest.mark.parametrize(
    ("one", "whose"),
    [
        (declared("enroller", DPS), "the DPS shows stars"),
        (declared("link", **LINKED), "the DPS enrol shows stars"),
    ],
    ids=["DPS policy", "DPS link"],
)
def test_a_dps_that_shows_stars_for_other_links_is_refused_unless_accepted(
    staged: Staged, one: Credential, whose: str
) -> None:
    """With reason: this one takes them, and whose stars they are is linked no more."""
    stage = staged(one, masked_strings="taken")
    world = stage.azure.world
    world.add_hub("fabrikam", {"link": "RegistryWrite, ServiceConnect"})
    dps = world.named("dps", "enrol")
    assert dps
    with world.lock:
        body = dps.stored
        strings = [Link("fabrikam", "link"), Link("contoso", "link")]
        body["properties"]["iotHubs"] = [
            {"connectionString": world.connection_string(link), "location": "westeurope"}
            for link in strings
        ]
        dps.content = replace(dps.content, body=body)
    (found,) = survey(stage.access(), [one])
    (standing,) = found.standings
    assert whose in standing.blocked
    assert "iotHubs[0].connectionString" in standing.blocked
    assert ("iotHubs[1].connectionString" in standing.blocked) is not bool(one.links)
    assert "--accept-masked" in standing.blocked
    assert found.plan is None
    plan = stage.plan(accept_masked=True)
    assert plan.accept_masked
    stage.begin(plan)
    assert "****" in dps.stored["properties"]["iotHubs"][0]["connectionString"]


@pytest.mark.parametrize(("others", "fits"), [(4, True), (5, False)])
def test_a_secret_whose_tags_leave_no_room_is_refused_before_anything_is_written(
    staged: Staged, others: int, fits: bool
) -> None:
    """A version with 15 tags can be published, and not be settled any more."""
    one = declared()
    stage = staged(one, lro="200")
    vault = stage.access().vault("keys")
    newest = vault.current("hub-service")
    assert newest
    vault.tag(
        "hub-service", newest.id, {**newest.tags, **{f"theirs{at}": "x" for at in range(others)}}
    )
    (found,) = survey(stage.access(), [one])
    assert (found.plan is not None) is fits, found.standings
    if found.plan:
        assert endings(stage.begin(found.plan)) == {"done"}


def test_an_operation_that_fails_without_effect_is_tried_again(staged: Staged) -> None:
    stage = staged(declared(), lro_end="Failed", lro_applies_when_failed=False, lro_seconds=1)
    stage.pace = replace(stage.pace, stall=300)
    assert endings(stage.begin()) == {"later"}
    assert stage.oracle.harm == []
    assert set(stage.versions().values()) == {1}
