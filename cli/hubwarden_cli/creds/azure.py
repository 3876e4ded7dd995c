"""What a command reaches Azure by. Tests and the drill put their own in its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubwarden_cli.rotation.access import Access

AccessOf = Callable[[str], "Access"]


def access(cloud: str) -> Access:
    """By the credential that Azure's libraries find here, to the addresses of the cloud.

    Keys that open something come through this alone, so that from here on nobody dumps us.
    """
    from hubwarden_cli.azure.clouds import CLOUDS
    from hubwarden_cli.azure.endpoints import Endpoints
    from hubwarden_cli.azure.identity import credential
    from hubwarden_cli.creds.undumped import undumped
    from hubwarden_cli.rotation.access import Access

    undumped()
    known = CLOUDS[cloud]
    return Access(Endpoints(known), credential(known))
