"""Everything of Azure that a rotation touches, from one credential and the cloud's addresses."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from azure.core.credentials import TokenCredential

from hubwarden_cli.azure.arm import DPS_API, HUB_API, Arm
from hubwarden_cli.azure.clock import Clock, RealClock
from hubwarden_cli.azure.data_plane import DpsData, Entra, HubData
from hubwarden_cli.azure.endpoints import Endpoints
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.registration import Registration, remove_device
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.azure.service_time import ServiceTime
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.azure.wire import Fence, Wire, unfenced
from hubwarden_cli.rotation.consumers import HUB, Credential
from hubwarden_cli.rotation.kinds.canary import Canary
from hubwarden_cli.rotation.kinds.dps_link import DpsLink
from hubwarden_cli.rotation.kinds.kind import Copy, Source
from hubwarden_cli.rotation.kinds.two_slots import Dps, Hub
from hubwarden_cli.rotation.kinds.vault_copy import VaultCopy
from hubwarden_cli.rotation.pace import Pace
from hubwarden_cli.rotation.still import StillVault
from hubwarden_cli.rotation.value import value_of

if TYPE_CHECKING:
    from hubwarden_cli.azure.lease import Lease


@dataclass(frozen=True)
class Access:
    """The double on one's own machine differs in `endpoints` and `credential` alone.

    `vault_api` and those of blobs are for services that are not Azure's own: what they know of the
    APIs, and what a blob service takes that knows no tokens. `fence` is `Wire`'s. `times` is what
    the answers have said of the time.
    """

    endpoints: Endpoints
    credential: TokenCredential
    clock: Clock = field(default_factory=RealClock)
    pace: Pace = field(default_factory=Pace)
    vault_api: str | None = None
    blob_api: str | None = None
    blob_credential: Any = field(default=None, repr=False)
    fence: Fence = unfenced
    times: ServiceTime = field(default_factory=ServiceTime)

    @cached_property
    def wire(self) -> Wire:
        return Wire(sleep=self.clock.sleep, fence=self.fence, heard=self.heard)

    def heard(self, date: str) -> None:
        """What an answer said of the time."""
        self.times.heard(date, self.clock.now())

    @cached_property
    def arm(self) -> Arm:
        return Arm(self.endpoints, self.credential, self.wire)

    @cached_property
    def vault(self) -> Any:
        """`vault(name)`: one client a vault."""
        return lru_cache(maxsize=None)(self._vault)

    def still(self) -> Access:
        """The same for reads of one moment: each vault is asked each thing once."""
        view = copy.copy(self)
        vars(view)["vault"] = lru_cache(maxsize=None)(lambda name: StillVault(self.vault(name)))
        return view

    def fenced(self, fence: Fence) -> Access:
        """The same behind a lock: who slept since the run looked at it has to look once more."""
        return replace(self, fence=fence)

    def lease(self, place: str) -> Lease:
        """The leases of ACCOUNT/CONTAINER. They live by the machine's time, whatever `clock` is."""
        from hubwarden_cli.azure.lease import Lease

        account, _, container = place.partition("/")
        return Lease(
            f"{self.endpoints.blob(account)}/{container}",
            self.blob_credential or self.credential,
            self.endpoints.verify,
            self.blob_api,
        )

    def source(self, id: ResourceId) -> Source:  # noqa: A002 (as ARM calls it)
        """The resource whose keys are rotated."""
        if id.provider_type == HUB:
            return self._hub(id)
        return self._dps(id)

    def copies(self, declared: Credential, run: str) -> Mapping[str, Copy]:
        """The one-slot copies of a credential by name, links first: they are nobody's choice."""
        host = self.source(declared.id).host
        links: dict[str, Copy] = {
            f"link {dps}": self._link(dps, declared) for dps in declared.links
        }

        def render(key: Key) -> Key:
            return value_of(declared.value, host, declared.policy, key)

        return links | {
            f"secret {copy.vault}/{copy.secret}": VaultCopy(
                self.vault(copy.vault), copy.secret, render, run
            )
            for copy in declared.copies
        }

    def _link(self, dps: str, declared: Credential) -> DpsLink:
        source = self._dps(ResourceId.parse(dps))
        hub = self.endpoints.hub(declared.id.name)
        hub_entra = Entra(self.credential, self.endpoints.cloud.hub_scope)
        verify = self.endpoints.verify
        # Which scope its devices register under, only the service itself says.
        id_scope = self.arm.get(source.id, DPS_API).body["properties"]["idScope"]
        registration = Registration(
            self.endpoints.dps(source.id.name),
            self.endpoints.registrations(source.id.name),
            id_scope,
            Entra(self.credential, self.endpoints.cloud.dps_scope),
            verify,
            self.wire,
            self.clock.now,
        )
        canary = Canary(
            registration, lambda name: remove_device(hub, name, hub_entra, verify, self.wire)
        )
        return DpsLink(source, hub.host, declared.policy, canary, self.clock.sleep, self.pace.poll)

    def _hub(self, id: ResourceId) -> Hub:  # noqa: A002
        data = HubData(
            self.endpoints.hub(id.name), self.endpoints.verify, self.wire, self.clock.now
        )
        return Hub(id, self.arm, HUB_API, "hub", data)

    def _dps(self, id: ResourceId) -> Dps:  # noqa: A002
        data = DpsData(
            self.endpoints.dps(id.name), self.endpoints.verify, self.wire, self.clock.now
        )
        return Dps(id, self.arm, DPS_API, "dps", data)

    def _vault(self, name: str) -> Vault:
        return Vault(
            self.endpoints.vault(name),
            self.credential,
            self.endpoints.verify,
            self.endpoints.verify_challenge,
            self.vault_api,
            wire=self.wire,
        )
