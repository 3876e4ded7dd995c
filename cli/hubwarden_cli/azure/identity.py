"""Who acts: the credential that this machine has, and whom it stands for."""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import dataclass
from typing import Any

from azure.core.credentials import TokenCredential

from hubwarden_cli.azure.clouds import Cloud
from hubwarden_cli.azure.endpoints import Endpoints
from hubwarden_cli.azure.failures import NoCredential
from hubwarden_cli.azure.wire import answered


@dataclass(frozen=True)
class Identity:
    """Whom a token names. `name` is a user's principal name or the id of an application."""

    tenant: str
    object_id: str
    name: str
    is_person: bool


def credential(cloud: Cloud) -> TokenCredential:
    """What Azure's libraries find here: environment, workload or managed identity, az, and so on.

    AZURE_TOKEN_CREDENTIALS narrows the choice.
    """
    from azure.identity import DefaultAzureCredential  # its import takes most of a second

    # It warns of all that it tried, in a dozen lines, which Python prints where nobody takes logs.
    # We say it in one sentence.
    logging.getLogger("azure").addHandler(logging.NullHandler())
    return DefaultAzureCredential(authority=cloud.authority)


def who(credential: TokenCredential, endpoints: Endpoints) -> Identity:
    """Whom the token for ARM names, by its claims; ARM checks them, we only read.

    NoCredential where there is no token, or none that says whom it is for.
    """
    token = answered(
        lambda: credential.get_token(endpoints.cloud.arm_scope),
        "token",
        f"https://{endpoints.cloud.authority}",
    )
    claims = _claims(token.token)
    name = next(
        (
            claims[key]
            for key in ("upn", "unique_name", "preferred_username", "appid")
            if claims.get(key)
        ),
        "",
    )
    kind = claims.get("idtyp")
    return Identity(
        tenant=str(claims.get("tid", "")),
        object_id=str(claims.get("oid", "")),
        name=str(name),
        # Only a token on behalf of a user has a scope.
        is_person=kind == "user" or (kind is None and "scp" in claims),
    )


def _claims(token: str) -> dict[str, Any]:
    parts = token.split(".")
    claims: object = None
    if len(parts) == 3:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        try:
            claims = json.loads(base64.urlsafe_b64decode(padded))
        except ValueError:
            claims = None
    if not isinstance(claims, dict):
        raise NoCredential("The token for Azure says nothing of its holder: run `az login` again.")
    return claims
