"""Host names of hubs: a name that is not known says in them whose it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hubwarden_policies.gates.arm.template.names import joined
from hubwarden_policies.model import Hole, Made

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Target
    from hubwarden_policies.gates.arm.template.known import Known

_HUB: Final = "Microsoft.Devices/IotHubs"
# A hole in a text of which the rest is read: one character of those that nobody writes.
_FIRST: Final = 0xE000
_MOST: Final = 0xF8FF - _FIRST
_PIECE: Final = re.compile("[\ue000-\uf8ff]|[^\ue000-\uf8ff]+")
_HOST: Final = re.compile("[\\w\ue000-\uf8ff-]+(?=\\.(?i:azure-devices)\\.)")


def hosted(known: Known, value: Made, own: Target) -> Made:
    """The text with the name in `NAME.azure-devices.net` made up of the hub that has it."""
    holes = [part for part in value.parts if isinstance(part, Hole)]
    texts = "".join(part for part in value.parts if isinstance(part, str))
    if len(holes) > _MOST or any(_FIRST <= ord(letter) <= _FIRST + _MOST for letter in texts):
        return value
    numbers = iter(range(_FIRST, _FIRST + len(holes)))
    text = "".join(p if isinstance(p, str) else chr(next(numbers)) for p in value.parts)

    def parts(piece: str) -> list[str | Hole]:
        return [
            holes[ord(found) - _FIRST] if _FIRST <= ord(found[0]) < _FIRST + len(holes) else found
            for found in _PIECE.findall(piece)
        ]

    made: list[str | Hole] = []
    last = 0
    for match in _HOST.finditer(text):
        name = joined(parts(match.group()))
        hub = known.find(_HUB, (name,), own) if isinstance(name, Made) else None
        if hub is not None and not hub.existing:
            made += [*parts(text[last : match.start()]), Hole(hub.address, "name")]
            last = match.end()
    if not last:
        return value
    found = joined([*made, *parts(text[last:])])
    return found if isinstance(found, Made) else value
