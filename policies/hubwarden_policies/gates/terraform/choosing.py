"""The blocks that the provider azurerm fills in where nobody sets them, by data/azurerm.json."""

from __future__ import annotations

from collections.abc import Container, Mapping

from hubwarden_policies.gates.terraform.azurerm import entry_of


def never_chosen(type_: str, said: Container[str]) -> frozenset[str]:
    """The blocks of a type that are there only where somebody sets them.

    Of two that fill one place of ARM's body, one is never set beside the other (`said`).
    """
    entry = entry_of(type_) or {"attributes": {}}
    blocks = {name: how for name, how in entry["attributes"].items() if isinstance(how, dict)}
    filled = [how["to"] for name, how in blocks.items() if name in said]
    filled_in = chosen(type_)
    return frozenset(
        n for n, how in blocks.items() if n not in filled_in and how["to"] not in filled
    )


def chosen(type_: str) -> tuple[str, ...]:
    """The blocks of a type that the provider fills in where nobody sets them."""
    return tuple((entry_of(type_) or {}).get("chosen", ()))


def maybe_dynamic(type_: str) -> Mapping[str, str]:
    """The blocks of which a plan does not show whether nobody sets them or their list is unknown.

    Each with the ARM path of what a rule would read in it.
    """
    found: Mapping[str, str] = (entry_of(type_) or {}).get("maybe", {})
    return found
