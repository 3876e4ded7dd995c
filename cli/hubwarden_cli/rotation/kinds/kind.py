"""What the rotation asks of a kind of credential. A further kind is a class beside these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from hubwarden_cli.azure.identifiable import Kind
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.rotation.state import Slot


@dataclass(frozen=True)
class Policy:
    """A shared access policy with its two keys; `rights` as ARM lists them."""

    name: str
    rights: frozenset[str]
    primary: Key
    secondary: Key

    def key(self, slot: Slot) -> Key:
        return self.primary if slot is Slot.PRIMARY else self.secondary


@dataclass(frozen=True)
class Reading:
    """A resource as it is: `body` and `rules` in raw JSON, to be written back as they are.

    `ready`: no change is under way. `masked`: paths that show stars in place of a secret, which a
    write would send back.
    """

    etag: str | None
    ready: bool
    local_auth: bool
    policies: Mapping[str, Policy]
    masked: tuple[str, ...] = ()
    body: dict[str, Any] = field(default_factory=dict, repr=False)
    rules: tuple[dict[str, Any], ...] = field(default=(), repr=False)


Changes = Mapping[str, Mapping[Slot, Key]]


class Source(Protocol):
    """A resource whose policies have two keys, both of the caller's choice."""

    @property
    def id(self) -> ResourceId: ...

    @property
    def key_kind(self) -> Kind: ...

    @property
    def host(self) -> str:
        """The public host name, for connection strings and SAS tokens."""

    def read(self) -> Reading: ...

    def write(self, changes: Changes, reading: Reading) -> float | None:
        """One PUT of the whole resource, sent once, on the condition that `reading` still holds.

        Keys by policy and slot; everything else stays. Seconds to wait for, where Azure says.
        """

    def prove(self, policy: Policy, key: Key) -> bool | None:
        """Whether the key is accepted; None where no harmless call needs the policy's rights."""

    def health(self) -> Mapping[str, str]:
        """What may break by a write though the write succeeds: a status by name."""


class Copy(Protocol):
    """A place with one slot that holds the key too. Both calls may be repeated."""

    def push(self, key: Key) -> None:
        """Put the key there. It is accepted before and after, so that nothing has a gap."""

    def prove(self) -> bool:
        """Whether what is there works, or reads as what was put there."""

    def masked(self) -> tuple[str, ...]:
        """Paths of secrets beside the key that show as stars, which a push would send back."""

    def held_until(self, cache: timedelta) -> datetime | None:
        """Until when somebody who keeps it for `cache` may hold what was there before."""
