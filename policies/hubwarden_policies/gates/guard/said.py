"""What the guard says, in few lines: rule, resource, property, place and fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.gates.guard.override import HOW, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hubwarden_policies.gates.pack.said import Line


def refusal(lines: Sequence[Line]) -> str:
    """Why a run is stopped."""
    return "\n".join(
        (
            f"hubwarden refuses this deployment ({_count(lines)}).",
            *map(_told, lines),
            f"What cannot wait passes for one run with {HOW}; the stack then says so.",
        )
    )


def passed(lines: Sequence[Line], reason: str) -> str:
    """What an override lets pass, or that it was of no use."""
    head = f"{VARIABLE} ({reason})"
    if not lines:
        return f"{head} lets nothing pass that would have been refused; leave it out."
    return "\n".join((f"{head} lets this pass ({_count(lines)}):", *map(_told, lines)))


def _told(line: Line) -> str:
    _, _, name = line.urn.rpartition("::")
    text = line.text.replace("\n", "\n    ")
    return f"\n  {line.rule}, {name}: {line.title}\n    {text}"


def _count(lines: Sequence[Line]) -> str:
    return "1 finding" if len(lines) == 1 else f"{len(lines)} findings"
