"""What kept a template from being read, each at its place."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.collected import InputError

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.keys import Path
    from hubwarden_policies.model import Location

Locate = Callable[["Path"], "Location | None"]

# A hostile template has as many mistakes as it likes; nobody reads more.
_MOST: Final = 200


class Problems:
    """Collects sentences; what is wrong at one place is told once."""

    def __init__(self, locate: Locate) -> None:
        self.locate = locate
        self._found: dict[tuple[str, Location | None], InputError] = {}
        self._left_out = 0

    def say(self, message: str, path: Path, kind: str = "arm-template") -> None:
        """Something at this path cannot be judged. `message` is a sentence with a way out."""
        if len(self._found) >= _MOST:
            self._left_out += 1
            return
        place = self.locate(path)
        self._found.setdefault((message, place), InputError(kind, message, place))

    @property
    def errors(self) -> tuple[InputError, ...]:
        """What was said, in its order."""
        found = tuple(self._found.values())
        if not self._left_out:
            return found
        more = f"{self._left_out} more things are wrong in this template; mend the others first."
        return (*found, InputError("arm-template", more, self.locate(())))
