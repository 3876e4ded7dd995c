"""Which resource an ARM id names, and which hub a connection string leads to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hubwarden_policies.record import record
from hubwarden_policies.rule import Undecided
from hubwarden_policies.views.connection_string import read_connection_string
from hubwarden_policies.views.text import GAP

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource, Stack
    from hubwarden_policies.views.text import Text

HUB: Final = "Microsoft.Devices/IotHubs"
# What follows a hub's name in its host name; each cloud has an ending of its own.
_DOMAIN: Final = "azure-devices."
_ARM_TYPE: Final = re.compile(r"[\w.]+/[\w./]+")
# What another deployment answers for (a stack reference, a resource that is only read), or a
# resource of Azure that no rule reads: its URN tells that it is none of the stack's resources.
_ELSEWHERE: Final = re.compile(
    r"[$:](?:azure-native[\w-]*:[^:$]+:\w+|pulumi:pulumi:StackReference)::[^:]*\Z"
)


@record
class Target:
    """What an ARM id names.

    `addresses` are resources of the stack and `child` is what the id says below them, in lower
    case ("/blobservices/default"; "" for the resource itself, None where that is not known).
    Without addresses it names nothing of the stack if `decided`; otherwise it may be any
    resource, of the type `type` where the text says so (lower case).
    """

    addresses: tuple[str, ...] = ()
    child: str | None = ""
    decided: bool = True
    type: str | None = None

    def may_be(self, arm_type: str) -> bool:
        """Whether it may name a resource of this type, though none for certain."""
        return not self.decided and self.type in (None, arm_type.lower())


def read_target(stack: Stack, holder: Resource, arm_id: Text) -> Target:
    """What an id in the body of `holder` names."""
    if arm_id.holes:
        return _made(stack, arm_id)
    if stack.live and arm_id.shape is not None:
        return _listed(holder, arm_id.path, arm_id.shape)
    if arm_id.shape is not None and (target := _literal(stack, arm_id.shape)) is not None:
        return target
    addresses = holder.references.get(arm_id.path, ())
    if addresses:
        return Target(addresses, child=None if arm_id.shape is None else "")
    return Target(decided=arm_id.shape is not None)


def _listed(holder: Resource, path: str, arm_id: str) -> Target:
    """A whole id names what its reference says, whose address is as long as that part of it."""
    addresses = holder.references.get(path, ())
    below = arm_id.rstrip("/")[len(addresses[0]) :].lower() if addresses else ""
    return Target(addresses, child=below)


def _made(stack: Stack, arm_id: Text) -> Target:
    """An id with made-up stretches names what its last stretch came from, or what follows it."""
    before, _, after = (arm_id.shape or GAP).rpartition(GAP)
    if "/providers/" in after.lower():
        return _literal(stack, after) or Target()
    source = stack.at(arm_id.holes[-1].source)
    whole = not after or after.startswith("/")
    if source is not None and _ARM_TYPE.fullmatch(source.type) and whole:
        return Target((source.address,), child=after.rstrip("/").lower())
    elsewhere = source is None and _ELSEWHERE.search(arm_id.holes[-1].source)
    return Target() if elsewhere and whole else Target(decided=False, type=_type_of(before))


def _type_of(shape: str) -> str | None:
    """The type in `…/providers/Microsoft.Devices/IotHubs/`, in lower case."""
    _, found, rest = shape.lower().rpartition("/providers/")
    if not found:
        return None
    namespace, *pairs = rest.strip("/").split("/")
    return "/".join((namespace, *pairs[::2]))


def _literal(stack: Stack, arm_id: str) -> Target | None:
    """What a literal id names: a resource of the stack, or the nearest one above it."""
    _, found, rest = arm_id.lower().rpartition("/providers/")
    namespace, *pairs = rest.strip("/").split("/")
    types, names = pairs[::2], pairs[1::2]
    for depth in range(len(names), 0, -1) if found else ():
        resource = stack.named("/".join((namespace, *types[:depth])), "/".join(names[:depth]))
        if resource is not None:
            below = "".join(f"/{part}" for part in pairs[2 * depth :])
            return Target((resource.address,), child=below)
    return None


def linked_hub(stack: Stack, dps: Resource, link: Text) -> str | None:
    """The address of the hub that a DPS links; None if it is none of this stack.

    Raises `Undecided` where the connection string does not show which hub it is.
    """
    host = read_connection_string(link).host
    holes = link.holes if host is None else host.holes
    said = (*(hole.source for hole in holes), *dps.references.get(link.path, ()))
    for address in said:
        resource = stack.at(address)
        if resource is not None and resource.type == HUB:
            return address
    if host is None or not host.whole:
        raise Undecided(link.path, f"the HostName in {link.path}")
    hub = stack.named(HUB, host.value.partition(".")[0])
    return None if hub is None else hub.address


def foreign_host(stack: Stack, said: Text) -> str | None:
    """The host that a link of a DPS leads to; None if it is a hub of the stack.

    `said` is a connection string, or a host name alone. A host that is written out is judged by
    its name only: whose key stands beside it does not say where the devices go.

    Raises `Undecided` where the host is not known.
    """
    found = read_connection_string(said).host
    holes = said.holes if found is None else found.holes
    host = said.shape if found is None else found.value
    # A hub's name with more around it is the name of another.
    whole = host is None or re.fullmatch(
        rf"{GAP}(?:\.{re.escape(_DOMAIN)}.*)?", host, re.IGNORECASE
    )
    if whole and any((made := stack.at(hole.source)) and made.type == HUB for hole in holes):
        return None
    if host is None or holes or (found is None and "=" in host):
        raise Undecided(said.path, f"the host in {said.path}")
    name, _, domain = host.partition(".")
    if any(hub.address in stack.unread for hub in stack.of_type(HUB)):
        raise Undecided(said.path, f"whether {host} is a hub that nobody here may list")
    ours = domain.casefold().startswith(_DOMAIN) and stack.named(HUB, name) is not None
    return None if ours else host
