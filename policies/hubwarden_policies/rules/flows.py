"""How a leak that the canary run proved is said."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from hubwarden_policies.rule import CRITICAL, HIGH, INFO, MEDIUM, Severity, Violation
from hubwarden_policies.views.subjects import program_subject, stack_subject, subject_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from hubwarden_policies.model import Flow, Stack
    from hubwarden_policies.rule import Subject

# What happens at a sink, and how bad it is. An environment dies with its process, and a file may
# never be read; a log, a tag and a state are kept and copied.
_SINKS: Final[dict[str, tuple[str, Severity]]] = {
    "output": ("stands in clear in the stack's outputs", CRITICAL),
    "component-output": ("stands in clear in the outputs of a component", CRITICAL),
    "resource-output": ("stands in clear in the outputs of a resource", CRITICAL),
    "input": ("stands in clear in a property", CRITICAL),
    "name": ("is part of a resource's name", CRITICAL),
    "option": ("stands in an option of a resource", CRITICAL),
    "log": ("is written to Pulumi's log", CRITICAL),
    "stdout": ("is printed", CRITICAL),
    "stderr": ("is printed to stderr", CRITICAL),
    "file": ("is written to a file", HIGH),
    "process": ("is handed to another process", HIGH),
    "environment": ("is put into the environment", MEDIUM),
    "unsecret": ("loses its secret mark", HIGH),
}


def leak(stack: Stack, flow: Flow) -> Violation:
    """The violation that a flow is, wherever it came out."""
    happens, severity = _SINKS[flow.sink]
    if flow.sink == "input" and flow.path.startswith("tags"):
        happens = "stands in clear in a tag"
    what = f"a digest of {flow.origin}" if flow.digest else flow.origin
    form = f", as {flow.encoding}" if flow.encoding not in ("", "plain") else ""
    if flow.digest:
        severity = MEDIUM if flow.kind in ("config", "plain-config") else INFO
    file = flow.locations[0].file if flow.locations else ""
    return Violation(
        subject=_subject(stack, flow),
        path=flow.path or flow.sink,
        message=f"{what} {happens}{form}",
        severity=severity,
        locations=flow.locations,
        related=tuple((place, "where it is fetched") for place in flow.fetched[:1]),
        key=f"{flow.origin};{file}",
    )


def _subject(stack: Stack, flow: Flow) -> Subject:
    if flow.sink == "output":
        return stack_subject(stack)
    return program_subject(stack) if flow.address is None else subject_at(stack, flow.address)


def leaks(stack: Stack, flows: Iterable[Flow]) -> Iterator[Violation]:
    """A violation for each place and credential; where one comes out in many forms, the worst.

    The other lines at which it comes out there are related places: they share its fingerprint.
    """
    found: dict[tuple[str, str, str], Violation] = {}
    for flow in flows:
        said = leak(stack, flow)
        identity = (said.subject.address, said.path, said.key)
        known = found.get(identity, said)
        first, second = sorted((known, said), key=lambda one: -(one.severity or INFO))
        seen = {*first.locations[:1], *(place for place, _ in first.related)}
        others = [(place, word) for place, word in second.related if place not in seen]
        others += [(place, "here too") for place in second.locations[:1] if place not in seen]
        found[identity] = replace(first, related=(*first.related, *others))
    yield from found.values()
