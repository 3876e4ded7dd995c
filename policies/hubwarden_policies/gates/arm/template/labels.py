"""What the resources of an array are called, where the template has no symbols for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Any, Final

from hubwarden_policies.gates.arm.template.keys import get
from hubwarden_policies.gates.arm.template.names import spelled

# An expression that is longer says no more to a person.
_LONGEST: Final = 120


def labelled(listed: Sequence[Any]) -> Iterator[tuple[str, int, Any]]:
    """Each entry with its label and its index.

    The label is the type and the name as they are written, and not the index: waivers and
    baselines go by it, and one more resource above must not turn them to others. A bracket parts
    them, for a key behind a slash would be no word of its own to the redactor.
    """
    for index, body in enumerate(listed):
        arm_type, name = get(body, "type"), get(body, "name")
        written = isinstance(arm_type, str) and isinstance(name, str)
        label = (
            f"{_short(spelled(arm_type.strip()))}({_short(name)})"
            if written
            else f"resources[{index}]"
        )
        yield label, index, body


def called(arm_type: str, address: str) -> str:
    """What to call a resource: with its type, which a symbol does not tell."""
    return address if "/" in address else f"{arm_type} {address}"


def _short(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}…{sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"
