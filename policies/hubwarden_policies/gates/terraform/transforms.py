"""From what an attribute of azurerm holds to what ARM's property holds.

What is not known stays unknown, and a secret stays one. A value of a kind that an attribute does
not have is passed on as it is, so that whoever reads it does not mistake it for an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from hubwarden_policies.gates.terraform.values import revealed
from hubwarden_policies.model import UNKNOWN, Secret
from hubwarden_policies.views.builtin_roles import BUILT_IN

_SWITCHES: Final = {"true": True, "false": False}
_ACCESS: Final = {"private": "None", "blob": "Blob", "container": "Container"}


def transformed(name: str, value: Any) -> Any:
    """The value as the transform of this name makes it."""
    known, secret = revealed(value)
    if not name:
        return value
    if name == "unseen":
        return Secret(UNKNOWN)
    made = UNKNOWN if known is UNKNOWN else _TRANSFORMS[name](known)
    return Secret(made) if secret else made


def _not(value: Any) -> Any:
    said = _switch(value)
    return not said if isinstance(said, bool) else said


def _enabled(value: Any) -> Any:
    said = _switch(value)
    return ("Enabled" if said else "Disabled") if isinstance(said, bool) else said


def _switch(value: Any) -> Any:
    """A switch; as a text it is one too, and must not be passed on the wrong way round."""
    return _SWITCHES.get(value, value) if isinstance(value, str) else value


def _access(value: Any) -> Any:
    return _ACCESS.get(value, value) if isinstance(value, str) else value


def _seconds(value: Any) -> Any:
    """Seconds since 1970 of a time such as `2027-01-01T00:00:00Z`."""
    try:
        return int(datetime.fromisoformat(value).timestamp())
    except (TypeError, ValueError, OverflowError):
        return value


def _words(value: Any) -> Any:
    return _whole(value, ", ".join)


def _keys(value: Any) -> Any:
    return _whole(value, lambda words: {word: {} for word in words})


def _values(value: Any) -> Any:
    return _entries(value, "value", {"action": "Allow"})


def _ids(value: Any) -> Any:
    return _entries(value, "id", {})


def _zones(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [{"properties": {"privateDnsZoneId": item}} for item in value]


def _role(value: Any) -> Any:
    """The id of a built-in role with power; which role another name means, a plan does not say."""
    for identifier, role in BUILT_IN.items():
        if isinstance(value, str) and role.name.lower() == value.lower():
            return f"/providers/Microsoft.Authorization/roleDefinitions/{identifier}"
    return UNKNOWN


def _whole(value: Any, make: Callable[[list[str]], Any]) -> Any:
    """What is made of a list of texts; unknown where one of them is."""
    if not isinstance(value, list):
        return value
    items = [revealed(item)[0] for item in value]
    return make(items) if all(isinstance(item, str) for item in items) else UNKNOWN


def _entries(value: Any, key: str, constants: Mapping[str, Any]) -> Any:
    return [{key: item, **constants} for item in value] if isinstance(value, list) else value


_TRANSFORMS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "not": _not,
    "enabled": _enabled,
    "access": _access,
    "seconds": _seconds,
    "words": _words,
    "keys": _keys,
    "values": _values,
    "ids": _ids,
    "zones": _zones,
    "role": _role,
}
