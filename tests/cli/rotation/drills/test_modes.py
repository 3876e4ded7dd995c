"""What Azure may do this way or that: a run ends well either way, for every kind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.cli.furnished import DPS
from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.stage import LINKED, declared, endings

from hubwarden_cli.rotation.consumers import Credential

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


def test_an_operation_that_fails_without_effect_is_tried_again(staged: Staged) -> None:
    stage = staged(declared(), lro_end="Failed", lro_applies_when_failed=False, lro_seconds=1)
    stage.pace = replace(stage.pace, stall=300)
    assert endings(stage.begin()) == {"later"}
    assert stage.oracle.harm == []
    assert set(stage.versions().values()) == {1}
