"""The small vault: the secrets API of Azure Key Vault, on a port of its own.

Clients build a vault's addresses from its host and take the ids of secrets apart by them, so that
a path before them would not survive.
"""

from __future__ import annotations

import time
from random import Random
from typing import Final, Literal

from hubwarden_cli.azure.clock import Clock

from . import credential
from .message import Answer, Request, azure_error
from .paging import page
from .secret_store import Secret, SecretStore, Version

_CHALLENGE: Final = (
    f'Bearer authorization="https://login.microsoftonline.com/{credential.TENANT}",'
    ' resource="https://vault.azure.net"'
)


class Vault:
    """Listings are in the order of the ids, which is none in time."""

    def __init__(
        self,
        name: str,
        clock: Clock,
        random: Random,
        *,
        purge_protection: bool,
        disabled: Literal[403, 404],
        page_size: int | None,
    ) -> None:
        self.name = name
        self.store = SecretStore(clock.now, random, protected=purge_protection)
        self._disabled = disabled
        self._page_size = page_size

    def answer(self, request: Request) -> Answer:
        """The world's lock is held."""
        if not credential.accepted(request.headers.get("authorization", ""), time.time()):
            refusal = azure_error(401, "Unauthorized", "AKV10000: the token is missing or expired.")
            return Answer(401, refusal.body, {"WWW-Authenticate": _CHALLENGE})
        if "api-version" not in request.query:
            return azure_error(400, "BadParameter", "api-version must be specified.")
        match [part for part in request.path.split("/") if part]:
            case ["secrets", *rest]:
                return self._secrets(request, rest)
            case ["deletedsecrets", *rest]:
                return self._deleted(request, rest)
        return azure_error(404, "NotFound", "The double does not do this.")

    def _secrets(self, request: Request, rest: list[str]) -> Answer:
        match request.method, rest:
            case "GET", []:
                return self._listed(request)
            case "GET", [name, "versions"]:
                return self._versions(request, name)
            case "GET", [name, *version] if len(version) < 2:
                return self._read(request, name, "".join(version))
            case "PUT", [name]:
                return self._shown(request, *self.store.set(name, request.json()))
            case "PATCH", [name, *version] if len(version) < 2:
                changed = self.store.update(name, "".join(version), request.json())
                return self._shown(request, *changed, value=False)
            case "DELETE", [name]:
                gone = self.store.delete(name)
                return Answer(200, self.store.deleted_bundle(request.origin, gone))
        return azure_error(405, "MethodNotAllowed", "The double does not do this.")

    def _deleted(self, request: Request, rest: list[str]) -> Answer:
        store, origin = self.store, request.origin
        match request.method, rest:
            case "GET", []:
                gone = [secret for secret in store.secrets.values() if secret.deleted is not None]
                listed = [store.deleted_bundle(origin, secret) for secret in gone]
                return page(listed, request, self._page_size)
            case "GET", [name]:
                return Answer(200, store.deleted_bundle(origin, store.gone(name)))
            case "DELETE", [name]:
                store.purge(name)
                return Answer(204)
            case "POST", [name, "recover"]:
                secret = store.recover(name)
                return self._shown(request, secret, secret.versions[-1], value=False)
        return azure_error(405, "MethodNotAllowed", "The double does not do this.")

    def _read(self, request: Request, name: str, version_id: str) -> Answer:
        secret, version = self.store.find(name, version_id)
        if version.enabled:
            return self._shown(request, secret, version)
        told = "Operation get is not allowed on a disabled secret."
        if self._disabled == 404:
            return azure_error(404, "NotFound", told)
        return azure_error(403, "Forbidden", told, "SecretDisabled")

    def _listed(self, request: Request) -> Answer:
        listed = []
        for secret in self.store.secrets.values():
            if secret.deleted is None and secret.versions:
                item = self._item(request, secret, secret.versions[-1])
                # The name's own id: a listing of secrets names no versions.
                listed.append({**item, "id": item["id"].rpartition("/")[0]})
        return page(listed, request, self._page_size)

    def _versions(self, request: Request, name: str) -> Answer:
        secret = self.store.living(name)
        ordered = sorted(secret.versions, key=lambda version: version.id)
        listed = [self._item(request, secret, version) for version in ordered]
        return page(listed, request, self._page_size)

    def _item(self, request: Request, secret: Secret, version: Version) -> dict[str, str]:
        return self.store.bundle(request.origin, secret, version, value=False)

    def _shown(
        self, request: Request, secret: Secret, version: Version, *, value: bool = True
    ) -> Answer:
        return Answer(200, self.store.bundle(request.origin, secret, version, value=value))
