"""D5, D7, D8 and D9: answers that are lost or say no, keys that come late or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.stage import LINKED, Stage, declared, endings
from tests.cli.rotation.drills.test_killed import judged

from hubwarden_cli.azure.failures import Throttled, Unanswered
from hubwarden_cli.local_azure.faults import Fault, FaultKind
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.result import Result

MUTATIONS = {
    "stage": ("PUT", "/secrets/hub-link--pending"),
    "publish": ("PUT", "/secrets/hub-link/?$"),
    "tag": ("PATCH", "/secrets/hub-link"),
    "discard": ("DELETE", "^/secrets/hub-link--pending"),
    "key": ("PUT", "/IotHubs/contoso$"),
    "link": ("PUT", "/provisioningServices/enrol$"),
    "canary": ("PUT", "/enrollments/"),
}
LOST: tuple[FaultKind, ...] = ("cut_before", "cut_after", "500_before", "500_after", "truncated")


def keys(stage: Stage) -> int:
    """How many keys the policy ever had."""
    hub = stage.azure.world.named("hub", "contoso")
    assert hub
    return len({held.key for held in hub.gateways.held if held.policy == "link"})


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("kind", LOST)
def test_an_answer_may_be_lost(staged: Staged, mutation: str, kind: FaultKind) -> None:
    stage = staged(lro="200")
    method, path = MUTATIONS[mutation]
    for at in (1, 2):
        stage.azure.fail(Fault(kind, method, path, at=at))
    assert endings(stage.begin()) == {"done"}
    assert any(one.fault == kind for one in stage.azure.log.entries()), "nothing was struck"
    assert stage.finished() == []
    assert stage.enabled("keys", "hub-link") == 1
    # Two that were there, the new one, and what nobody keeps: a lost write makes no other.
    assert keys(stage) <= 4 + (mutation == "key")
    assert stage.writes() <= 4


def carried(run: Callable[[], Result]) -> set[str]:
    """How it ended; what nobody answers before anything was begun is for later too."""
    try:
        return endings(run())
    except (Throttled, Unanswered):
        return {"later"}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault("409", "PUT", "/IotHubs/|/provisioningServices/", times=12), id="409"),
        pytest.param(
            Fault("409", "PUT", "/IotHubs/", times=6, retry_after=20), id="409, told when"
        ),
        pytest.param(Fault("429", path="/subscriptions/", times=20, retry_after=15), id="429"),
        pytest.param(Fault("503", path="/secrets/", times=20, retry_after=2), id="503"),
        pytest.param(Fault("503", times=25), id="503 everywhere, not told when"),
    ],
)
def test_a_storm_passes(staged: Staged, fault: Fault) -> None:
    stage = staged(lro="200")
    plan = stage.plan()
    calm = len(stage.azure.log.entries())
    stage.azure.fail(fault)
    ended = carried(partial(stage.begin, plan))
    for _ in range(10):
        if ended == {"later"}:
            ended = carried(stage.resume)
    assert ended <= {"done"}
    judged(stage, fault.kind)
    assert len(stage.azure.log.entries()) - calm < 450


@pytest.mark.parametrize("lag", [0, 5, 30, 120])
@pytest.mark.parametrize("seed", range(2))
def test_a_key_is_proved_in_a_row_before_it_is_published(
    staged: Staged, lag: int, seed: int
) -> None:
    stage = staged(declared(), seed=seed, lro="200", gateways=3, new_key_lag=lag)
    stage.pace = replace(stage.pace, proofs=6, poll=10, proving=600, spread=Pace().spread)
    assert endings(stage.begin()) == {"done"}
    assert stage.oracle.harm == []
    log = stage.azure.log.entries()
    published = max(
        place
        for place, one in enumerate(log)
        if one.method == "PUT" and one.path.rstrip("/") == "/secrets/hub-service"
    )
    uses = [one.status for one in log[:published] if "/statistics/" in one.path]
    assert uses[-6:] == [200] * 6


def test_proofs_that_follow_at_once_can_all_miss_the_gateway_that_lags(staged: Staged) -> None:
    """What the time between them is for, and that the judge of the drill above can be severe."""
    for seed in range(6):
        stage = staged(declared(), seed=seed, lro="200", gateways=3, new_key_lag=120)
        stage.pace = replace(stage.pace, proofs=3, proving=600, spread=0)
        assert endings(stage.begin()) == {"done"}
        if stage.oracle.harm:
            return
    pytest.fail("no draw met it, so the judge is worth nothing")


@pytest.mark.parametrize("policy", ["service", "device"])
def test_every_gateway_is_given_its_time(staged: Staged, policy: str) -> None:
    """Where no call tries a policy's key too: time is all that it has."""
    stage = staged(declared(policy), lro="200", gateways=2, new_key_lag=119)
    stage.pace = replace(stage.pace, spread=120)
    assert endings(stage.begin()) == {"done"}
    assert stage.oracle.harm == []


def test_a_key_that_never_works_is_never_published(staged: Staged) -> None:
    stage = staged(declared("link", **LINKED), lro="200")
    before = stage.azure.world.policy("hub", "contoso", "link").primary
    versions = stage.versions()
    stage.azure.fail(Fault("401", path="/statistics/", times=100_000))
    assert endings(stage.begin()) == {"unverified"}
    assert stage.versions() == versions
    assert stage.azure.world.policy("hub", "contoso", "link").primary == before
    assert stage.oracle.harm == []
    pending = stage.azure.world.vaults["keys"].store.secrets["hub-link--pending-r1"]
    assert pending.deleted is not None
    assert len(stage.azure.log.entries()) < 600
