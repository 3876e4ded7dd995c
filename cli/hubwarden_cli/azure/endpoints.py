"""Where requests go: the only place that addresses come from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from hubwarden_cli.azure.clouds import Cloud

_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True)
class Address:
    """`url` is where requests go; `host` the public name that SAS tokens and devices know."""

    url: str
    host: str


@dataclass(frozen=True)
class Endpoints:
    """The addresses of a cloud. The double on one's own machine is a subclass."""

    cloud: Cloud

    @property
    def arm(self) -> str:
        return self.cloud.arm

    def hub(self, name: str) -> Address:
        return _public(f"{label(name)}.{self.cloud.hub_suffix}")

    def dps(self, name: str) -> Address:
        return _public(f"{label(name)}.{self.cloud.dps_suffix}")

    def registrations(self, name: str) -> Address:
        """Where devices of this DPS register: one address for the DPSs of all."""
        label(name)
        return _public(f"global.{self.cloud.dps_suffix}")

    def vault(self, name: str) -> str:
        return f"https://{label(name)}.{self.cloud.vault_suffix}"

    def blob(self, account: str) -> str:
        return f"https://{label(account)}.{self.cloud.blob_suffix}"

    @property
    def verify(self) -> bool | str:
        """True, or the path of a file with the CA to trust (PEM)."""
        return True

    @property
    def verify_challenge(self) -> bool:
        """Whether a vault may ask for tokens for its own domain only."""
        return True


def label(name: str) -> str:
    """A name that is one label of a host name; else it could name another host."""
    if not _LABEL.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a resource: letters, digits and hyphens only.")
    return name


def _public(host: str) -> Address:
    return Address(f"https://{host}", host)
