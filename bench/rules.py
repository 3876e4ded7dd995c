"""How long the rules take by themselves, on one stack in several sizes."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from hubwarden_policies.catalogue import RULES
from hubwarden_policies.evaluate import evaluate
from hubwarden_policies.model import Resource, Stack
from hubwarden_policies.team import Team

_RUNS = 3


def rule_seconds(stack: Stack, sizes: Sequence[int]) -> dict[int, float]:
    """The shortest time of all rules on so many resources, which are copies of the stack."""
    team = Team(today=datetime.now(UTC).date())
    stacks = {size: _copied(stack, size) for size in sizes}
    taken: dict[int, list[float]] = {size: [] for size in sizes}
    for _ in range(_RUNS):
        for size, one in stacks.items():
            # Resources are new each time: what is remembered of one must not help.
            fresh = replace(one, resources=tuple(replace(each) for each in one.resources))
            began = time.perf_counter()
            evaluate(RULES, fresh, team)
            taken[size].append(time.perf_counter() - began)
    return {size: min(times) for size, times in taken.items()}


def _copied(stack: Stack, size: int) -> Stack:
    copies = [_copy(stack, number) for number in range(-(-size // len(stack.resources)))]
    resources = [resource for copy in copies for resource in copy]
    return replace(stack, resources=tuple(resources[:size]))


def _copy(stack: Stack, number: int) -> list[Resource]:
    names: Mapping[str, str] = {r.address: f"{r.address}-{number}" for r in stack.resources}
    return [
        replace(
            resource,
            name=f"{resource.name}-{number}",
            address=names[resource.address],
            references={
                path: tuple(names.get(address, address) for address in addresses)
                for path, addresses in resource.references.items()
            },
        )
        for resource in stack.resources
    ]
