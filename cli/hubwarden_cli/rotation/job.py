"""One credential of a run: what was declared, what it needs, and what this process remembers."""

from __future__ import annotations

from dataclasses import dataclass, field

from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.vault import Vault, Version
from hubwarden_cli.rotation import tags
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.fingerprints import Fingerprints
from hubwarden_cli.rotation.kinds.kind import Copy, Policy
from hubwarden_cli.rotation.state import Current, Proof, Record, Terms
from hubwarden_cli.rotation.value import key_in


@dataclass
class Memory:
    """What only this process saw. A crash forgets it, and nothing depends on that.

    `put`: when each copy was put where it belongs, and then proved there.
    """

    looks: int = 0
    slots: tuple[str, str] = ("", "")
    proof: Proof = Proof.NONE
    sent: float | None = None
    acked: set[str] = field(default_factory=set)
    put: dict[str, float] = field(default_factory=dict)

    def saw(self, slots: tuple[str, str]) -> None:
        self.looks = self.looks + 1 if slots == self.slots else 1
        self.slots = slots


@dataclass
class Job:
    """`record` is what the journal says last."""

    declared: Credential
    record: Record
    terms: Terms
    run: str
    vault: Vault
    marks: Fingerprints
    copies: dict[str, Copy]
    memory: Memory = field(default_factory=Memory)

    @property
    def name(self) -> str:
        return self.declared.name

    @property
    def pending_name(self) -> str:
        return pending_name(self.declared.secret, self.run)

    def mark(self, key: Key) -> str:
        return self.marks.of(self.name, key)

    def slots(self, policy: Policy) -> tuple[str, str]:
        return self.mark(policy.primary), self.mark(policy.secondary)

    def current(self, version: Version | None) -> Current | None:
        """The newest version; its key is "" where its value has another form than declared."""
        if version is None or version.value is None:
            return None
        key = key_in(self.declared.value, version.value)
        return tags.current(version, self.mark(key) if key else "")


def pending_name(secret: str, run: str) -> str:
    """Where a key waits: never a version of the secret itself, whose newest consumers get."""
    return f"{secret}--pending-{run}"
