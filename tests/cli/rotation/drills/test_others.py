"""D4, D6, D10 and D11: other runners, other people, consumers that do not answer, the way back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from tests.cli.rotation.drills.conftest import Staged
from tests.cli.rotation.drills.killing import died, mapped, some
from tests.cli.rotation.drills.points import Points
from tests.cli.rotation.drills.stage import LINKED, Stage, declared, endings, whys

from hubwarden_cli.azure.clock import utc
from hubwarden_cli.guard import Refusal
from hubwarden_cli.local_azure.policies import Policy
from hubwarden_cli.rotation.hands import Hands
from hubwarden_cli.rotation.journal import Entry, Journal
from hubwarden_cli.rotation.lock import Taken, locked
from hubwarden_cli.rotation.plan import RunPlan
from hubwarden_cli.rotation.prepare import planned_jobs, resumed_jobs
from hubwarden_cli.rotation.state import State
from hubwarden_cli.rotation.step import Stop
from hubwarden_cli.rotation.undo import undo

PLANTED = "cGxhbnRlZC1ub3QtYS1jcmVkZW50aWFsLTMyLWJ5dGU="


def test_two_runners_without_a_lock_harm_nobody(staged: Staged) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    for at in some(points.firsts(), 7):
        back()
        plan = stage.plan()
        second: list[set[str]] = []

        def other(plan: RunPlan = plan, second: list[set[str]] = second) -> None:
            second.append(endings(stage.begin(plan, "r2")))

        first = endings(stage.begin(plan, "r1", Points(at, other)))
        assert stage.oracle.harm == [], points.names[at - 1]
        assert (first | second[0]) & {"done"}, (first, second, points.names[at - 1])


def test_of_two_runners_with_a_lock_one_is_told(staged: Staged) -> None:
    stage = staged(lro="200")
    ids = [one.id for one in stage.declared]
    with (
        locked(ids, stage.journals, None),
        pytest.raises(Taken),
        locked(ids, stage.journals, None),
    ):
        pytest.fail("the lock was given twice")
    with locked(ids, stage.journals, None) as again:
        again.check()


def changed(stage: Stage, **more: Any) -> None:
    """Somebody else adds a route and a policy, and changes what `more` says of the link's keys."""
    world = stage.azure.world
    hub = world.named("hub", "contoso")
    assert hub
    with world.lock:
        body = hub.stored
        body["properties"]["routing"]["routes"].append({"name": "theirs"})
        policies = [
            replace(one, **more) if one.name == "link" else one for one in hub.content.policies
        ]
        added = Policy("theirs", PLANTED, PLANTED, "RegistryRead")
        hub.content = replace(hub.content, body=body, policies=(*policies, added))
        hub.gateways.told(hub.content.policies, stage.clock.now())
        hub.etag = world.etag()


def test_what_others_add_survives_wherever_it_comes(staged: Staged) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    for at in (1, *some(points.firsts()[5:], 12)):
        back()
        assert endings(stage.begin(points=Points(at, partial(changed, stage)))) == {"done"}
        assert stage.finished() == []
        hub = stage.azure.world.named("hub", "contoso")
        assert hub
        assert hub.stored["properties"]["routing"]["routes"] == [{"name": "theirs"}]
        assert stage.azure.world.policy("hub", "contoso", "theirs").primary == PLANTED


@pytest.mark.parametrize("slot", ["primary", "secondary"])
@pytest.mark.parametrize("when", ["before", "before setting", "before settled", "before verified"])
def test_a_key_that_others_change_stops_the_run(staged: Staged, slot: str, when: str) -> None:
    stage = staged(lro="200")
    plan, points = stage.plan(), mapped(stage)
    change = partial(changed, stage, **{slot: PLANTED})
    if when == "before":
        change()
        result = stage.begin(plan)
    else:
        result = stage.begin(plan, points=Points(points.names.index(when) + 1, change))
    assert endings(result) == {"conflict"}
    link = stage.azure.world.policy("hub", "contoso", "link")
    assert PLANTED in (link.primary, link.secondary), "it was overwritten"
    assert set(stage.versions().values()) == {1}


def test_who_does_not_acknowledge_keeps_the_old_key(staged: Staged) -> None:
    slow = {"name": "slow", "cache": "2h", "ack": ["false"], "ack_required": True}
    stage = staged(declared("service", consumers=[slow]), lro="200")
    stage.pace = replace(stage.pace, poll=60, stall=600)
    before = stage.azure.world.policy("hub", "contoso", "service").primary
    result = stage.begin()
    assert endings(result) == {"later"}
    assert "slow" in whys(result)
    now = stage.azure.world.policy("hub", "contoso", "service")
    assert before in (now.primary, now.secondary)
    assert stage.oracle.harm == []


def test_there_is_a_way_back_from_every_state_before_the_old_key_goes(staged: Staged) -> None:
    stage = staged(lro="200")
    back, points = stage.moment(), mapped(stage)
    active = stage.azure.world.policy("hub", "contoso", "link").primary
    lines = [at for at, name in enumerate(points.names, 1) if name in _LINES]
    refused = undone = 0
    for at in some(lines, 2):
        back()
        assert died(partial(Stage.begin, stage, None, "r1"), at)
        access, journal = stage.access(), Journal(stage.journals / "r1.jsonl")
        plan, entries = journal.read()
        jobs = resumed_jobs(access, RunPlan.model_validate(plan), "r1", entries)
        record = undo(jobs[0].record)
        if isinstance(record, Stop):
            refused += 1
            continue
        began = stage.clock.now()
        journal.write(Entry(utc(stage.clock), jobs[0].name, record))
        jobs[0].record = record
        assert endings(stage.go(jobs, journal, access)) == {"done"}
        assert stage.oracle.harm == [], points.names[at - 1]
        newest = stage.access().vault("keys").current("hub-link")
        assert newest
        assert newest.value
        assert active in newest.value.reveal()
        assert stage.clock.now() - began < 600, "seconds to the old state"
        undone += 1
    assert undone > 4
    assert refused >= 1


_LINES = {f"after {state.value}" for state in State}


@pytest.mark.parametrize("at", ["before", "after setting", "after published", "after grace"])
def test_an_emergency_leaves_no_old_key(staged: Staged, at: str) -> None:
    stage = staged(declared("link", **LINKED), lro="200")
    points = mapped(stage)
    old = stage.azure.world.policy("hub", "contoso", "link")
    if at != "before":
        assert died(partial(Stage.begin, stage, None, "r1"), points.names.index(at) + 1)
    else:
        plan = stage.plan(emergency=True)
        begun = Journal.begin(stage.journals, "r1", plan.model_dump(mode="json"))
        access = stage.access()
        jobs = planned_jobs(access, plan, "r1")
        began = stage.clock.now()
        assert endings(stage.go(jobs, begun, access, hands=partial(Hands, grace=False))) == {"done"}
        assert stage.clock.now() - began < 600, "seconds until the old keys are worth nothing"
        assert not _accepted(stage) & {old.primary, old.secondary}
        return
    access, journal = stage.access(), Journal(stage.journals / "r1.jsonl")
    told, entries = journal.read()
    urgent = RunPlan.model_validate({**told, "emergency": True})
    jobs = resumed_jobs(access, urgent, "r1", entries)
    assert endings(stage.go(jobs, journal, access, hands=partial(Hands, grace=False))) == {"done"}
    assert not _accepted(stage) & {old.primary, old.secondary}


def _accepted(stage: Stage) -> set[str]:
    hub = stage.azure.world.named("hub", "contoso")
    assert hub
    return {held.key for held in hub.gateways.keys("link", 0, stage.clock.now())}


def test_a_policy_that_is_gone_is_a_sentence(staged: Staged) -> None:
    stage = staged(lro="200")
    plan = stage.plan()
    hub = stage.azure.world.named("hub", "contoso")
    assert hub
    with stage.azure.world.lock:
        left = tuple(one for one in hub.content.policies if one.name != "link")
        hub.content = replace(hub.content, policies=left)
    with pytest.raises(Refusal, match="no policy 'link'"):
        stage.begin(plan)
