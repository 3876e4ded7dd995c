"""IP filter rules, as a hub (before it had rule sets) and a DPS have them."""

from __future__ import annotations

from hubwarden_policies.views import View, same


class IpFilterRule(View):
    """One rule of an ordered list; the first that fits an address decides about it."""

    action: str | None = None
    ip_mask: str | None = None

    def accepts(self) -> bool:
        """Whether it lets somebody in."""
        return same(self.action, "Accept")
