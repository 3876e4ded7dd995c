"""The blocks that the provider azurerm fills in where nobody sets them, by data/azurerm.json."""

from __future__ import annotations

from collections import defaultdict
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


def said_otherwise(type_: str, said: Container[str]) -> frozenset[str]:
    """The attributes that nobody sets beside another spelling of theirs that somebody sets.

    The provider keeps what they were, and sends what is set.
    """
    entry = entry_of(type_) or {"attributes": {}}
    spellings: dict[str, list[str]] = defaultdict(list)
    for name, how in entry["attributes"].items():
        to, _, transform = how.partition(" | ") if isinstance(how, str) else (how["to"], "", "")
        # A role's name does not always tell its id, and a value that is only written says nothing.
        if isinstance(to, str) and transform not in ("role", "unseen"):
            spellings[to].append(name)
    return frozenset(
        name
        for names in spellings.values()
        if any(name in said for name in names)
        for name in names
        if name not in said
    )
