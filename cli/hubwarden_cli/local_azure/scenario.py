"""What a double that is a process of its own begins with, as JSON."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from .behaviour import Behaviour
from .faults import Fault
from .local import LocalAzure
from .world import Link


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hub(_Given):
    """`policies`: rights by name; None: those of a new hub."""

    name: str
    policies: dict[str, str] | None = None
    properties: dict[str, Any] = {}
    units: int = 1


class Dps(_Given):
    """`links` are to hubs of the same scenario."""

    name: str
    policies: dict[str, str] | None = None
    properties: dict[str, Any] = {}
    links: tuple[Link, ...] = ()


class Vault(_Given):
    """A vault without secrets."""

    name: str
    purge_protection: bool = True


class Scenario(_Given):
    """Everything has a default: an empty object is an empty double."""

    seed: int = 0
    behaviour: Behaviour = Behaviour()
    hubs: tuple[Hub, ...] = ()
    dps: tuple[Dps, ...] = ()
    vaults: tuple[Vault, ...] = ()
    faults: tuple[Fault, ...] = ()

    def fill(self, azure: LocalAzure) -> None:
        """Makes it so."""
        for hub in self.hubs:
            azure.world.add_hub(hub.name, hub.policies, hub.properties, hub.units)
        for dps in self.dps:
            azure.world.add_dps(dps.name, dps.links, dps.policies, dps.properties)
        for vault in self.vaults:
            azure.add_vault(vault.name, purge_protection=vault.purge_protection)
        for fault in self.faults:
            azure.fail(fault)
