"""One question to the machine, and the answers that several states give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from hubwarden_cli.rotation.state import Observation, Record, State, Terms
from hubwarden_cli.rotation.step import Move, Step


@dataclass(frozen=True)
class Turn:
    """What one credential of a run has come to, and what the world shows."""

    run: str
    record: Record
    seen: Observation
    terms: Terms

    @property
    def both_ours(self) -> bool:
        """The new key is where it was put, and the old one still beside it."""
        standby = self.record.standby
        return (self.seen.slot(standby), self.seen.slot(standby.other)) == (
            self.record.new,
            self.record.active,
        )

    @property
    def is_current(self) -> bool:
        """What consumers get from the vault is what this run published."""
        current = self.seen.current
        return current is not None and (current.run, current.key) == (self.run, self.record.new)

    def to(self, state: State) -> Move:
        return Move(replace(self.record, state=state))


Steps = Mapping[State, Callable[[Turn], Step]]
