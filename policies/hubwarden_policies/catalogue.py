"""Every rule, in the order in which the documentation lists them."""

from __future__ import annotations

from typing import Final

from hubwarden_policies.rule import Rule
from hubwarden_policies.rules.hub_identity import hub_local_auth

RULES: Final[tuple[Rule, ...]] = (hub_local_auth,)
