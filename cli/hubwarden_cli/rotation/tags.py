"""The tags by which the vault remembers a rotation: the truth that no journal has to repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from hubwarden_cli.azure.vault import Version
from hubwarden_cli.rotation.rebuild import Traces
from hubwarden_cli.rotation.state import Current, Mark, Record, Slot

# Key Vault takes 15 tags, 256 characters a value.
MOST: Final = 15
_OURS: Final = (
    "run",
    "slot",
    "fp",
    "active",
    "before",
    "prev_version",
    "published_at",
    "grace_until",
    "state",
    "spare",
    "emergency",
)
ROOM: Final = MOST - len(_OURS)


@dataclass(frozen=True)
class Publication:
    """What the tags of a published version say beside the record."""

    run: str
    mark: Mark
    at: datetime
    grace: timedelta
    emergency: bool = False


def foreign(tags: Mapping[str, str]) -> dict[str, str]:
    """Those of other people, which go along; the vault takes ours beside ROOM of them."""
    return {name: text for name, text in tags.items() if name not in _OURS}


def staged(run: str, record: Record, *, emergency: bool = False) -> dict[str, str]:
    """Tags of a key that waits under a name of its own.

    That a run is an emergency is told where it is one: who lost its journal must not leave burnt
    keys in their slots for as long as acks are missing.
    """
    told = {"emergency": "yes"} if emergency else {}
    return told | {
        "run": run,
        "slot": record.standby.value,
        "active": record.active,
        "before": record.before,
        "prev_version": record.previous,
    }


def published(
    record: Record, key: str, publication: Publication, others: Mapping[str, str]
) -> dict[str, str]:
    """Tags of the version that consumers get; those of other people (`others`) go along."""
    return foreign(others) | {
        **staged(publication.run, record, emergency=publication.emergency),
        "fp": key,
        "published_at": publication.at.isoformat(),
        "grace_until": (publication.at + publication.grace).isoformat(),
        "state": publication.mark.value,
    }


def settled(tags: Mapping[str, str], spare: str) -> dict[str, str]:
    """The same version's tags once the old key is gone; `spare` is what is in the other slot."""
    return {**tags, "state": Mark.SETTLED.value, "spare": spare}


def adopted(
    key: str, slot: Slot, spare: str, publication: Publication, others: Mapping[str, str]
) -> dict[str, str]:
    """Tags of a version that no run published: the first, or one that came by other means."""
    return foreign(others) | {
        "run": publication.run,
        "slot": slot.value,
        "fp": key,
        "published_at": publication.at.isoformat(),
        "grace_until": (publication.at + publication.grace).isoformat(),
        "state": publication.mark.value,
        "spare": spare,
    }


def current(version: Version, key: str) -> Current:
    """What the newest version says; `key` is the fingerprint of its value."""
    tags = version.tags
    until = moment(tags.get("grace_until", ""))
    since = moment(tags.get("published_at", ""))
    if until and since and since < until and version.created:
        # The tags say when it was sent. A slow way to the vault must not cost a consumer its time.
        until = max(until, held_until(version.created, until - since))
    return Current(
        version=version.id,
        key=key,
        run=tags.get("run", "") if tags.get("fp") == key else "",
        mark=_mark(tags.get("state", "")),
        grace_until=until,
        spare=tags.get("spare", ""),
    )


def held_until(created: datetime, cache: timedelta) -> datetime:
    """Until when somebody may hold the version before one that was made then.

    Vaults drop the parts of a second.
    """
    return created + timedelta(seconds=1) + cache


def traces(tags: Mapping[str, str]) -> Traces | None:
    """What a run left behind; None where these are not the tags of one."""
    needed = ("slot", "active", "before", "prev_version")
    if any(name not in tags for name in needed) or tags["slot"] not in set(Slot):
        return None
    return Traces(
        Slot(tags["slot"]),
        tags["active"],
        tags["before"],
        tags["prev_version"],
        emergency=tags.get("emergency") == "yes",
    )


def moment(text: str) -> datetime | None:
    """A time with its zone, else None: a time that nobody can read ends no grace."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _mark(text: str) -> Mark | None:
    return Mark(text) if text in set(Mark) else None
