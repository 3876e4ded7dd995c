"""Whose credential it is, and whether it may be used for writes."""

from __future__ import annotations

from hubwarden_cli.azure.identity import Identity, who
from hubwarden_cli.creds.desk import Desk
from hubwarden_cli.creds.exits import refused


def acting(desk: Desk) -> Identity:
    """Whom this machine's token names."""
    return who(desk.access.credential, desk.access.endpoints)


def writing(desk: Desk, *, as_me: bool) -> Identity:
    """The same for what changes something: a person has to mean it."""
    identity = acting(desk)
    if identity.is_person and not as_me:
        raise refused(
            f"this would act as {identity.name}, a person; give the machine an identity of its own,"
            " or say --as-me."
        )
    desk.events.tell("", "", "identity", {"name": identity.name, "tenant": identity.tenant})
    return identity
