"""Takes connection strings apart, also where stretches of them are made up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwarden_policies.record import record
from hubwarden_policies.views.text import GAP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hubwarden_policies.model import Hole
    from hubwarden_policies.views.text import Text

# The policies with every right that Azure makes by itself, on a hub and on a DPS.
OWNERS: Final = ("iothubowner", "provisioningserviceowner")
_KEYS: Final = ("sharedaccesskey", "accountkey", "sharedaccesssignature")


@record
class Field:
    """The value of a field, with `GAP` for the made-up stretches, and where those came from."""

    value: str
    holes: tuple[Hole, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether nothing of it is made up."""
        return not self.holes


@record
class ConnectionString:
    """The fields of `Name=value;Name=value`, by their names in lower case.

    `open` is true where a made-up stretch may hide a whole field.
    """

    fields: Mapping[str, Field]
    open: bool

    @property
    def key(self) -> str | None:
        """The name of the field that is a credential, in lower case; None without one."""
        return next(
            (name for name in _KEYS if name in self.fields and self.fields[name].value), None
        )

    @property
    def policy(self) -> Field | None:
        """The shared access policy that it signs in with."""
        return self.fields.get("sharedaccesskeyname")

    @property
    def host(self) -> Field | None:
        """The host that it leads to."""
        return self.fields.get("hostname")


def read_connection_string(text: Text) -> ConnectionString:
    """The fields of a text; one that is no connection string has none, an unknown one is open."""
    if text.shape is None:
        return ConnectionString({}, open=True)
    fields: dict[str, Field] = {}
    hidden = False
    holes = iter(text.holes)
    for part in text.shape.split(";"):
        own = tuple(next(holes) for _ in range(part.count(GAP)))
        name, equals, value = part.strip().partition("=")
        if GAP in name:
            hidden = True
        elif equals:
            fields[name.strip().lower()] = Field(value.strip(), own)
    return ConnectionString(fields, hidden)
