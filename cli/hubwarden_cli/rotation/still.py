"""A vault that is asked each thing once: for a survey, which is of one moment and only reads."""

from __future__ import annotations

import threading
from functools import cached_property

from hubwarden_cli.azure.vault import Vault, Version


class StillVault:
    """Hundreds of credentials share a vault, and its list of names is long."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: dict[str, Version | None] = {}
        self._turn = threading.Lock()

    def names(self) -> tuple[str, ...]:
        with self._turn:
            return self._names

    def current(self, name: str) -> Version | None:
        """As `Vault.current`; a name that is not in the list costs no request."""
        if name not in self._known:
            listed = name in self.names()
            self._known[name] = self._vault.current(name) if listed else None
        return self._known[name]

    def versions(self, name: str) -> tuple[Version, ...]:
        return self._vault.versions(name)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        return self._vault.names()
