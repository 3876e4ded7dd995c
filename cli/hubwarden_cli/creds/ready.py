"""What is tried before the first write of a run: reads only, so that it may fail without harm."""

from __future__ import annotations

from collections.abc import Sequence

from hubwarden_cli.azure.arm import DPS_API
from hubwarden_cli.azure.data_plane import DpsData, Entra
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import refused
from hubwarden_cli.creds.hook_files import missing
from hubwarden_cli.creds.reach import data_planes, reach, refuse_skew
from hubwarden_cli.rotation.access import Access
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.kinds.kind import Reading
from hubwarden_cli.rotation.survey import Asked
from hubwarden_cli.rotation.unfit import unfit


def ready(desk: Desk, declared: Sequence[Credential], asked: Asked, *, begins: bool) -> None:
    """Halt or a Failure where a run over these credentials could not get through.

    A run that goes on may have switched keys already, so that less is asked of it.
    """
    access = desk.access
    if program := missing(declared, desk.folder):
        raise refused(f"the hook's program {program!r} is not here; correct consumers.toml.")
    refuse_skew(access, reach(access.endpoints.arm, access))
    for url in dict.fromkeys(url for one in declared for url in data_planes(access, one)):
        refuse_skew(access, reach(url, access))
    if blobs := desk.blobs:
        reach(blobs, access)
    reading = access.source(declared[0].id).read()
    for one in declared:
        _readable(access, one)
        if begins:
            _fit(access, one, reading, asked)


def _readable(access: Access, declared: Credential) -> None:
    """The rights to read stand for those to write, which cannot be tried."""
    vault = access.vault(declared.vault)
    vault.current(declared.secret)
    vault.names()
    for copy in declared.copies:
        access.vault(copy.vault).current(copy.secret)
    for link in declared.links:
        linked(access, ResourceId.parse(link), declared)


def linked(access: Access, dps: ResourceId, declared: Credential) -> None:
    """The DPS has the link, and its data plane takes the identity that proves it."""
    host = access.endpoints.hub(declared.id.name).host
    links = access.arm.get(dps, DPS_API).body["properties"].get("iotHubs") or ()
    if not any(str(one.get("name", "")).casefold() == host.casefold() for one in links):
        raise refused(
            f"{dps.name} has no link to {host}; take the link out of consumers.toml, or link the"
            " hub first."
        )
    endpoints = access.endpoints
    data = DpsData(endpoints.dps(dps.name), endpoints.verify, access.wire, access.clock.now)
    if not data.query_groups(Entra(access.credential, endpoints.cloud.dps_scope)):
        raise refused(
            f"{endpoints.dps(dps.name).host} does not take this identity, so that the link could"
            " not be proved; give it the rights that `hubwarden creds doctor --role` prints."
        )


def _fit(access: Access, declared: Credential, reading: Reading, asked: Asked) -> None:
    if why := unfit(
        declared, reading, access.copies(declared, ""), accept_masked=asked.accept_masked
    ):
        raise refused(f"{declared.id.name}/{declared.policy}: {why}")
    policy = reading.policies.get(declared.policy)
    if policy is None or asked.emergency:
        return
    source = access.source(declared.id)
    if source.prove(policy, policy.primary) is False:
        raise refused(
            f"{source.host}:443 does not take the key of {declared.policy!r} that is there now, and"
            " would not take a new one either: run inside the network that its IP rules allow."
        )
