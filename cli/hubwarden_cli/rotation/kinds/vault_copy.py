"""Another secret with the same value, for consumers that cannot read the first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.rotation.tags import held_until


@dataclass
class VaultCopy:
    """`render` makes the value of a key; `run` is the tag by which people find where it is from."""

    vault: Vault
    secret: str
    render: Callable[[Key], Key]
    run: str
    _pushed: Key | None = field(default=None, repr=False)

    def push(self, key: Key) -> None:
        self._pushed = self.render(key)
        current = self.vault.current(self.secret)
        # A version more for the same value would only push older ones out of sight.
        if current is None or current.value != self._pushed:
            tags = {**(current.tags if current else {}), "run": self.run}
            self.vault.set(self.secret, self._pushed, tags)

    def prove(self) -> bool:
        current = self.vault.current(self.secret)
        return current is not None and current.value == self._pushed

    def masked(self) -> tuple[str, ...]:
        """A version is written anew, and nothing beside it."""
        return ()

    def held_until(self, cache: timedelta) -> datetime | None:
        current = self.vault.current(self.secret)
        if current is None or current.created is None or len(self.vault.versions(self.secret)) < 2:
            return None
        return held_until(current.created, cache)
