"""What stands for a key where the key itself must not be: journal, plan, tags."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

from hubwarden_cli.azure.key import Key

# The secret of a vault that keeps its fingerprints from being guessed. It is made once: with
# another one no old fingerprint would fit any more.
SECRET: Final = "hubwarden-fp"  # noqa: S105 (its name)
_BYTES: Final = 16


@dataclass(frozen=True)
class Fingerprints:
    """HMAC-SHA256 under a secret that only the vault holds, so that a weak key stays safe too."""

    secret: Key

    def of(self, credential: str, key: Key) -> str:
        """The same key has another fingerprint in another credential, and the same in each slot."""
        text = f"{credential.casefold()}\0{key.reveal()}"
        digest = hmac.digest(self.secret.reveal().encode(), text.encode(), "sha256")
        return digest[:_BYTES].hex()
