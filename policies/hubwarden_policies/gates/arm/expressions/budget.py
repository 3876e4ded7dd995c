"""How much work a template may cause: expressions are programs, and a file may be hostile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from hubwarden_policies.gates.arm.expressions.error import ExpressionError
from hubwarden_policies.model import Made, Secret

# ARM's own limit of an expanded template is 4 MB.
LARGEST: Final = 4 * 1024 * 1024
# What an item has at least around it in JSON, and what walking over it takes.
_ITEM: Final = 4
# Whoever walks through a value later may recurse.
_DEEPEST: Final = 150


@dataclass
class Budget:
    """Steps that are left to all evaluators that share it; a step is some ten microseconds.

    Ten thousand resources with thirty calls each, all copied, take a tenth of them.
    """

    steps: int = 3_000_000

    def spend(self, steps: int = 1) -> None:
        """Take steps; raises `ExpressionError` where none is left."""
        self.steps -= steps
        if self.steps < 0:
            raise ExpressionError(
                "The template's expressions take more steps than a deployment may: "
                "use fewer and smaller loops."
            )

    def look(self, value: Any) -> None:
        """Pay for a walk through the outer level of a value."""
        if isinstance(value, str | list | dict):
            self.spend(len(value) >> 4)

    def weigh(self, value: Any) -> Any:
        """The value, unless it is larger than any template; raises `ExpressionError`."""
        if isinstance(value, str):
            size = len(value)
        elif isinstance(value, list | dict | Made | Secret):
            size = _size(value)
        else:
            return value
        # What is too large was walked through as well.
        self.spend(size >> 5)
        if size > LARGEST:
            raise too_large()
        return value


def too_large() -> ExpressionError:
    """The error about a value that no template could hold."""
    return ExpressionError(
        f"A value of the template is larger than {LARGEST // 1024**2} MB, "
        "which is more than Azure takes: split the template."
    )


def _size(value: Any) -> int:
    """Characters and items of a value, counted until they are too many; raises where it is deep.

    What is shared is counted wherever it stands: fifty arrays that hold each other twice are
    small in memory and endless to walk through.
    """
    size, depth, level = 0, 0, [value]
    while level and size <= LARGEST:
        inner: list[Any] = []
        for item in level:
            size += _ITEM
            if isinstance(item, str):
                size += len(item)
            elif isinstance(item, Made):
                inner += item.parts
            elif isinstance(item, Secret):
                inner.append(item.value)
            elif isinstance(item, list):
                inner += item
            elif isinstance(item, dict):
                inner += item
                inner += item.values()
            if size + len(inner) > LARGEST:
                return size + len(inner)
        level, depth = inner, depth + 1
        if depth > _DEEPEST:
            raise ExpressionError(
                f"A value of the template is nested more than {_DEEPEST} deep, which Azure does "
                "not take: make it flatter."
            )
    return size
