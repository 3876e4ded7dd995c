"""What one stack decides, read and judged before any resource is made."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import Literal, Self
from uuid import UUID

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

from hubwarden_infra.access import PrincipalType, Role
from hubwarden_infra.network import Devices

_MODEL = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class Grant(BaseModel):
    """A role for somebody outside the stack, on one of its parts."""

    model_config = _MODEL

    on: Literal["hub", "dps", "vault"]
    role: Role
    principal_id: UUID
    principal_type: PrincipalType


class Settings(BaseModel):
    """The keys of the project's own namespace in `stacks/Pulumi.<stack>.yaml`, in camel case."""

    model_config = _MODEL

    location: str = Field(min_length=1)
    devices: Devices
    protect: bool
    lock: bool
    file_upload: bool = False
    retention_days: int = Field(90, ge=90, le=730)
    subnet_id: str | None = Field(
        None, pattern=r"(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/"
        r"Microsoft\.Network/virtualNetworks/[^/]+/subnets/[^/]+$"
    )  # fmt: skip
    access: dict[str, Grant] = Field(default_factory=dict)

    @field_validator("file_upload")
    @classmethod
    def _reachable(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("devices") == "internet":
            raise ValueError(
                "devices upload straight to the storage account, which has no public endpoint, "
                "so devices must be private"
            )
        return value

    @classmethod
    def load(cls) -> Self:
        """The settings of the stack that Pulumi runs.

        Raises `pulumi.RunError` with one sentence for each key that is missing, unknown or wrong.
        """
        prefix = f"{pulumi.get_project()}:"
        config = pulumi.Config()
        keys = sorted(
            key.removeprefix(prefix)
            for key in {**get_config_env(), **CONFIG.get()}
            if key.startswith(prefix)
        )
        try:
            return cls.model_validate({key: _parsed(config.require(key)) for key in keys})
        except ValidationError as error:
            raise pulumi.RunError("\n".join(map(_sentence, error.errors()))) from None


def _parsed(text: str) -> object:
    """Lists and objects come as JSON; what is none after all is for the model to refuse."""
    if not text.startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _sentence(error: ErrorDetails) -> str:
    """What to do about one setting. Never says its value, which may be a secret."""
    project, stack = pulumi.get_project(), pulumi.get_stack()
    first, *rest = error["loc"]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)
    key = f"{project}:{first}{path}"
    where = f"in stacks/Pulumi.{stack}.yaml"
    if error["type"] == "missing":
        return f"Stack {stack} needs {key} {where}."
    if error["type"] == "extra_forbidden":
        sentence = f"Stack {stack} has a key {key} {where} that nothing reads"
        return (
            f"{sentence}." if rest else f"{sentence}; the nearest is {project}:{_nearest(first)}."
        )
    reason = error["msg"].removeprefix("Value error, ")
    return f"Stack {stack} has a value of {key} {where} that does not fit: {reason}."


def _nearest(key: int | str) -> str:
    known = [field.alias or name for name, field in Settings.model_fields.items()]
    return get_close_matches(str(key), known, n=1, cutoff=0)[0]
