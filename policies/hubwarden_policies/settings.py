"""`hubwarden.toml` at a project's root: what a team decides and what its program needs to run.

devices = "internet"                 # or a table by stack: { dev = "internet", prod = "private" }
allow_empty = true                   # a stack without anything to judge is no failure

[allow]
hub_policies = ["dps-link"]          # shared access policies that a hub may have
dps_policies = ["enrolment"]

[check]
environment = ["REGION"]             # variables of the caller that the program may see
timeout = 120                        # seconds, per stack and run

[check.config]                       # stand-ins for secret or missing config values
"app:replicas" = 3

[check.stacks."acme/network/prod"]   # outputs of referenced stacks
subnetId = "/subscriptions/…"

[check.calls."azure-native:network:getSubnet"]              # results of functions
id = "/subscriptions/…"

[check.outputs."azure-native:network:VirtualNetwork"]       # outputs of resources, by type or URN
guid = "00000000-0000-0000-0000-000000000000"
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    field_validator,
)

from hubwarden_policies import team as defaults
from hubwarden_policies.model import Location
from hubwarden_policies.team import Team

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

FILE: Final = "hubwarden.toml"
Devices = Literal["internet", "private"]
_LIMITS: Final = defaults.Limits()


class SettingsError(Exception):
    """The settings cannot be used; the text is one sentence with the place and a way out."""

    def __init__(self, sentence: str, location: Location) -> None:
        super().__init__(sentence)
        self.location = location


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Allow(_Table):
    """What may exist although the rules would refuse it."""

    hub_policies: list[str] = Field(
        default=[], description="Shared access policies that a hub may have."
    )
    dps_policies: list[str] = Field(
        default=[], description="Shared access policies that a DPS may have."
    )
    linked_hubs: list[str] = Field(
        default=[],
        description="Host names of hubs of other stacks that a DPS may link.",
        examples=[["iot-prod.azure-devices.net"]],
    )
    deployers: list[str] = Field(
        default=[],
        description="Principal ids that deploy, and so may hold roles that can list keys.",
    )


class Limits(_Table):
    """Thresholds that rules compare with."""

    widest_range: Annotated[int, Field(ge=1, le=32)] = Field(
        default=_LIMITS.widest_range,
        description="Shortest prefix of a public IPv4 range that a filter may let in.",
    )
    widest_ipv6_range: Annotated[int, Field(ge=1, le=128)] = Field(
        default=_LIMITS.widest_ipv6_range,
        description="Shortest prefix of a public IPv6 range that a filter may let in.",
    )
    upload_hours: PositiveFloat = Field(
        default=_LIMITS.upload_hours, description="Hours that a file upload's SAS URL may live."
    )
    certificate_days: PositiveInt = Field(
        default=_LIMITS.certificate_days, description="Days that a certificate must have left."
    )
    secret_days: PositiveInt = Field(
        default=_LIMITS.secret_days, description="Days that a secret of a vault may live."
    )
    key_days: PositiveInt = Field(
        default=_LIMITS.key_days, description="Days that a key of a vault may live."
    )
    log_days: PositiveInt = Field(
        default=_LIMITS.log_days, description="Days that a workspace must keep its logs."
    )


class Fixtures(_Table):
    """What a program needs from the outside while it is checked.

    `environment` names variables of the caller that are passed on. `timeout` is in seconds, per
    stack and run. `config` is keyed `namespace:key`, `stacks` by the name in the StackReference,
    `calls` by the function's token, `outputs` by a resource's type token or URN.
    """

    environment: list[str] = []
    timeout: PositiveFloat | None = None
    config: dict[str, JsonValue] = {}
    stacks: dict[str, dict[str, JsonValue]] = {}
    calls: dict[str, dict[str, JsonValue]] = {}
    outputs: dict[str, dict[str, JsonValue]] = {}


class Settings(_Table):
    """The whole file; without one, everything is as its defaults say."""

    devices: Devices | dict[str, Devices] | None = None
    allow_empty: bool = False
    allow: Allow = Allow()
    limits: Limits = Limits()
    check: Fixtures = Fixtures()

    @field_validator("devices", mode="before")
    @classmethod
    def _reachable(cls, value: object) -> object:
        words = value.values() if isinstance(value, Mapping) else (value,)
        if any(word not in ("internet", "private") for word in words):
            raise ValueError('must be "internet" or "private", or a table of these by stack')
        return value


def read_settings(root: Path) -> Settings:
    """The settings of the project in this folder; the defaults where it has no `hubwarden.toml`.

    Raises `SettingsError` where the file cannot be read, is no TOML or says what nobody knows.
    """
    try:
        text = (root / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        reason = (
            "is not UTF-8" if isinstance(error, ValueError) else f"cannot be read: {error.strerror}"
        )
        raise SettingsError(f"{FILE} {reason}", Location(FILE, 1)) from None
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r" \(at line (\d+), column (\d+)\)", str(error))
        line = int(place[1]) if place else text.count("\n") + 1
        reason = str(error)[: place.start() if place else None].split(" (at ")[0]
        raise SettingsError(
            f"{FILE}:{line}: this is no TOML: {reason}",
            Location(FILE, line, int(place[2]) if place else None),
        ) from None
    except ValidationError as error:
        raise _wrong(error, text) from None


def team(settings: Settings, stack: str, today: date) -> Team:
    """What the team decided for this stack."""
    devices = settings.devices
    return Team(
        today=today,
        devices=devices.get(stack) if isinstance(devices, Mapping) else devices,
        hub_policies=tuple(settings.allow.hub_policies),
        dps_policies=tuple(settings.allow.dps_policies),
        linked_hubs=tuple(settings.allow.linked_hubs),
        deployers=tuple(settings.allow.deployers),
        limits=defaults.Limits(**settings.limits.model_dump()),
    )


def _wrong(error: ValidationError, text: str) -> SettingsError:
    first = error.errors(include_url=False, include_input=False)[0]
    keys = [str(key) for key in first["loc"]]
    line = _line(text, keys)
    if first["type"] == "extra_forbidden":
        *tables, key = keys
        known = _keys(tables)
        near = difflib.get_close_matches(key, known, 1, cutoff=0.5)
        way_out = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(known)}"
        where = f" in [{'.'.join(tables)}]" if tables else ""
        sentence = f'there is no key "{key}"{where}; {way_out}'
    else:
        said = (
            first["msg"].removeprefix("Value error, ").removeprefix("Input ").removeprefix("input ")
        )
        sentence = f"{'.'.join(keys)} {_in_toml(said)}"
    return SettingsError(f"{FILE}:{line}: {sentence}", Location(FILE, line))


def _in_toml(said: str) -> str:
    said = re.sub(r"dictionary.*", "table", said)
    return said.replace("valid boolean", "true or false").replace("a true", "true")


def _keys(tables: Sequence[str]) -> list[str]:
    model: type[BaseModel] = Settings
    for table in tables:
        model = cast("type[BaseModel]", model.model_fields[table].annotation)
    return list(model.model_fields)


def _line(text: str, keys: Sequence[str]) -> int:
    """The line of the statement that brings this key in: TOML's parser alone knows its grammar."""
    lines = text.splitlines(keepends=True)
    start = 1
    for end in range(1, len(lines) + 1):
        try:
            data: Any = tomllib.loads("".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue
        for key in keys:
            data = data.get(key) if isinstance(data, dict) else data
        if data is not None:
            return next(
                (n for n in range(start, end + 1) if lines[n - 1].strip().partition("#")[0]), end
            )
        start = end + 1
    return 1
