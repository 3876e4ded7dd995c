"""The device that proves a link: enrolled, registered once, and gone again."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from hubwarden_cli.azure.failures import Failure
from hubwarden_cli.azure.registration import Registration, device_key


@dataclass(frozen=True)
class Canary:
    """`forget` takes the identity out of the hub that the registration has made there."""

    registration: Registration
    forget: Callable[[str], None]

    def registers(self, name: str, hub_host: str) -> bool:
        key = device_key(secrets.token_bytes)
        self.registration.enrol(name, key, hub_host)
        return self.registration.register(name, key)

    def leaves(self, name: str) -> None:
        """Best effort: what stays is a disabled name, and the next one is another."""
        for clean in (self.registration.remove, self.forget):
            try:
                clean(name)
            except Failure:
                continue
