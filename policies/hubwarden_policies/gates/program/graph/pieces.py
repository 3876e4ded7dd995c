"""Resources of a bridged provider that to Azure are pieces of another resource."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from hubwarden_policies.data import load
from hubwarden_policies.gates.program.graph.sent import sent
from hubwarden_policies.gates.terraform.azapi import merge
from hubwarden_policies.gates.terraform.azurerm import entry_of
from hubwarden_policies.gates.terraform.bodies import append, put_missing
from hubwarden_policies.model import UNKNOWN
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hubwarden_policies.gates.program.graph.references import References
    from hubwarden_policies.gates.program.graph.tokens import Kind
    from hubwarden_policies.gates.program.running.recording import Registration
    from hubwarden_policies.model import Resource


@record
class Piece:
    """A piece, and the resource as which the program has it, its inputs as they are."""

    kind: Kind
    registration: Registration
    resource: Resource


def joined(
    resources: Sequence[Resource], pieces: Iterable[Piece], references: References
) -> tuple[list[Resource], list[Resource]]:
    """The resources with their pieces in them, and the pieces whose owner is none of them."""
    whole = {resource.address: resource for resource in resources}
    owners: dict[str, str] = {}
    orphans = []
    for piece in pieces:
        address = references.owner(piece.registration)
        if address is None or address not in whole:
            orphans.append(piece.resource)
        else:
            owners[piece.resource.address] = address
            whole[address] = _with(whole[address], piece, references)
    return [_spoken_of(resource, owners) for resource in whole.values()], orphans


def expecting(azurerm: str, resource: Resource) -> Resource:
    """The resource as it is known before the pieces that may still come: what they say is open."""
    body = _copied(resource.properties)
    for path in _said_by_pieces(azurerm):
        put_missing(body, path, UNKNOWN)
    return replace(resource, properties=body)


@cache
def _said_by_pieces(azurerm: str) -> tuple[str, ...]:
    """The ARM paths, lists apart, that are said by other resources than the one that has them."""
    return tuple(
        (how if isinstance(how, str) else how["to"]).partition(" ")[0]
        for entry in load("azurerm.json")["types"].values()
        if entry.get("part_of") == azurerm and "into" not in entry
        for how in entry["attributes"].values()
    )


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    return value


def _with(owner: Resource, piece: Piece, references: References) -> Resource:
    """The owner with one more piece."""
    body = _copied(owner.properties)
    added = sent(piece.kind, piece.resource.properties).properties
    into = entry_of(piece.kind.azurerm or "").get("into")
    if into is None:
        merge(body, added)
    else:
        above = append(body, into, added) + "."
    found = {
        path if into is None else above + path: addresses
        for path, addresses in references.of(piece.registration, added).items()
    }
    return replace(owner, properties=body, references={**owner.references, **found})


def _spoken_of(resource: Resource, owners: dict[str, str]) -> Resource:
    """Who speaks of a piece speaks of what it is a piece of."""
    if owners.keys().isdisjoint(a for found in resource.references.values() for a in found):
        return resource
    references = {
        path: tuple(dict.fromkeys(owners.get(address, address) for address in addresses))
        for path, addresses in resource.references.items()
    }
    # A piece may name its own owner, which is no reference to anything else.
    others = {
        path: kept
        for path, found in references.items()
        if (kept := tuple(address for address in found if address != resource.address))
    }
    return replace(resource, references=others)
