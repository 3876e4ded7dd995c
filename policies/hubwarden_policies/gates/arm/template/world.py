"""What all templates of one input share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubwarden_policies.gates.arm.expressions import Budget
from hubwarden_policies.gates.arm.template.known import Known

if TYPE_CHECKING:
    from hubwarden_policies.gates.arm.template.declared import Declared, Deployment
    from hubwarden_policies.gates.arm.template.keys import Path
    from hubwarden_policies.gates.arm.template.problems import Problems
    from hubwarden_policies.gates.arm.template.scope import TemplateScope
    from hubwarden_policies.model import Call, Unseen


class World:
    """The resources found so far, the work that is left, and what went wrong.

    `deployments` has the templates inside others by the address of what deploys them; `calls`
    the functions that handed out keys, by what their results are made of; `here` is the path of
    the expression that is evaluated, `chain` how many lead to it, `turned` what loops have made,
    `left_out` what is not deployed.
    """

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.budget = Budget()
        self.chain = self.turned = 0
        self.here: Path = ()
        self.known = Known(())
        self.scopes: list[TemplateScope] = []
        self.declared: list[Declared] = []
        self._addresses: dict[str, int] = {}
        self.left_out: list[Unseen] = []
        self.deployments: dict[str, Deployment] = {}
        self.calls: dict[str, tuple[Call, tuple[str, ...]]] = {}
        # None while they are being evaluated.
        self.outputs: dict[str, dict[str, Any] | None] = {}

    def new_address(self, wanted: str) -> str:
        """An address that no resource has yet: the second of one type and name gets `#2`."""
        found = wanted
        while found in self._addresses:
            # From where the last one got to: a hostile template has as many as it likes.
            self._addresses[wanted] += 1
            found = f"{wanted}#{self._addresses[wanted]}"
        self._addresses[found] = 1
        return found

    def forget(self) -> None:
        """Evaluate everything anew: more is known now."""
        self.outputs.clear()
        for scope in self.scopes:
            scope.forget()
