"""The address of a resource in Azure Resource Manager."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_SHAPE: Final = re.compile(
    r"/subscriptions/(?P<subscription>[0-9a-f-]{36})"
    r"/resourceGroups/(?P<group>[\w.()-]{1,90})"
    r"/providers/(?P<provider_type>[a-z0-9.]+/[a-z0-9]+)"
    r"/(?P<name>[\w.()-]{1,128})/?",
    re.IGNORECASE,
)
# ARM answers in any case; ours is the one of the documentation.
_CANONICAL: Final = {
    name.lower(): name
    for name in (
        "Microsoft.Devices/IotHubs",
        "Microsoft.Devices/provisioningServices",
        "Microsoft.KeyVault/vaults",
        "Microsoft.Storage/storageAccounts",
    )
}


@dataclass(frozen=True, eq=False)
class ResourceId:
    """A resource of a resource group. ARM knows no case: ids that differ in it are equal."""

    subscription: str
    group: str
    provider_type: str
    name: str

    @classmethod
    def parse(cls, text: str) -> ResourceId:
        """The id that a text is; a ValueError is one sentence with a way out."""
        found = _SHAPE.fullmatch(text)
        if found is None:
            raise ValueError(
                f"{text!r} is no resource id: give /subscriptions/ID/resourceGroups/GROUP/"
                "providers/Microsoft.Devices/IotHubs/NAME, as `az resource show --query id` does."
            )
        parts = found.groupdict()
        kind = parts.pop("provider_type")
        return cls(provider_type=_CANONICAL.get(kind.lower(), kind), **parts)

    @property
    def path(self) -> str:
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
            f"/providers/{self.provider_type}/{self.name}"
        )

    def __str__(self) -> str:
        return self.path

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ResourceId):
            return NotImplemented
        return self.path.casefold() == other.path.casefold()

    def __hash__(self) -> int:
        return hash(self.path.casefold())
