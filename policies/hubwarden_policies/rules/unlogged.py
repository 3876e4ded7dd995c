"""What the rules on missing logs share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwarden_policies.rule import Undecided, Verdicts, Violation
from hubwarden_policies.views.subjects import subject

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource
    from hubwarden_policies.views.logs import Logged

# What is missing is a resource of this type; a resource has no property of that name.
PATH: Final = "diagnosticSettings"
MISSING: Final = "what is missing is a resource and no value; an unknown scope is a case of its own"


def without_logs(resource: Resource, logged: Logged, message: str) -> Verdicts:
    """A violation where no log of the resource is enabled at all."""
    if logged.something:
        return
    if logged.gaps:
        raise Undecided(PATH, logged.gaps[0][0])
    yield unlogged(resource, logged, message)


def unlogged(resource: Resource, logged: Logged, message: str) -> Violation:
    """Something of this resource is not logged; its settings are shown beside it."""
    related = tuple(
        (setting.locations[0], "this setting does not log it")
        for setting in logged.settings
        if setting.locations
    )
    return Violation(subject(resource), PATH, message, related=related)
