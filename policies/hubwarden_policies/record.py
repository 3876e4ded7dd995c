"""Values that nobody changes, made fast."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A dataclass with slots that mypy refuses to see changed.

    It is not `frozen` at run time: that takes four times as long for every value, of which a
    check makes hundreds of thousands, and twice as long for every class that is loaded.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)
