"""What the doctor of `creds` looks at. Everything is a read, but for what ended runs have left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from hubwarden_cli.azure.failures import Failure
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.azure.service_time import SKEW
from hubwarden_cli.creds.acting import acting
from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.failing import judged
from hubwarden_cli.creds.fitting import unfitting
from hubwarden_cli.creds.hook_files import missing
from hubwarden_cli.creds.left_over import left
from hubwarden_cli.creds.reach import data_planes, reach, skew
from hubwarden_cli.creds.ready import linked
from hubwarden_cli.diagnosis.line import Line, problem, warning
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.kinds.kind import Reading
from hubwarden_cli.rotation.prepare import marks


def examined(desk: Desk) -> Iterator[Line]:
    """The lines of the doctor, as they are found."""
    _ = desk.declared
    yield from _tried("identity", lambda: _identity(desk))
    yield from _network(desk)
    readings: dict[ResourceId, Reading] = {}
    yield from _resources(desk, readings)
    yield from _vaults(desk, readings)
    if program := missing(desk.declared, desk.folder):
        yield problem("hooks", f"{program} is not here", "correct consumers.toml.")
    yield from _tried("lock", lambda: _lock(desk))
    yield from _tried("runs", lambda: left(desk))


def _tried(about: str, work: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    """The lines of `work`, or the one that says what stopped it."""
    try:
        yield from work()
    except (Failure, Refusal) as error:
        yield problem(about, judged(error)[1], "mend it, then ask again.")


def _identity(desk: Desk) -> Iterator[Line]:
    identity = acting(desk)
    if identity.is_person:
        yield warning(
            "identity",
            f"{identity.name} of tenant {identity.tenant}, a person",
            "give the machine an identity of its own; commands that rotate want --as-me else.",
        )
    else:
        yield Line("identity", f"{identity.name} of tenant {identity.tenant}")


def _network(desk: Desk) -> Iterator[Line]:
    access, off = desk.access, timedelta()
    urls = [access.endpoints.arm]
    urls += [url for one in desk.declared for url in data_planes(access, one)]
    for url in dict.fromkeys(urls):
        parts = urlsplit(url)
        place = f"{parts.hostname}:{parts.port or 443}"
        try:
            found = skew(access, reach(url, access))
        except (Failure, Refusal) as error:
            yield problem("network", judged(error)[1], f"open the way to {place}.")
            continue
        yield Line("network", f"{place} answers")
        off = max(off, found or timedelta(), key=abs)
    if abs(off) > SKEW:
        minutes = round(off.total_seconds() / 60)
        yield problem("clock", f"this machine is {minutes:+d} minutes off", "set it (NTP).")
    else:
        yield Line("clock", "within 5 minutes of Azure's")


def _resources(desk: Desk, readings: dict[ResourceId, Reading]) -> Iterator[Line]:
    for where in dict.fromkeys(one.id for one in desk.declared):
        yield from _tried("rights", partial(_resource, desk, where, readings))
    for one in desk.declared:
        for link in one.links:
            yield from _tried("link", partial(_link, desk, ResourceId.parse(link), one))


def _resource(desk: Desk, where: ResourceId, readings: dict[ResourceId, Reading]) -> Iterator[Line]:
    reading = readings[where] = desk.access.source(where).read()
    names = [one.policy for one in desk.declared if one.id == where]
    for name in names:
        if name not in reading.policies:
            yield problem("policy", f"{where.name} has no {name!r}", "correct consumers.toml.")
    yield Line("rights", f"{where.name} and its keys can be read; writing is not tried")
    if reading.masked:
        yield warning(
            "masked",
            f"{where.name} shows stars in {', '.join(reading.masked)}",
            "give these endpoints authenticationType identityBased.",
        )


def _link(desk: Desk, dps: ResourceId, declared: Credential) -> Iterator[Line]:
    linked(desk.access, dps, declared)
    yield Line("link", f"{dps.name} is linked to {declared.id.name}, and takes this identity")


def _vaults(desk: Desk, readings: Mapping[ResourceId, Reading]) -> Iterator[Line]:
    for name in dict.fromkeys(one.vault for one in desk.declared):
        yield from _tried("vault", partial(_vault, desk, name))
    for one in desk.declared:
        # What could not be read was told above.
        if reading := readings.get(one.id):
            yield from _tried("key", partial(unfitting, desk.access, one, reading))


def _vault(desk: Desk, name: str) -> Iterator[Line]:
    vault = desk.access.vault(name)
    vault.names()
    if marks(vault) is None:
        yield warning("vault", f"{name} was never adopted", "hubwarden creds adopt.")
    else:
        yield Line("vault", f"{name} and its secrets can be read; writing is not tried")


def _lock(desk: Desk) -> Iterator[Line]:
    if (lease := desk.lease) and (blobs := desk.blobs):
        # It says sooner than a lease that nobody is there.
        reach(blobs, desk.access)
        lease.try_it()
        yield Line("lock", f"{desk.consumers.leases} can be read; a lease is not tried")
    else:
        yield warning(
            "lock",
            "runners of other machines are not kept away",
            'name a container for leases in consumers.toml, as leases = "ACCOUNT/CONTAINER".',
        )
