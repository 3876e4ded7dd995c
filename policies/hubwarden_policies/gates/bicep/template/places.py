"""Where the parts of a template stand in the Bicep files that they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hubwarden_policies.gates.bicep.files import File
    from hubwarden_policies.model import Location

Key = str | int


@dataclass(slots=True)
class Place:
    """The place of a JSON value, with those of what is in it. A module's is shared by its uses."""

    file: File
    at: int
    below: dict[Key, Place] = field(default_factory=dict)

    def child(self, key: Key, at: int | None = None) -> Place:
        """A place of its own for what stands under this key."""
        return self.below.setdefault(key, Place(self.file, self.at if at is None else at))

    def find(self, path: Iterable[Key]) -> Location:
        """The location of a JSON path, or of what is nearest above it."""
        place = self
        for key in path:
            if key not in place.below:
                break
            place = place.below[key]
        return place.file.location(place.at)
