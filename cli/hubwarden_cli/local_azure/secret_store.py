"""The secrets of a vault: versions, deletion and Azure's limits.

Limits: Azure Key Vault, "About Azure Key Vault secrets" and "service limits" (15 tags, 256
characters a tag value, 512 a tag key, 25 kB a value, names of letters, digits and hyphens).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from .message import Json, Problem, azure_error

_NAME: Final = re.compile(r"[0-9a-zA-Z-]{1,127}")
_TAGS, _TAG_KEY, _TAG_VALUE = 15, 512, 256
_VALUE: Final = 25 * 1024
_DAYS: Final = 90


@dataclass
class Version:
    """Times are whole seconds since 1970, as Key Vault gives them."""

    id: str
    value: str = field(repr=False)
    content_type: str | None
    tags: dict[str, str]
    enabled: bool
    created: int
    updated: int
    expires: int | None
    not_before: int | None


@dataclass
class Secret:
    """`versions` in the order in which they were set. `deleted` is None while it lives."""

    name: str
    versions: list[Version] = field(default_factory=list)
    deleted: int | None = None


class SecretStore:
    """The secrets of one vault by their names, which are the same in any case."""

    def __init__(self, now: Callable[[], float], random: Random, *, protected: bool) -> None:
        self._now, self._random, self._protected = now, random, protected
        self.secrets: dict[str, Secret] = {}

    def set(self, name: str, body: Json) -> tuple[Secret, Version]:
        """A new version, which is what an unversioned read brings from now on."""
        if not _NAME.fullmatch(name):
            raise _bad("The request URI contains an invalid name.")
        value = body.get("value")
        if not isinstance(value, str):
            raise _bad("The request body must have the secret's value.")
        if len(value.encode()) > _VALUE:
            raise _bad("The secret's value is longer than 25 kB.")
        secret = self.secrets.setdefault(name.lower(), Secret(name))
        if secret.deleted is not None:
            told = f"Secret {name} is currently in a deleted but recoverable state."
            raise Problem(azure_error(409, "Conflict", told, "ObjectIsDeletedButRecoverable"))
        now, attributes = int(self._now()), body.get("attributes") or {}
        version = Version(
            id=self._random.randbytes(16).hex(),
            value=value,
            content_type=body.get("contentType"),
            tags=_tags(body.get("tags")),
            enabled=attributes.get("enabled", True) is not False,
            created=now,
            updated=now,
            expires=attributes.get("exp"),
            not_before=attributes.get("nbf"),
        )
        secret.versions.append(version)
        return secret, version

    def update(self, name: str, version_id: str, body: Json) -> tuple[Secret, Version]:
        """Whatever of tags, attributes and content type the body names; never the value."""
        secret, version = self.find(name, version_id)
        attributes = body.get("attributes") or {}
        if body.get("tags") is not None:
            version.tags = _tags(body["tags"])
        if attributes.get("enabled") is not None:
            version.enabled = bool(attributes["enabled"])
        version.expires = attributes.get("exp", version.expires)
        version.not_before = attributes.get("nbf", version.not_before)
        version.content_type = body.get("contentType", version.content_type)
        version.updated = int(self._now())
        return secret, version

    def find(self, name: str, version_id: str = "") -> tuple[Secret, Version]:
        """A version, or the newest; 404 where there is none."""
        secret = self.living(name)
        for version in reversed(secret.versions):
            if version_id in ("", version.id):
                return secret, version
        raise _missing(name)

    def living(self, name: str) -> Secret:
        """A secret that is not deleted."""
        secret = self.secrets.get(name.lower())
        if secret is None or secret.deleted is not None or not secret.versions:
            raise _missing(name)
        return secret

    def gone(self, name: str) -> Secret:
        """A deleted secret that can still be recovered."""
        secret = self.secrets.get(name.lower())
        if secret is None or secret.deleted is None:
            raise _missing(name)
        return secret

    def delete(self, name: str) -> Secret:
        """Softly, as in every vault of today."""
        secret = self.living(name)
        secret.deleted = int(self._now())
        return secret

    def recover(self, name: str) -> Secret:
        secret = self.gone(name)
        secret.deleted = None
        return secret

    def purge(self, name: str) -> None:
        """For good, unless the vault forbids it."""
        self.gone(name)
        if self._protected:
            told = 'Operation "purge" is not allowed: purge protection is enabled.'
            raise Problem(azure_error(403, "Forbidden", told, "ForbiddenByPurgeProtection"))
        del self.secrets[name.lower()]

    def bundle(self, origin: str, secret: Secret, version: Version, *, value: bool) -> Json:
        """As the service shows a version."""
        level = "Recoverable" if self._protected else "Recoverable+Purgeable"
        attributes: dict[str, Any] = {
            "enabled": version.enabled,
            "created": version.created,
            "updated": version.updated,
            "exp": version.expires,
            "nbf": version.not_before,
            "recoveryLevel": level,
            "recoverableDays": _DAYS,
        }
        return {
            **({"value": version.value} if value else {}),
            **({"contentType": version.content_type} if version.content_type else {}),
            "id": f"{origin}/secrets/{secret.name}/{version.id}",
            "attributes": {key: known for key, known in attributes.items() if known is not None},
            "tags": version.tags,
        }

    def deleted_bundle(self, origin: str, secret: Secret) -> Json:
        """As the service shows what was deleted: its newest version, and until when it is kept."""
        at = secret.deleted or 0
        return {
            **self.bundle(origin, secret, secret.versions[-1], value=False),
            "recoveryId": f"{origin}/deletedsecrets/{secret.name}",
            "deletedDate": at,
            "scheduledPurgeDate": at + _DAYS * 86_400,
        }


def _tags(given: Any) -> dict[str, str]:
    tags = dict(given or {})
    if len(tags) > _TAGS:
        raise _bad(f"A secret has {_TAGS} tags at most.")
    for key, value in tags.items():
        if len(key) > _TAG_KEY or len(value) > _TAG_VALUE:
            raise _bad(f"A tag has {_TAG_KEY} characters of key and {_TAG_VALUE} of value at most.")
    return tags


def _bad(message: str) -> Problem:
    return Problem(azure_error(400, "BadParameter", message))


def _missing(name: str) -> Problem:
    told = f"A secret with (name/id) {name} was not found in this key vault."
    return Problem(azure_error(404, "SecretNotFound", told))
