"""`hubwarden.toml` at a project's root: what a team decides, and what its program needs to run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeGuard

from pydantic import Field, JsonValue, PositiveFloat, PositiveInt, field_validator

from hubwarden_policies import team as defaults
from hubwarden_policies.model import Location
from hubwarden_policies.policy_file import (
    SettingsError,
    Table,
    line_of,
    parse_toml,
    read_text,
    validated,
)
from hubwarden_policies.team import Level, Team

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

__all__ = ["FILE", "Settings", "SettingsError", "read_settings", "settings_files", "team"]

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
    """What a program needs from the outside while it is checked."""

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
    allow: Allow = Allow()
    limits: Limits = Limits()
    waivers: Lives = Lives()
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

    What it extends is read first, and each key of its own wins: tables are joined, lists replaced.
    Raises `SettingsError` where a file cannot be read, is no TOML or says what nobody knows.
    """
    merged: dict[str, Any] = {}
    for _, data in _chain(root / FILE):
        merged = _joined(data, merged)
    return Settings.model_validate(merged)


def settings_files(root: Path) -> list[Path]:
    """Every file that `read_settings` reads, the project's own first."""
    return [path for path, _ in _chain(root / FILE)]


def _chain(path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The file and all that it extends, each valid by itself."""
    root, shown = path.parent, FILE
    seen: list[Path] = []
    told = Location(FILE, 1)
    while True:
        text = read_text(path, shown)
        if text is None and not seen:
            return
        if text is None or path.resolve() in seen:
            why = "and there is no such file" if text is None else "which extends it in turn"
            sentence = f"{told.file}:{told.line}: it extends {shown}, {why}"
            raise SettingsError(sentence, told)
        data = parse_toml(text, shown)
        validated(Settings, data, text, shown)
        yield path, data
        seen.append(path.resolve())
        if "extends" not in data:
            return
        told = Location(shown, line_of(text, ("extends",)))
        path = path.parent / data["extends"]
        path = path / FILE if path.is_dir() else path
        shown = os.path.relpath(path, root).replace(os.sep, "/")


def _joined(over: Mapping[str, Any], under: Mapping[str, Any]) -> dict[str, Any]:
    both = {
        key: _joined(value, below)
        for key, value in over.items()
        if _is_table(value) and _is_table(below := under.get(key))
    }
    return {**under, **over, **both}


def _is_table(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


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
