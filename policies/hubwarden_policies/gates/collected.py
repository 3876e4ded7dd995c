"""What a gate made of one input, before and after it was judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_policies.evaluate import Judgement, Locate
    from hubwarden_policies.model import Location, Stack


@record
class InputError:
    """Why an input could not be judged: a sentence with a way out, and the exit code it means.

    `kind` is one word for machines. `traceback` are the program's own lines, cut to the user's
    frames.
    """

    kind: str
    message: str
    location: Location | None = None
    exit_code: int = 4
    traceback: tuple[str, ...] = ()


@record
class Collected:
    """What a file declares, and what kept the gate from reading all of it.

    What was read is judged, whatever was not: `errors` stand beside its findings. `notes` are
    sentences on what could not be seen. `locate` gives the place of an ARM path of the resource
    with this address, or of what is nearest to it.
    """

    stack: Stack | None = None
    errors: tuple[InputError, ...] = ()
    notes: tuple[str, ...] = ()
    locate: Locate | None = None


@record
class Examined:
    """One stack of one project: what it declares and what the rules say, or why nobody can tell.

    `seconds` is wall time since the project's examination began; `isolation` what held the
    program (`namespaces`, `observed`), None where none ran; `notes` are sentences on what could
    not be done or seen.
    """

    project: str
    name: str
    stack: Stack | None = None
    judgement: Judgement | None = None
    errors: tuple[InputError, ...] = ()
    seconds: float = 0.0
    isolation: str | None = None
    notes: tuple[str, ...] = ()
