"""What of the things themselves forbids a rotation, whoever works: sentences with a way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from hubwarden_cli.azure.vault import Version
from hubwarden_cli.rotation import tags
from hubwarden_cli.rotation.consumers import HUB, Credential
from hubwarden_cli.rotation.kinds.kind import Copy, Reading

_BY_IDENTITY: Final = {
    True: "give these endpoints authenticationType identityBased",
    False: "link these hubs by identity",
}


def unfit(
    declared: Credential, reading: Reading, copies: Mapping[str, Copy], *, accept_masked: bool
) -> str:
    """Why the resource, or where the key's copies are, must not be written; "" where it may."""
    if not reading.local_auth:
        return (
            "keys are switched off on the resource (disableLocalAuth), so that its keys open"
            " nothing; take the credential out of consumers.toml."
        )
    if accept_masked:
        return ""
    hub = declared.id.provider_type == HUB
    if reading.masked:
        return _stars("the hub" if hub else "the DPS", reading.masked, _BY_IDENTITY[hub])
    for name, copy in copies.items():
        if found := copy.masked():
            return _stars(f"the DPS {name.rpartition('/')[2]}", found, _BY_IDENTITY[False])
    return ""


def crowded(newest: Version | None) -> str:
    """Why the vault would not take our tags; "" where it does."""
    count = len(tags.foreign(newest.tags)) if newest else 0
    if count <= tags.ROOM:
        return ""
    return (
        f"the secret has {count} tags of others, and beside ours the vault takes {tags.ROOM}: take"
        " some away."
    )


def _stars(what: str, paths: Sequence[str], way: str) -> str:
    return (
        f"{what} shows stars in place of a secret ({', '.join(paths)}), and a write would send"
        f" them back: {way}, or accept the risk with --accept-masked."
    )
