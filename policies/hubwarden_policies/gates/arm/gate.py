"""The gate for ARM templates: a file in, the stack that it declares out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.parameters_file import read_parameters
from hubwarden_policies.gates.arm.template.collect import Given, collected
from hubwarden_policies.gates.arm.template.keys import Path, get, kind_of
from hubwarden_policies.gates.arm.template.problems import Problems
from hubwarden_policies.gates.arm.text import NotJson, read
from hubwarden_policies.gates.arm.text.decoding import decoded
from hubwarden_policies.gates.collected import Collected, InputError
from hubwarden_policies.model import Location

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.problems import Locate
    from hubwarden_policies.gates.arm.text import Document


def collect(raw: bytes, file: str, parameters: tuple[bytes, str] | None = None) -> Collected:
    """What the template in these bytes deploys; `parameters` is a parameters file with its path.

    `file` is the path as it is shown. Nothing is fetched, and nothing raises.
    """
    try:
        document = read(raw)
    except NotJson as error:
        return Collected(errors=(not_json(error, file),))
    text = decoded(raw)
    # One copy of a large file is enough; they differ where it has comments.
    sources = {file: document.text if document.text == text else text}
    given = Given({}, sources=sources)
    errors: tuple[InputError, ...] = ()
    if parameters is not None:
        values, config, others, errors = read_parameters(*parameters, document.value)
        given = Given(values, config, sources | others)
    found = _template(document.value, file, places_in(document, file), given)
    return Collected(found.stack, (*found.errors, *errors), found.notes, found.locate)


def collect_template(
    template: Any,
    file: str,
    locate: Locate,
    parameters: Mapping[str, Any],
    sources: Mapping[str, str] | None = None,
) -> Collected:
    """What a parsed template deploys. `locate` gives the place of a JSON path in it.

    `parameters` are values by name (a `Secret`, or `UNKNOWN` too), `sources` the texts that are
    searched for credentials.
    """
    return _template(template, file, locate, Given(parameters, sources=sources or {}))


def _template(template: Any, file: str, locate: Locate, given: Given) -> Collected:
    problems = Problems(locate)
    if not isinstance(template, dict):
        problems.say(
            f"This is {kind_of(template)}, and a template is an object: give one template a file.",
            (),
        )
        return Collected(errors=problems.errors)
    if get(template, "resources") is None and get(template, "parameters") is None:
        problems.say(
            "This is no template: it has neither `resources` nor `parameters`; take it out of "
            "what is checked.",
            (),
        )
        return Collected(errors=problems.errors)
    try:
        return collected(template, file, problems, given)
    except RecursionError:
        problems.say("The template is nested too deep to be read: make it flatter.", ())
        return Collected(errors=problems.errors)


def not_json(error: NotJson, file: str) -> InputError:
    """A file that cannot be read, at its place."""
    return InputError("not-json", error.message, Location(file, error.line, error.column))


def places_in(document: Document, file: str) -> Locate:
    """Where a JSON path of this document stands."""

    def locate(path: Path) -> Location | None:
        found = document.place(path)
        return None if found is None else Location(file, *found)

    return locate
