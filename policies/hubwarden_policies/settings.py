"""`hubwarden.toml` at a project's root: what a team decides, and what its program needs to run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, JsonValue, PositiveFloat, PositiveInt, field_validator

from hubwarden_policies import team as defaults
from hubwarden_policies.policy_file import Table
from hubwarden_policies.team import Level, Team

if TYPE_CHECKING:
    from datetime import date

FILE: Final = "hubwarden.toml"
Devices = Literal["internet", "private"]
_LIMITS: Final = defaults.Limits()


class Allow(Table):
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


class Limits(Table):
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


class Lives(Table):
    """The longest life of a waiver, in days from today, by the severity of what it waives."""

    critical: PositiveInt = Field(default=30, description="Days for a critical finding.")
    high: PositiveInt = Field(default=90, description="Days for a high one.")
    medium: PositiveInt = Field(default=180, description="Days for a medium one.")
    low: PositiveInt = Field(default=365, description="Days for a low one.")
    info: PositiveInt = Field(default=365, description="Days for information.")


class Fixtures(Table):
    """What a program needs from the outside while it is checked, and what is not to be checked."""

    environment: list[str] = Field(
        default=[], description="Variables of the caller that the program may see."
    )
    timeout: PositiveFloat | None = Field(
        default=None, description="Seconds, per stack and run. Left out: 120."
    )
    config: dict[str, JsonValue] = Field(
        default={},
        description="Stand-ins for secret or missing config values, by `namespace:key`.",
    )
    stacks: dict[str, dict[str, JsonValue]] = Field(
        default={}, description="Outputs of other stacks, by the name in the StackReference."
    )
    calls: dict[str, dict[str, JsonValue]] = Field(
        default={}, description="Results of functions, by token."
    )
    outputs: dict[str, dict[str, JsonValue]] = Field(
        default={}, description="Outputs of resources, by type token or URN."
    )
    leave_out: list[str] = Field(
        default=[],
        description="Files and folders that the walk of a folder leaves out, from this file's "
        "folder on; `*` is any text. Whoever names one has it checked.",
        examples=[["tests/**", "*.test.bicep"]],
    )


class Settings(Table):
    """The whole file; without one, everything is as its defaults say."""

    extends: str | None = Field(
        default=None,
        description="A file like this one, or a folder with one, for what this file leaves out.",
    )
    devices: Devices | dict[str, Devices] | None = Field(
        default=None,
        description="How devices reach hub and DPS; a table gives it by stack. Left out: private.",
    )
    allow_empty: bool = Field(
        default=False, description="A stack without anything to judge is no failure."
    )
    levels: dict[str, Level] = Field(
        default={},
        description="Levels by rule, `all`, `undecided`, `checkov`; the stack's file wins.",
    )
    allow: Allow = Field(default_factory=Allow)
    limits: Limits = Field(default_factory=Limits)
    waivers: Lives = Field(default_factory=Lives)
    check: Fixtures = Field(default_factory=Fixtures)

    @field_validator("devices", mode="before")
    @classmethod
    def _reachable(cls, value: object) -> object:
        words = value.values() if isinstance(value, Mapping) else (value,)
        if any(word not in ("internet", "private") for word in words):
            raise ValueError('must be "internet" or "private", or a table of these by stack')
        return value


def team(
    settings: Settings, stack: str, today: date, *, levels: Mapping[str, Level] | None = None
) -> Team:
    """What the team decided for this stack; `levels` are those of its own file and these here."""
    devices = settings.devices
    return Team(
        today=today,
        devices=devices.get(stack) if isinstance(devices, Mapping) else devices,
        levels=settings.levels if levels is None else levels,
        hub_policies=tuple(settings.allow.hub_policies),
        dps_policies=tuple(settings.allow.dps_policies),
        linked_hubs=tuple(settings.allow.linked_hubs),
        deployers=tuple(settings.allow.deployers),
        limits=defaults.Limits(**settings.limits.model_dump()),
    )
