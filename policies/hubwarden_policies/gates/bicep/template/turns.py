"""Turns of loops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.gates.bicep.refused import Refused
from hubwarden_policies.gates.bicep.template.scope import quoted
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_policies.gates.bicep.syntax.tree import Loop
    from hubwarden_policies.gates.bicep.template.scope import Scope
    from hubwarden_policies.gates.bicep.template.symbols import Deployed


@record
class Turn:
    """A resource or module; `index` is the turn of its loop, `scope` what its body sees there."""

    deployed: Deployed
    scope: Scope
    index: str | None

    def symbol(self, at: int) -> str:
        """Its name in the template, as an argument of `reference()`."""
        key = self.deployed.key
        if self.deployed.declared.loop is None:
            return quoted(key)
        if self.index is None:
            raise Refused(f"{key} is a loop: say which one, in brackets.", at)
        return f"format('{key}[{{0}}]', {self.index})"


def turn(loop: Loop, over: str, index: str) -> dict[str, str]:
    """The names of a loop as expressions of one turn."""
    local = {loop.item: f"{over}[{index}]"}
    if loop.index:
        local[loop.index] = index
    return local
