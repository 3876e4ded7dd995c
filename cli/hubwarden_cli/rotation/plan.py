"""A plan: what would be rotated, bound to the world in which it was made. Nothing in it is secret.

Keys are fingerprints that only the vault's holder could compute.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.guard import Refusal
from hubwarden_cli.rotation.amiss import amiss
from hubwarden_cli.rotation.consumers import Credential, rotatable
from hubwarden_cli.rotation.state import Record, Slot, State, Terms

VERSION: Final = 1


class _Planned(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CredentialPlan(_Planned):
    """One credential: the declaration, and the slots and the vault's version as they were seen."""

    declared: Credential
    standby: Slot
    active: str
    before: str
    previous: str

    @classmethod
    def of(cls, declared: Credential, record: Record) -> CredentialPlan:
        """What the record was at its beginning."""
        return cls(
            declared=declared,
            standby=record.standby,
            active=record.active,
            before=record.before,
            previous=record.previous,
        )

    @property
    def record(self) -> Record:
        return Record(State.PLANNED, self.standby, self.active, self.before, self.previous)

    def terms(self, patience: timedelta, *, gated: bool = True) -> Terms:
        """What the rotation has to do beside the keys. Acks are asked for where required."""
        return terms(self.declared, patience, gated=gated)


class RunPlan(_Planned):
    """One hub or DPS, which is written as a whole. A changed etag alone stops nothing."""

    resource: Annotated[str, AfterValidator(rotatable)]
    etag: str | None
    credentials: Annotated[tuple[CredentialPlan, ...], Field(min_length=1)]
    emergency: bool = False
    accept_masked: bool = False

    @property
    def id(self) -> ResourceId:
        return ResourceId.parse(self.resource)

    @model_validator(mode="after")
    def _distinct(self) -> RunPlan:
        names = [one.declared.name.casefold() for one in self.credentials]
        if len(set(names)) < len(names):
            raise ValueError("a credential is planned twice")
        return self


class Plan(_Planned):
    """The file that `creds plan` writes. `hooks` are the sha256 of the files that hooks name."""

    version: Annotated[int, Field(ge=VERSION, le=VERSION)] = VERSION
    made: datetime
    tool: str
    cloud: str
    tenant: str
    identity: str
    consumers: str
    hooks: dict[str, str]
    leases: str | None = None
    runs: tuple[RunPlan, ...] = ()

    @model_validator(mode="after")
    def _distinct(self) -> Plan:
        if len({one.id for one in self.runs}) < len(self.runs):
            raise ValueError("a resource is planned twice")
        return self


def terms(declared: Credential, patience: timedelta, *, gated: bool = True) -> Terms:
    """What is agreed for a credential, by its declaration."""
    return Terms(
        copies=(
            *(f"link {dps}" for dps in declared.links),
            *(f"secret {copy.vault}/{copy.secret}" for copy in declared.copies),
        ),
        hooks=tuple(one.name for one in declared.consumers if one.hook),
        acks=tuple(one.name for one in declared.consumers if one.ack_required),
        patience=patience,
        gated=gated,
    )


def read_plan(path: Path) -> Plan:
    """The plan of a file; Refusal where it is none, or one of another version."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text"
        raise Refusal(f"{path} cannot be read: {why}; make one: `creds plan -o FILE`.") from None
    try:
        return Plan.model_validate_json(text)
    except ValidationError as error:
        raise Refusal(
            f"{path} is no plan that this hubwarden reads ({amiss(error, Plan)}); make a new one:"
            " `hubwarden creds plan -o FILE`."
        ) from None
