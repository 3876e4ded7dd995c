"""From a finding to the line and the column to look at first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

from hubwarden_policies.gates.program.lines.keywords import keyword
from hubwarden_policies.gates.program.lines.syntax import name_of, text_of
from hubwarden_policies.model import PROGRAM_TYPE, STACK_TYPE, Location

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwarden_policies.evaluate import Finding
    from hubwarden_policies.gates.program.lines.syntax import Place, Text
    from hubwarden_policies.model import Stack
    from hubwarden_policies.rule import Subject

SET_HERE: Final = "set here"
MADE_HERE: Final = "made here"


def pinpoint(finding: Finding, stack: Stack) -> Finding:
    """The finding with columns: at the keyword, where the user's outermost line names it itself.

    Where a helper or a component makes the resource, the user's own line stays first and the
    keyword is a related place. What the running Python cannot parse has no column.
    """
    if not finding.locations or finding.locations[0].column is not None:
        return finding
    first = finding.locations[0]
    spot = None
    if finding.subject.type not in (STACK_TYPE, PROGRAM_TYPE):
        spot = _spot(finding, stack.sources)
    if spot is not None and spot.frame == first:
        return _at(finding, spot.place)
    if spot is not None:
        seen = {(place.file, place.line) for place, _ in finding.related}
        if (spot.place.file, spot.place.line) not in seen:
            words = SET_HERE if spot.named else MADE_HERE
            finding = replace(finding, related=(*finding.related, (spot.place, words)))
    return _at(finding, called(first, stack.sources))


def called(location: Location, sources: Mapping[str, str]) -> Location:
    """The location with the column of the call that its line makes; as it is where none is seen."""
    text = _text(location, sources)
    calls = text.calls(location.line) if text else []
    if not text or not calls:
        return location
    place = text.place(calls[0])
    return replace(location, column=place.column) if place.line == location.line else location


class _Spot(NamedTuple):
    frame: Location
    place: Location
    named: bool


def _spot(finding: Finding, sources: Mapping[str, str]) -> _Spot | None:
    """Where the resource is made: the innermost frame that calls its class, else the innermost."""
    made = _class_of(finding.subject)
    seen = [
        (frame, text, call)
        for frame in reversed(finding.locations)
        if (text := _text(frame, sources)) is not None
        for call in text.calls(frame.line)
    ]
    by_class = [entry for entry in seen if name_of(entry[2]) == made]
    innermost = [entry for entry in seen if entry[0] == finding.locations[-1]]
    chosen = by_class[:1] or innermost
    for frame, text, call in chosen:
        node = keyword(call, finding.path, finding.subject.type)
        if node is not None:
            return _Spot(frame, _location(frame, text.place(node)), named=True)
    for frame, text, call in chosen[:1]:
        return _Spot(frame, _location(frame, text.place(call)), named=False)
    return None


def _class_of(subject: Subject) -> str:
    """The SDK's class of a resource, from the type in its URN."""
    parts = subject.address.split("::")
    return parts[2].rpartition(":")[2] if len(parts) > 2 else ""


def _text(location: Location, sources: Mapping[str, str]) -> Text | None:
    text = sources.get(location.file) if location.file.endswith(".py") else None
    return None if text is None else text_of(text)


def _location(frame: Location, place: Place) -> Location:
    return Location(frame.file, place.line, place.column)


def _at(finding: Finding, location: Location) -> Finding:
    return replace(finding, locations=(location, *finding.locations[1:]))
