"""What is known of one stack once its runs have ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hubwarden_policies.evaluate import Judgement
    from hubwarden_policies.gates.program.failures import InputError
    from hubwarden_policies.model import Stack


@dataclass(frozen=True, slots=True)
class Examined:
    """One stack of one project: what it declares and what the rules say, or why nobody can tell.

    `seconds` is wall time since the project's examination began; `isolation` what held the
    program (`namespaces`, `observed`), None where it did not run; `notes` are sentences on what
    could not be done or seen.
    """

    project: str
    name: str
    stack: Stack | None = None
    judgement: Judgement | None = None
    errors: tuple[InputError, ...] = ()
    seconds: float = 0.0
    isolation: str | None = None
    notes: tuple[str, ...] = ()
