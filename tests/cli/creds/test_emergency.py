"""An emergency whose process dies and whose journal is lost stays one: burnt keys do not wait."""

from __future__ import annotations

import pytest
from tests.cli.creds.interrupted import interrupted_after
from tests.cli.creds.place import Place
from tests.cli.furnished import HUB

SILENT = f"""
[[credentials]]
resource = "{HUB}"
policy = "service"
vault = "keys"
secret = "hub-service"
consumers = [{{ name = "app", cache = "26h", ack = ["false"], ack_required = true }}]
"""
# The key is staged, is in the hub, and is published; the ways on from there differ.
AT = ["PUT .*/secrets/hub-service--pending", "PUT .*/IotHubs/", "PUT .*/secrets/hub-service/?$"]


def begun_and_forgotten(place: Place, at: str, *command: str) -> None:
    place.change = interrupted_after(at)
    assert place(*command).code == 130
    place.change = lambda access: access
    journal = max((place.folder / ".hubwarden" / "rotations").glob("*.jsonl"))
    journal.unlink()


@pytest.mark.parametrize("at", AT)
def test_burnt_keys_wait_for_nobody(place: Place, at: str) -> None:
    place.declare(SILENT)
    place.adopted()
    burnt = place.keys()
    begun_and_forgotten(place, at, "revoke", "--all", "--yes-i-accept-outage")
    ended = place("resume")
    assert ended.code == 0, ended
    assert set(burnt).isdisjoint(place.keys())
    assert place.keys()[0] in place.current()


@pytest.mark.parametrize("at", AT)
def test_a_rotation_is_not_taken_for_an_emergency(place: Place, at: str) -> None:
    place.declare(SILENT)
    place.adopted()
    held = place.keys()[0]
    begun_and_forgotten(place, at, "apply", place.planned())
    assert place("resume", "--wait", "27h").code == 75
    assert held in {*place.keys()}


def test_the_rotation_after_an_emergency_is_none(place: Place) -> None:
    place.adopted()
    assert place("revoke", "--all", "--yes-i-accept-outage").code == 0
    place.azure.clock.sleep(100 * 86400)
    place.declare(SILENT)
    held = place.keys()[0]
    begun_and_forgotten(place, AT[2], "apply", place.planned())
    assert place("resume", "--wait", "27h").code == 75
    assert held in {*place.keys()}
