"""Routing endpoints that fail after a write of their hub, whichever process looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.cli.creds.interrupted import interrupted_after
from tests.cli.creds.place import DAY, Place

from hubwarden_cli.local_azure.masking import MASK
from hubwarden_cli.rotation.access import Access

CONNECTION = "Endpoint=sb://line.servicebus.windows.net/;SharedAccessKey=planted-not-a-credential"


def endpoint(place: Place, connection: str) -> None:
    """The hub routes by this connection string; the double calls it dead where it is a mask."""
    hub = place.azure.world.named("hub", "contoso")
    assert hub
    place.azure.clock.sleep(60)
    with place.azure.world.lock:
        # What was written before comes first.
        place.azure.world.settle()
        body = hub.stored
        entry = {"name": "line", "id": "line", "connectionString": connection}
        body["properties"]["routing"]["endpoints"] = {"eventHubs": [entry]}
        hub.content = replace(hub.content, body=body)


@pytest.mark.parametrize(
    ("change", "code"), [(lambda access: access, 75), (interrupted_after("PUT .*/IotHubs/"), 130)]
)
@pytest.mark.parametrize("breaks", [True, False])
def test_what_fails_since_another_process_began_is_said(
    place: Place, change: Callable[[Access], Access], code: int, breaks: bool
) -> None:
    endpoint(place, CONNECTION)
    place.adopted()
    plan = place.planned("--accept-masked")
    place.change = change
    assert place("apply", plan).code == code
    place.change = lambda access: access
    if breaks:
        endpoint(place, MASK)
    ended = place("resume", "--wait", "27h")
    assert ended.code == (6 if breaks else 0), ended
    assert ("the routing endpoint line is dead since" in ended.out) is breaks


def test_what_was_dead_before_is_nobodys_news(place: Place) -> None:
    endpoint(place, MASK)
    place.adopted()
    place("apply", place.planned("--accept-masked"))
    place.azure.clock.sleep(2 * DAY)
    assert place("resume").code == 0
