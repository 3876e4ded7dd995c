"""Plans that are none, of another version, of another world, or were written by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.cli.creds.place import SERVICE, Place
from tests.cli.furnished import DPS, HUB

ELSEWHERE = "7e57aaaa-0000-4000-8000-0000000000ff"


def changed(place: Place, change: Callable[[dict[str, Any]], object]) -> str:
    """The path of a plan that somebody edited."""
    path = Path(place.planned())
    plan = json.loads(path.read_text())
    change(plan)
    path.write_text(json.dumps(plan))
    return str(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "is no plan"),
        (b"", "is no plan"),
        (b"[]", "is no plan"),
        (b"\xff\xfe", "it is no text"),
        (None, "cannot be read"),
        (b'{"version": 2}', "version: it is of another version of hubwarden"),
    ],
)
def test_a_plan_that_is_none(place: Place, content: bytes | None, words: str) -> None:
    path = place.folder / "plan.json"
    if content is not None:
        path.write_bytes(content)
    done = place("apply", str(path))
    assert done.code == 2
    assert words in done.sentence
    assert "plan -o FILE" in done.sentence


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda plan: plan.update(version=2), 2, "another version of hubwarden"),
        (lambda plan: plan.update(colour="red"), 2, "colour: there is no such key"),
        (lambda plan: plan["runs"].extend(plan["runs"]), 2, "a resource is planned twice"),
        (
            lambda plan: plan["runs"][0]["credentials"].extend(plan["runs"][0]["credentials"]),
            2,
            "a credential is planned twice",
        ),
        (lambda plan: plan["runs"][0].update(resource="/hub"), 2, "'/hub' is no resource id"),
        (lambda plan: plan.update(tenant=ELSEWHERE), 4, "tenant"),
        (lambda plan: plan.update(identity=ELSEWHERE), 4, "another identity"),
        (lambda plan: plan.update(cloud="usgov"), 4, "--cloud usgov"),
        (lambda plan: plan.update(consumers="0" * 64), 4, "has changed since the plan"),
        (lambda plan: plan.update(hooks={"hook.sh": "0" * 64}), 4, "hook"),
        (lambda plan: plan["runs"][0].update(emergency=True), 4, "creds revoke"),
        (
            lambda plan: plan["runs"][0]["credentials"][0]["declared"].update(consumers=[]),
            4,
            "does not declare",
        ),
    ],
)
def test_a_plan_that_was_edited_or_made_elsewhere(
    place: Place, change: Callable[[dict[str, Any]], object], code: int, words: str
) -> None:
    place.adopted()
    plan, before = changed(place, change), place.keys()
    done = place("apply", plan)
    assert done.code == code
    assert words in done.sentence
    assert place.keys() == before
    assert "--pending-" not in " ".join(place.access().vault("keys").names())


def test_a_run_that_nobody_knows(place: Place) -> None:
    place.adopted()
    place("apply", place.planned())
    for name in ("nowhere", "../../etc/passwd", ""):
        for command in ("resume", "rollback"):
            done = place(command, name)
            assert done.code == 4, (command, name)
            assert f"there is no run {name}" in done.sentence


def test_a_journal_that_cannot_be_read_keeps_no_other_run_waiting(place: Place) -> None:
    dps = SERVICE.replace(HUB, DPS).replace('"service"', '"enroller"')
    place.declare(SERVICE, dps.replace("hub-service", "dps-enroller"))
    place.adopted()
    done = place("apply", place.planned("--accept-masked"), "--single-runner", "--json")
    runs = {one["resource"]: one["run"] for one in done.document["runs"]}
    journal = place.folder / ".hubwarden" / "rotations" / f"{runs[DPS]}.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(b"planted damage\n" + whole)
    place.azure.clock.sleep(2 * 86400)
    told = place("status")
    assert told.code == 4
    assert f"run {runs[DPS]}: " in told.out
    assert f"hubwarden creds resume {runs[HUB]}" in told.out
    went = place("resume", "--single-runner")
    assert went.code == 4
    assert f"run {runs[DPS]}: " in went.out
    assert "service: done" in went.out
    journal.write_bytes(whole)
    assert place("resume", "--single-runner").code == 0
    assert place("status").out == "0 open, 2 over\n"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"v":1', b'"v":2', "written by another version of hubwarden"),
        (b'"record"', b'"rec', "is damaged"),
        (b'"state":"grace"', b'"state":"glory"', "is no transition"),
        (b'"standby"', b'"standbi"', "begins with no plan"),
        (b"/IotHubs/contoso", b"/IotHubs/con_toso", "begins with no plan"),
    ],
)
def test_a_journal_that_cannot_be_read_touches_no_key(
    place: Place, old: bytes, new: bytes, words: str
) -> None:
    place.adopted()
    run = place("apply", place.planned(), "--json").document["runs"][0]["run"]
    (journal,) = (place.folder / ".hubwarden" / "rotations").glob("*.jsonl")
    journal.write_bytes(journal.read_bytes().replace(old, new, 1))
    before = place.keys()
    place.azure.clock.sleep(2 * 86400)
    for command in (("status",), ("resume",), ("resume", run), ("rollback", run)):
        done = place(*command)
        assert done.code == 4, (command, done)
        assert words in done.out + done.err
    assert words in place("doctor").out
    assert place.keys() == before
    journal.rename(journal.with_suffix(".away"))
    assert place("resume").code == 0, "the vault remembers"
    assert place.keys()[0] in place.current()
