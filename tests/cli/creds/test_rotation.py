"""The way of a rotation through the commands, as a person or a pipeline goes it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.creds.place import DAY, LINK, SERVICE, Place
from tests.cli.furnished import DPS, HUB


def test_a_grace_is_sat_through_or_left_to_be_resumed(place: Place) -> None:
    place.adopted()
    before = place.keys()
    plan = place.planned()
    begun = place("apply", plan)
    assert begun.code == 75
    assert place.keys()[0] == before[0], "the key that consumers hold stays"
    assert place.keys()[1] != before[1]
    assert place.keys()[1] in place.current()
    (line,) = [line for line in begun.out.splitlines() if "hubwarden creds resume" in line]
    assert line.strip().startswith("resume after 20")
    assert " UTC: " in line
    run = line.split()[-1]
    assert place("resume", run).code == 75
    place.azure.clock.sleep(1.2 * DAY)
    ended = place("resume")
    assert ended.code == 0, ended
    assert set(before).isdisjoint(place.keys())
    assert place.keys()[0] in place.current()
    over = place("resume", run)
    assert over.code == 4
    assert f"run {run} is over" in over.sentence
    assert place("resume").out == "nothing to do\n"


def test_a_run_that_may_wait_ends_at_once(place: Place) -> None:
    place.adopted()
    done = place("apply", place.planned(), "--wait", "27h", "--json")
    assert done.code == 0
    (run,) = done.document["runs"]
    assert run["resource"] == HUB
    assert [one["ending"] for one in run["credentials"]] == ["done"]
    events = [json.loads(line) for line in done.err.splitlines()]
    told = [one["event"] for one in events if one["credential"].endswith("/service")]
    assert told.index("stage") < told.index("set-key") < told.index("prove")
    assert told.index("prove") < told.index("publish") < told.index("retire")
    assert place("plan", "--detailed-exitcode").code == 0


def test_a_link_and_a_copy_go_along(place: Place) -> None:
    place.declare(SERVICE, LINK)
    place.adopted()
    plan = place.planned()
    alone = place("apply", plan, "--wait", "27h")
    assert alone.code == 4
    assert "--single-runner" in alone.out
    assert place.keys("link")[0] in place.current("hub-link"), "nothing was touched"
    done = place("apply", plan, "--wait", "27h", "--single-runner")
    assert done.code == 0, done
    assert place.current("hub-link-copy", "copies") == place.current("hub-link")
    dps = place.azure.world.named("dps", "enrol")
    assert dps
    assert place.keys("link")[0] in json.dumps(dps.stored)


def test_a_plan_says_what_comes_in_order_and_who_dictates_the_grace(place: Place) -> None:
    place.declare(SERVICE, LINK)
    place.adopted()
    shown = place("plan")
    assert shown.code == 0
    assert "leave the old key for 26h, as long as app may hold it" in shown.out
    _, _, about_the_link = shown.out.partition("link -> secret keys/hub-link")
    order = [
        about_the_link.index(words)
        for words in ("and prove it there", "stage a new key", "publish it", "push it to")
    ]
    assert order == sorted(order)
    requests = [one.method for one in place.azure.log.entries() if "IotHubs" in one.path]
    assert "PUT" not in requests


def test_what_is_not_due_is_planned_on_demand_only(place: Place) -> None:
    place.adopted(days=3)
    assert place("plan", "--detailed-exitcode").code == 0
    assert "not due: contoso/service: 3d old, of 90d" in place("plan").out
    assert place("plan", "--detailed-exitcode", "--all").code == 10
    document = place("plan", "--json", "--all").document
    assert document["plan"]["runs"][0]["resource"] == HUB
    (credential,) = document["credentials"]
    assert credential["grace_by"] == "app"
    assert credential["age_seconds"] == 3 * DAY


def test_age(place: Place) -> None:
    place.adopted(days=40)
    assert place("age").out == "ok  contoso/service: 40d of 90d\n"
    place.azure.clock.sleep(60 * DAY)
    (one,) = place("age", "--json").document["credentials"]
    assert (one["due"], one["age_seconds"]) == (True, 100 * DAY)


def test_the_way_back(place: Place) -> None:
    place.adopted()
    before = place.current()
    run = place("apply", place.planned(), "--json").document["runs"][0]["run"]
    assert place.current() != before
    assert place("rollback", run).code == 0
    assert place.current() == before
    assert "0 open, 1 over" in place("status").out
    assert place("rollback", run).code == 4


def test_there_is_no_way_back_from_a_retired_key(place: Place) -> None:
    place.adopted()
    done = place("apply", place.planned(), "--wait", "27h", "--json")
    assert place("rollback", done.document["runs"][0]["run"]).code == 4


def test_status_says_what_waits_for_what(place: Place) -> None:
    place.adopted()
    assert place("status").out == "0 open, 0 over\n"
    run = place("apply", place.planned(), "--json").document["runs"][0]["run"]
    shown = place("status").out
    assert f"run {run}: contoso" in shown
    assert "service: grace" in shown
    (one,) = place("status", "--json").document["runs"]
    assert one["open"]
    assert one["journal"]
    assert one["grace_until"]


def test_a_lost_journal_is_found_again_in_the_vault(place: Place) -> None:
    place.adopted()
    before = place.keys()
    run = place("apply", place.planned(), "--json").document["runs"][0]["run"]
    (journal,) = (place.folder / ".hubwarden" / "rotations").glob("*.jsonl")
    journal.unlink()
    assert "(no journal here)" in place("status").out
    assert place("resume", run).code == 75, "the grace is the vault's to tell"
    assert place.keys()[0] == before[0]
    place.azure.clock.sleep(1.2 * DAY)
    assert place("resume").code == 0
    assert set(before).isdisjoint(place.keys())


def test_a_torn_beginning_of_a_journal_is_no_obstacle(place: Place) -> None:
    place.adopted()
    place("apply", place.planned())
    (journal,) = (place.folder / ".hubwarden" / "rotations").glob("*.jsonl")
    journal.write_bytes(journal.read_bytes()[:20])
    place.azure.clock.sleep(1.2 * DAY)
    assert place("resume").code == 0
    assert place.keys()[0] in place.current()


def test_an_emergency_says_whom_it_hits_and_wants_consent(place: Place) -> None:
    place.declare(SERVICE, LINK)
    place.adopted()
    before = {*place.keys(), *place.keys("link")}
    assert place("revoke").code == 2
    asked = place("revoke", "--all")
    assert asked.code == 4
    for words in ("app is refused", "contoso/link", "the link of enrol", "copies/hub-link-copy"):
        assert words in asked.err
    assert before == {*place.keys(), *place.keys("link")}
    done = place("revoke", "--all", "--yes-i-accept-outage", "--single-runner")
    assert done.code == 0, done
    assert before.isdisjoint({*place.keys(), *place.keys("link")})
    assert place.keys()[0] in place.current()


def test_an_emergency_for_one_policy_leaves_the_others(place: Place) -> None:
    place.declare(SERVICE, LINK)
    place.adopted()
    link = place.keys("link")
    done = place("revoke", "--policy", "service", "--yes-i-accept-outage")
    assert done.code == 0, done
    assert place.keys("link") == link


def test_an_emergency_minds_no_grace(place: Place) -> None:
    place.adopted()
    place("apply", place.planned())
    held = set(place.keys())
    done = place("revoke", "--resource", HUB, "--yes-i-accept-outage")
    assert done.code == 0, done
    assert held.isdisjoint(place.keys())
    assert place.keys()[0] in place.current()


def test_inventory_knows_what_nobody_rotates(place: Place) -> None:
    place.declare(SERVICE, LINK)
    document = place("inventory", "--json", "--subscription", HUB.split("/")[2]).document
    hub, dps = document["resources"]
    assert (hub["resource"], dps["resource"]) == (HUB, DPS)
    assert {one["name"]: one["secret"] for one in hub["policies"]} == {
        "service": "keys/hub-service",
        "link": "keys/hub-link",
        "device": None,
    }
    assert dps["links"] == [{"hub": "contoso.azure-devices.net", "by": "key"}]
    assert any("not yet" in one["how"] for one in dps["eliminate"])
    assert "NOT DECLARED" in place("inventory").out


def test_adoption_is_said_and_repeatable(place: Place) -> None:
    assert place("adopt").out == "contoso/service: published\n"
    assert place("adopt").out == "contoso/service: known\n"


def test_a_given_up_run_is_over(place: Place) -> None:
    place.adopted()
    place("apply", place.planned())
    refused = place("adopt")
    assert refused.code == 4
    assert "is not finished" in refused.out
    assert place("adopt", "--force").code == 0
    assert "0 open, 1 over" in place("status").out
    names = place.access().vault("keys").names()
    assert not [name for name in names if "--pending-" in name]


def test_events_go_to_a_file(place: Place, tmp_path: Path) -> None:
    place.adopted()
    path = tmp_path / "events.ndjson"
    done = place("apply", place.planned(), "--events", str(path))
    events = [json.loads(line) for line in path.read_text().splitlines()]
    assert {"at", "run", "credential", "event"} <= events[-1].keys()
    assert " UTC contoso/service publish" in done.err.replace("IotHubs/", "")


def test_an_empty_journal_that_has_to_stay_says_nothing(place: Place) -> None:
    """In a folder that cannot be written, and for a run that only the vault knows."""
    place.adopted()
    place("apply", place.planned())
    (journal,) = (place.folder / ".hubwarden" / "rotations").glob("*.jsonl")
    journal.write_bytes(b"")
    # Where it would be moved to, so that it cannot be moved, for root either.
    journal.with_suffix(".torn").mkdir()
    done = place("status")
    assert done.code == 0
    assert f"run {journal.stem}: contoso (no journal here)" in done.out
