"""What was decided about the findings of one project, and whether a pull request changes that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import date
from typing import TYPE_CHECKING

from hubwarden_cli.changes import Changes, changes
from hubwarden_cli.policy_place import place
from hubwarden_policies.policy import Policy, read_policy
from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_cli.home import Home
    from hubwarden_cli.inspected import Wish
    from hubwarden_policies.settings import Settings


@record
class Decided:
    """A policy; `changes` are those of its files, where nobody else but they decided."""

    policy: Policy
    changes: Changes = field(default_factory=Changes)


def decided(
    home: Home,
    settings: Settings,
    wish: Wish,
    *,
    stacks: Sequence[str],
    environ: Mapping[str, str],
    today: date,
) -> Decided:
    """What the files say for these stacks; raises `SettingsError`."""
    where = place(home, wish.policy_from)
    policy = read_policy(where, stacks, today, settings)
    return Decided(
        policy if wish.waivers else replace(policy, waivers=()),
        changes(home, where, environ) if wish.policy_from is None else Changes(),
    )
