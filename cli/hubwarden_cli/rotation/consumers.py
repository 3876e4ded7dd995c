"""consumers.toml: which credentials there are, who reads them, and for how long they may hold them.

Nothing in it is secret. It is read, never run.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from datetime import timedelta
from math import ceil
from pathlib import Path
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from hubwarden_cli.azure.endpoints import label
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.amiss import amiss
from hubwarden_cli.rotation.value import Form

FILE: Final = "consumers.toml"
HUB: Final = "Microsoft.Devices/IotHubs"
DPS: Final = "Microsoft.Devices/provisioningServices"
_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _seconds(text: object) -> object:
    if isinstance(text, str) and (found := re.fullmatch(r"(\d{1,9})([smhd])", text)):
        return timedelta(seconds=int(found[1]) * _UNITS[found[2]])
    if isinstance(text, timedelta):
        return text
    raise ValueError('give a whole number with its unit, as in "90s", "45m", "26h" or "90d"')


def _text(given: timedelta) -> str:
    return f"{ceil(given.total_seconds())}s"


def rotatable(text: str) -> str:
    """The id of a hub or DPS in its canonical form; else a ValueError says what to give."""
    found = _named(text)
    if found.provider_type not in (HUB, DPS):
        raise ValueError(f"give an IoT hub or a DPS; {found.provider_type} is not rotated yet")
    return found.path


def _dps(text: str) -> str:
    found = _named(text)
    if found.provider_type != DPS:
        raise ValueError("give the resource id of a DPS")
    return found.path


def _named(text: str) -> ResourceId:
    """Its name is a part of host names, and no other characters may get in there."""
    found = ResourceId.parse(text)
    label(found.name)
    return found


Duration = Annotated[
    timedelta,
    BeforeValidator(_seconds, json_schema_input_type=str),
    # As it is read: plans and journals bring declarations along.
    PlainSerializer(_text, return_type=str, when_used="json"),
]
SecretName = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,80}$")]
VaultName = Annotated[str, Field(pattern=r"^[A-Za-z][0-9A-Za-z-]{1,22}[0-9A-Za-z]$")]
Argv = Annotated[tuple[str, ...], Field(min_length=1)]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Consumer(_Declared):
    """Who reads the secret.

    `cache` is how long it may go on with what it read. `hook` makes it read again (an argv, no
    shell); `ack` exits 0 once it holds the version that HUBWARDEN_VERSION names.
    """

    name: Annotated[str, Field(pattern=r"^[\w.-]{1,64}$")]
    cache: Duration
    hook: Argv | None = None
    ack: Argv | None = None
    ack_required: bool = False

    @model_validator(mode="after")
    def _answerable(self) -> Consumer:
        if self.ack_required and self.ack is None:
            raise ValueError("ack_required needs `ack`, the command that tells")
        return self


class Copy(_Declared):
    """Another secret with the same value, for those who cannot read the first."""

    vault: VaultName
    secret: SecretName


class Credential(_Declared):
    """A shared access policy and the secret that its consumers read its key from."""

    resource: Annotated[str, AfterValidator(rotatable)]
    policy: Annotated[str, Field(min_length=1, max_length=64)]
    vault: VaultName
    secret: SecretName
    value: Form = Form.CONNECTION_STRING
    max_age: Duration = timedelta(days=90)
    consumers: tuple[Consumer, ...] = ()
    links: tuple[Annotated[str, AfterValidator(_dps)], ...] = ()
    copies: tuple[Copy, ...] = ()

    @property
    def id(self) -> ResourceId:
        return ResourceId.parse(self.resource)

    @property
    def name(self) -> str:
        """What plans and journals call it: the resource's id and the policy."""
        return f"{self.resource}/{self.policy}"

    @property
    def slowest(self) -> Consumer | None:
        """The consumer that dictates the grace."""
        return max(self.consumers, key=lambda one: one.cache, default=None)

    @property
    def grace(self) -> timedelta:
        return self.slowest.cache if self.slowest else timedelta()

    @model_validator(mode="after")
    def _sound(self) -> Credential:
        names = [one.name for one in self.consumers]
        if len(set(names)) < len(names):
            raise ValueError("two consumers have the same name")
        if self.links and self.id.provider_type != HUB:
            raise ValueError("only a hub's key is used by links")
        return self


class Consumers(_Declared):
    """The whole file. `leases` is https://ACCOUNT/CONTAINER as "ACCOUNT/CONTAINER"."""

    version: Annotated[int, Field(ge=1, le=1)] = 1
    leases: Annotated[str, Field(pattern=r"^[a-z0-9]{3,24}/[a-z0-9-]{3,63}$")] | None = None
    credentials: tuple[Credential, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Consumers:
        for what, names in (
            ("credential", [one.name.casefold() for one in self.credentials]),
            ("secret", [f"{one.vault}/{one.secret}".casefold() for one in self.credentials]),
        ):
            if len(set(names)) < len(names):
                raise ValueError(f"a {what} is declared twice")
        return self


def read_consumers(path: Path) -> tuple[Consumers, str]:
    """The declarations and the file's sha256; Refusal says what to change in it."""
    try:
        content = path.read_bytes()
        given = Consumers.model_validate(tomllib.loads(content.decode()))
    except OSError as error:
        raise Refusal(
            f"{path} cannot be read ({error.strerror}): it declares which credentials there are"
            " and who reads them; name it by --consumers, or begin one as docs/rotation.md shows."
        ) from None
    except ValidationError as error:
        raise Refusal(f"{path}, {amiss(error, Consumers)}.") from None
    except UnicodeDecodeError:
        raise Refusal(f"{path} is no TOML: it is no text in UTF-8.") from None
    except ValueError as error:
        raise Refusal(f"{path} is no TOML: {error}.") from None
    return given, hashlib.sha256(content).hexdigest()
