"""What an override of the guard leaves behind."""

from __future__ import annotations

from typing import Final

from hubwarden_policies.model import Stack
from hubwarden_policies.rule import HIGH, Verdicts, Violation, rule
from hubwarden_policies.views.subjects import stack_subject

# The output that the guard writes into a stack which was deployed past it.
OVERRIDE: Final = "hubwarden:override"


@rule(
    "Stack was deployed past the guard",
    severity=HIGH,
    practices=("O3",),
    fix=(
        "Mend what was let pass, or waive it with a reason, an owner and an end; then deploy "
        "without HUBWARDEN_OVERRIDE, and the output is gone. Nothing else changes."
    ),
    no_unknown="the output is there or it is not, whatever its value is",
)
def override_left(stack: Stack) -> Verdicts:
    """
    `HUBWARDEN_OVERRIDE` lets one deployment pass the guard, because a plant stands still and
    mending takes until morning. In the morning nobody remembers. So the stack keeps the reason as
    an output, and this is a finding until the stack was deployed without it.

    Bad::

        pulumi.export("hubwarden:override", "OPS-7: the line stands still")  # flagged

    Good::

        pulumi.export("hub", "telemetry")
    """
    if OVERRIDE in stack.exports:
        yield Violation(
            stack_subject(stack),
            f"outputs.{OVERRIDE}",
            "the last deployment was let past the guard, and nothing says that this is over",
            locations=tuple(stack.export_locations.get(OVERRIDE, ())),
        )
