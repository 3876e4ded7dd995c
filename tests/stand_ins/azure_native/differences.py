"""Where two sets of inputs differ, by the paths that the engine shows and ignores changes by."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal

_ABSENT = object()
Step = str | int


@dataclass(frozen=True)
class Change:
    """One value that differs: `kind` as the protocol says it, `steps` from the top to the value."""

    kind: Literal["ADD", "DELETE", "UPDATE"]
    steps: tuple[Any, ...]

    def __str__(self) -> str:
        path = ""
        for step in self.steps:
            if isinstance(step, int):
                path += f"[{step}]"
            elif step.replace("_", "").isalnum():
                path += f".{step}" if path else step
            else:
                path += f'["{step}"]'
        return path

    def falls_in(self, paths: AbstractSet[str]) -> bool:
        """Whether it is in one of the properties, which are named from the top with dots."""
        names = [step for step in self.steps if isinstance(step, str)]
        return any(".".join(names[:end]) in paths for end in range(1, len(names) + 1))


def differences(old: Any, new: Any, steps: tuple[Any, ...] = ()) -> Iterator[Change]:
    """Yield every difference, as deep as both sides have the same form."""
    pairs: list[tuple[Step, Any, Any]] = []
    if isinstance(old, dict) and isinstance(new, dict):
        names = sorted(old.keys() | new.keys())
        pairs = [(name, old.get(name, _ABSENT), new.get(name, _ABSENT)) for name in names]
    elif isinstance(old, list) and isinstance(new, list):
        padded = [_ABSENT] * abs(len(old) - len(new))
        longest = zip((*old, *padded), (*new, *padded), strict=False)
        count = max(len(old), len(new))
        pairs = [(place, *both) for place, both in zip(range(count), longest, strict=False)]
    elif old != new:
        kind: Literal["ADD", "DELETE", "UPDATE"] = "UPDATE"
        if old is _ABSENT or new is _ABSENT:
            kind = "ADD" if old is _ABSENT else "DELETE"
        yield Change(kind, steps)
    for step, before, after in pairs:
        yield from differences(before, after, (*steps, step))
