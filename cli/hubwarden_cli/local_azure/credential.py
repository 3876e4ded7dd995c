"""Tokens that the double takes, in the shape of Entra ID's, and a credential that gives them.

Their times are the machine's, not the double's: azure-core keeps tokens by the machine's clock.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, AccessTokenInfo

TENANT: Final = "7e57aaaa-0000-4000-8000-000000000001"
OBJECT: Final = "7e57aaaa-0000-4000-8000-000000000002"
_ISSUER: Final = f"https://localhost/{TENANT}/"


def bearer(scope: str, until: float, who: str = "practice@localhost") -> str:
    """A token for a scope. It is signed by nobody, which is how the double knows it."""
    claims = {
        "aud": scope.removesuffix("/.default"),
        "iss": _ISSUER,
        "exp": int(until),
        "tid": TENANT,
        "oid": OBJECT,
        **({"upn": who, "idtyp": "user"} if "@" in who else {"appid": who, "idtyp": "app"}),
    }
    return ".".join((_part({"typ": "JWT", "alg": "none"}), _part(claims), ""))


def accepted(header: str, now: float) -> bool:
    """Whether an Authorization header holds a token of `bearer` that has not expired."""
    kind, _, text = header.partition(" ")
    parts = text.split(".")
    if kind != "Bearer" or len(parts) != 3:
        return False
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    except ValueError:
        return False
    return bool(claims.get("iss") == _ISSUER and claims.get("exp", 0) > now)


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@dataclass(frozen=True)
class LocalCredential:
    """A TokenCredential of azure-core. `who` is a person where it holds an @, else a program."""

    who: str = "practice@localhost"
    lifetime: float = 3600
    clock: Callable[[], float] = time.time

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        from azure.core.credentials import AccessToken

        until = self.clock() + self.lifetime
        return AccessToken(bearer(scopes[0], until, self.who), int(until))

    def get_token_info(self, *scopes: str, options: Any = None) -> AccessTokenInfo:  # noqa: ARG002
        from azure.core.credentials import AccessTokenInfo

        until = self.clock() + self.lifetime
        return AccessTokenInfo(bearer(scopes[0], until, self.who), int(until))

    def close(self) -> None:
        """Nothing is open."""
