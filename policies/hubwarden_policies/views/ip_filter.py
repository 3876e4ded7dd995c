"""IP filter rules, as a hub (before it had rule sets) and a DPS have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubwarden_policies.views import View, same

if TYPE_CHECKING:
    from collections.abc import Iterable


class IpFilterRule(View):
    """One rule of an ordered list; the first that fits an address decides about it."""

    action: str | None = None
    ip_mask: str | None = None


def accepting(rules: Iterable[IpFilterRule]) -> Iterable[IpFilterRule]:
    """The rules that let somebody in."""
    return (rule for rule in rules if same(rule.action, "Accept"))
