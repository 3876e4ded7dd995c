"""The files in which a team says how it lives with findings, as the rules on them see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from hubwarden_policies.record import record
from hubwarden_policies.rule import Subject, Violation

if TYPE_CHECKING:
    from datetime import date

    from hubwarden_policies.model import Location

WAIVER_TYPE = "hubwarden:Waiver"
FILE_TYPE = "hubwarden:PolicyFile"


@record
class WaiverUse:
    """How one waiver fared in a check.

    `used` says that it holds for a finding; None where not every stack was judged for which it is
    meant. `latest` is the latest day that it may hold for a finding that it would outlive, None
    where there is none.
    """

    arm_types: ClassVar[tuple[str, ...]] = ()

    rule: str
    stack: str
    address: str
    expires: date
    location: Location
    today: date
    used: bool | None
    latest: date | None = None

    def violation(self, message: str) -> Violation:
        """A violation at the waiver's own line."""
        about = Subject(WAIVER_TYPE, self.rule, self.location.file, (self.location,))
        key = f"{self.rule}\0{self.stack}\0{self.address}"
        return Violation(about, "", message, key=key)


@record
class ChangedFile:
    """A file that decides about findings and differs from the base of a pull request."""

    arm_types: ClassVar[tuple[str, ...]] = ()

    location: Location
    base: str
    stack: str = "*"

    def violation(self, message: str) -> Violation:
        """A violation at the file's first line."""
        return Violation(
            Subject(FILE_TYPE, self.location.file, self.location.file, (self.location,)),
            "",
            message,
        )
