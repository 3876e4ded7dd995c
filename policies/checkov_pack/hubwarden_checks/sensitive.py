"""What azurerm's schemas call sensitive, of the attributes that data/azurerm.json has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_NAMES: Final = frozenset(
    {"connection_string", "certificate_content", "primary_key", "secondary_key"}
)
_OWN: Final = frozenset({("azurerm_key_vault_secret", "value")})


def is_sensitive(type_: str, name: str) -> bool:
    """Whether an attribute of a type, or of its blocks, is one.

    Source: the schemas of terraform-provider-azurerm, internal/services/iothub and keyvault.
    """
    return type_.startswith("azurerm_") and (name in _NAMES or (type_, name) in _OWN)


def hidden(type_: str, unknown: Any, name: str = "") -> Any:
    """The marks `after_sensitive` of what is not known in HCL.

    An expression there is no text in clear. A text that is written out is one all the same.
    """
    if isinstance(unknown, Mapping):
        return {inner: hidden(type_, mark, inner) for inner, mark in unknown.items()}
    if isinstance(unknown, list):
        return [hidden(type_, mark, name) for mark in unknown]
    return unknown is True and is_sensitive(type_, name)
