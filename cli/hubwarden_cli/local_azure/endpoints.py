"""The double's addresses, in place of a cloud's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubwarden_cli.azure.clouds import CLOUDS, Cloud
from hubwarden_cli.azure.endpoints import Address, Endpoints, label


@dataclass(frozen=True)
class LocalEndpoints(Endpoints):
    """Ports of 127.0.0.1; `vaults` by name; `ca` is the PEM file to trust.

    `blobs` is the address of a real blob service of the tests, the double has none.
    """

    cloud: Cloud = field(default=CLOUDS["public"])
    port: int = 0
    vaults: Mapping[str, int] = field(default_factory=dict)
    ca: str = ""
    blobs: str | None = None

    @property
    def arm(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def hub(self, name: str) -> Address:
        return Address(f"{self.arm}/hubs/{label(name)}", super().hub(name).host)

    def dps(self, name: str) -> Address:
        return Address(f"{self.arm}/dps/{label(name)}", super().dps(name).host)

    def registrations(self, name: str) -> Address:
        return self.dps(name)

    def vault(self, name: str) -> str:
        if name not in self.vaults:
            raise ValueError(f"The double has no vault {name!r}: it has {sorted(self.vaults)}.")
        return f"https://127.0.0.1:{self.vaults[name]}"

    def blob(self, account: str) -> str:
        if self.blobs is None:
            raise ValueError("The double has no blob service: name one that runs, as `blobs`.")
        return f"{self.blobs}/{label(account)}"

    @property
    def verify(self) -> bool | str:
        return self.ca

    @property
    def verify_challenge(self) -> bool:
        return False
