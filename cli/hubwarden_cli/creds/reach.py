"""Whether a service can be reached from here at all, and what time it is there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from azure.core.rest import HttpRequest

from hubwarden_cli.azure.failures import Unanswered
from hubwarden_cli.azure.service_time import SKEW, moment_of, sentence
from hubwarden_cli.azure.wire import Wire, answered
from hubwarden_cli.creds.exits import refused
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.consumers import HUB, Credential


def reach(url: str, access: Access) -> datetime | None:
    """Any answer will do: who is asked is not told who asks. Unreachable where none comes.

    The time is the one of the answer, to the second.
    """
    # A wire of its own: nobody waits for long to hear that nobody is there.
    with Wire(read=20).transport(access.endpoints.verify) as transport:
        request = HttpRequest("GET", url.rstrip("/") + "/")
        try:
            response = answered(lambda: transport.send(request), f"GET {url}", url)
        except Unanswered:
            return None
        return moment_of(response.headers.get("Date", ""))


def data_planes(access: Access, declared: Credential) -> Iterator[str]:
    """The addresses beside ARM that a rotation of this credential needs."""
    endpoints, name = access.endpoints, declared.id.name
    own = endpoints.hub(name) if declared.id.provider_type == HUB else endpoints.dps(name)
    yield own.url
    for vault in (declared.vault, *(copy.vault for copy in declared.copies)):
        yield endpoints.vault(vault)
    for link in declared.links:
        dps = link.rpartition("/")[2]
        yield endpoints.dps(dps).url
        yield endpoints.registrations(dps).url


def skew(access: Access, there: datetime | None) -> timedelta | None:
    """How far this machine is ahead of the service; None where it said no time."""
    if there is None:
        return None
    return datetime.fromtimestamp(access.clock.now(), UTC) - there


def refuse_skew(access: Access, there: datetime | None) -> None:
    """A clock that is off signs tokens that nobody takes, and counts a grace wrongly."""
    off = skew(access, there)
    if off is not None and abs(off) > SKEW:
        raise refused(sentence(off))
