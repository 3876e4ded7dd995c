"""Adoption: the vault gets a version with tags, so that rotations know what consumers hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from hubwarden_cli.azure.clock import Clock, utc
from hubwarden_cli.azure.vault import Vault
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation import tags
from hubwarden_cli.rotation.consumers import Credential
from hubwarden_cli.rotation.fingerprints import Fingerprints
from hubwarden_cli.rotation.kinds.kind import Source
from hubwarden_cli.rotation.state import Mark, Slot
from hubwarden_cli.rotation.value import key_in, value_of

RUN = "adopted"


class Adopted(StrEnum):
    """What an adoption did."""

    TAGGED = "tagged"
    PUBLISHED = "published"
    KNOWN = "known"


@dataclass(frozen=True)
class Adoption:
    """Where it is done. `force` adopts a version that an unfinished run has published."""

    source: Source
    vault: Vault
    marks: Fingerprints
    clock: Clock
    force: bool = False

    def adopt(self, declared: Credential) -> Adopted:
        """Tag the newest version where it holds one of the keys, else publish the primary key.

        May be repeated. Never changes a key. Refusal where there is no such policy or a run is
        under way.
        """
        policy = self.source.read().policies.get(declared.policy)
        if policy is None:
            raise Refusal(f"{declared.id.name} has no policy {declared.policy!r}.")
        newest = self.vault.current(declared.secret)
        key = key_in(declared.value, newest.value) if newest and newest.value else None
        slot = next((slot for slot in Slot if key is not None and policy.key(slot) == key), None)
        found = newest.tags if newest else {}
        if found.get("state") == Mark.CURRENT and not self.force:
            raise Refusal(
                f"run {found.get('run')} is not finished; `hubwarden creds resume"
                f" {found.get('run')}`, or adopt with --force what it has left."
            )
        grace = timedelta() if slot else declared.grace
        kept = slot or Slot.PRIMARY
        publication = tags.Publication(RUN, Mark.SETTLED, utc(self.clock), grace)
        wanted = tags.adopted(
            self.marks.of(declared.name, policy.key(kept)),
            kept,
            self.marks.of(declared.name, policy.key(kept.other)),
            publication,
            found,
        )
        if newest and slot:
            if all(found.get(name) == wanted[name] for name in ("fp", "slot", "spare")):
                return Adopted.KNOWN
            self.vault.tag(declared.secret, newest.id, wanted)
            return Adopted.TAGGED
        value = value_of(declared.value, self.source.host, declared.policy, policy.key(kept))
        self.vault.set(declared.secret, value, wanted)
        return Adopted.PUBLISHED
