"""Secrets of a Key Vault, whose values are keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from azure.core.credentials import TokenCredential
from azure.core.exceptions import HttpResponseError
from azure.keyvault.secrets import KeyVaultSecret, SecretClient, SecretProperties

from hubwarden_cli.azure.channel import Patience
from hubwarden_cli.azure.failures import Astray, Failure, Missing
from hubwarden_cli.azure.key import Key
from hubwarden_cli.azure.wire import Wire, answered, code_of, told_in

T = TypeVar("T")


@dataclass(frozen=True)
class Version:
    """A version of a secret; `id` is the version alone. A listing brings no value."""

    name: str
    id: str
    value: Key | None
    tags: Mapping[str, str]
    enabled: bool
    created: datetime | None
    expires: datetime | None


class Vault:
    """One vault. Reads are repeated; each write is sent once, and fails as in `failures`."""

    def __init__(
        self,
        url: str,
        credential: TokenCredential,
        verify: bool | str = True,
        verify_challenge: bool = True,
        api_version: str | None = None,
        *,
        wire: Wire | None = None,
    ) -> None:
        """`verify_challenge=False` takes a challenge for any domain, as a vault on localhost has.

        `api_version` is for vaults that do not know the SDK's own.
        """
        self._url = url
        options: dict[str, Any] = {} if api_version is None else {"api_version": api_version}
        self._client = SecretClient(
            url,
            credential,
            transport=(wire or Wire()).transport(verify),
            verify_challenge_resource=verify_challenge,
            # A redirect would take the body along, and a key in it, to any host.
            permit_redirects=False,
            # No environment variable may turn on what writes bodies to the log.
            logging_enable=False,
            retry_policy=Patience(),
            **options,
        )

    def current(self, name: str) -> Version | None:
        """The newest version, which is what consumers get; None if missing or disabled.

        Azure answers 403 for a disabled one, others answer 404.
        """

        def newest() -> KeyVaultSecret | None:
            try:
                return self._client.get_secret(name)
            except HttpResponseError as error:
                if error.status_code == 404 or _disabled(error):
                    return None
                raise

        secret = self._asked(newest, "get", name)
        return None if secret is None else _version(secret.properties, secret.value)

    def get(self, name: str, id: str) -> Version:  # noqa: A002 (of a version)
        """The version with this id; Missing if there is none."""
        secret = self._asked(lambda: self._client.get_secret(name, id), "get", name)
        return _version(secret.properties, secret.value)

    def versions(self, name: str) -> tuple[Version, ...]:
        """Every version, without values and in no order; none for a secret that is missing."""
        try:
            found = self._asked(
                lambda: list(self._client.list_properties_of_secret_versions(name)), "list", name
            )
        except Missing:
            return ()
        return tuple(_version(properties, None) for properties in found)

    def names(self) -> tuple[str, ...]:
        """The names of all secrets that are not deleted."""
        listed = self._asked(lambda: list(self._client.list_properties_of_secrets()), "list", "*")
        return tuple(properties.name for properties in listed if properties.name)

    def set(
        self,
        name: str,
        value: Key,
        tags: Mapping[str, str],
        expires: datetime | None = None,
        content_type: str | None = None,
    ) -> Version:
        """Make a new version. Unanswered: look for it by its tags, never set it again blindly."""
        secret = self._asked(
            lambda: self._client.set_secret(
                name,
                value.reveal(),
                tags=dict(tags),
                expires_on=expires,
                content_type=content_type,
                retry_total=0,
            ),
            "set",
            name,
        )
        return _version(secret.properties, secret.value)

    def tag(
        self,
        name: str,
        id: str,  # noqa: A002
        tags: Mapping[str, str],
        enabled: bool | None = None,
    ) -> None:
        """Replace all tags of a version; a second time changes nothing."""
        self._asked(
            lambda: self._client.update_secret_properties(
                name, id, tags=dict(tags), enabled=enabled, retry_total=0
            ),
            "tag",
            name,
        )

    def delete(self, name: str) -> None:
        """Delete a secret with all its versions; one that is gone already is fine."""
        try:
            self._asked(
                lambda: self._client.begin_delete_secret(name, retry_total=0).wait(60),
                "delete",
                name,
            )
        except Missing:
            return

    def purge(self, name: str) -> bool:
        """Whether a deleted secret could be removed for good: not where the vault protects it."""
        try:
            self._asked(
                lambda: self._client.purge_deleted_secret(name, retry_total=0), "purge", name
            )
        except Failure:
            return False
        return True

    def _asked(self, call: Callable[[], T], verb: str, name: str) -> T:
        what = f"{verb} secret {name}"
        try:
            return answered(call, what, self._url)
        except ValueError as error:
            # The SDK refuses a challenge for another domain so.
            if "challenge" not in str(error):
                raise
        raise Astray(what, "in the challenge of the vault")


def _disabled(error: HttpResponseError) -> bool:
    """By the inner code, as recorded of Azure (azure-sdk-for-js issue 24756).

    A word of the message will not do: a vault whose public access is Disabled says so in its 403,
    and a secret that is there must not pass for one that is not.
    """
    return error.status_code == 403 and code_of(told_in(error)) == "SecretDisabled"


def _version(properties: SecretProperties, value: str | None) -> Version:
    return Version(
        name=properties.name or "",
        id=properties.version or "",
        value=None if value is None else Key(value),
        tags=dict(properties.tags or {}),
        enabled=properties.enabled is not False,
        created=properties.created_on,
        expires=properties.expires_on,
    )
