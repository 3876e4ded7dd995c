"""What Resource Manager is asked for: a type, its version of the API, and what belongs to it.

The versions are stable ones, where there are any, that the other clouds have too. Sources: the REST
references of the services, and data/arm-types.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hubwarden_cli.azure.arm import DPS_API, HUB_API
from hubwarden_policies.record import record

GROUPS: Final = "Microsoft.Resources/resourceGroups"
GROUPS_API: Final = "2021-04-01"
ENDPOINTS: Final = "Microsoft.Network/privateEndpoints"


@record
class Hidden:
    """A property that a GET leaves out, and who would show it: not to know it is no absence."""

    path: tuple[str, ...]
    right: str


@record
class Asked:
    """A type by its ARM name in canonical case.

    `below` are lists of each resource; `logged` asks for its diagnostic settings. `each` gets every
    resource by itself, because the list leaves out what rules read. `absent` are codes of an error
    that say that a resource of this kind cannot have such a list; `query` narrows the list.
    """

    type: str
    api: str
    below: tuple[Asked, ...] = ()
    logged: bool = False
    each: bool = False
    hidden: tuple[Hidden, ...] = ()
    absent: tuple[str, ...] = ()
    query: str = ""

    @property
    def right(self) -> str:
        """The operation that a role has to allow."""
        return f"{self.type}/read"

    @property
    def last(self) -> str:
        """The last word of the type, which ends the address of the list."""
        return self.type.rpartition("/")[2]


_CERTIFICATE: Final = Hidden(("properties", "certificate"), "a newer version of its API")
_SETTINGS: Final = tuple(
    Hidden(("properties", "siteConfig", name), "Microsoft.Web/sites/config/list/action")
    for name in ("appSettings", "connectionStrings")
)
# A premium account for files or pages has no such service.
_NO_SERVICE: Final = ("FeatureNotSupportedForAccount",)


def _policies(arm_type: str) -> Hidden:
    return Hidden(("properties", "authorizationPolicies"), f"{arm_type}/listkeys/action")


_HUB: Final = "Microsoft.Devices/IotHubs"
_DPS: Final = "Microsoft.Devices/provisioningServices"
_VAULT: Final = "Microsoft.KeyVault/vaults"
_VAULT_API: Final = "2023-07-01"
_STORAGE: Final = "Microsoft.Storage/storageAccounts"
_STORAGE_API: Final = "2023-05-01"
_BLOBS: Final = f"{_STORAGE}/blobServices"
_SITES_API: Final = "2023-12-01"

TOP: Final = (
    Asked(
        _HUB,
        HUB_API,
        (Asked(f"{_HUB}/certificates", HUB_API, hidden=(_CERTIFICATE,)),),
        logged=True,
        hidden=(_policies(_HUB),),
    ),
    Asked(
        _DPS,
        DPS_API,
        (Asked(f"{_DPS}/certificates", DPS_API, hidden=(_CERTIFICATE,)),),
        logged=True,
        hidden=(_policies(_DPS),),
    ),
    Asked(
        _VAULT,
        _VAULT_API,
        (
            Asked(f"{_VAULT}/secrets", _VAULT_API),
            Asked(f"{_VAULT}/keys", _VAULT_API, each=True),
        ),
        logged=True,
    ),
    Asked(
        _STORAGE,
        _STORAGE_API,
        (
            Asked(
                _BLOBS,
                _STORAGE_API,
                (Asked(f"{_BLOBS}/containers", _STORAGE_API, absent=_NO_SERVICE),),
                logged=True,
                absent=_NO_SERVICE,
            ),
        ),
    ),
    Asked("Microsoft.EventHub/namespaces", "2024-01-01", logged=True),
    Asked("Microsoft.ServiceBus/namespaces", "2021-11-01", logged=True),
    Asked("Microsoft.EventGrid/namespaces", "2025-02-15", logged=True),
    Asked("Microsoft.OperationalInsights/workspaces", "2023-09-01"),
    Asked("Microsoft.Insights/scheduledQueryRules", "2023-12-01"),
    Asked(
        "Microsoft.DeviceUpdate/accounts",
        "2023-07-01",
        (Asked("Microsoft.DeviceUpdate/accounts/instances", "2023-07-01"),),
    ),
    Asked(
        ENDPOINTS,
        "2024-05-01",
        (Asked(f"{ENDPOINTS}/privateDnsZoneGroups", "2024-05-01"),),
    ),
    Asked(
        "Microsoft.Web/sites",
        _SITES_API,
        (Asked("Microsoft.Web/sites/slots", _SITES_API, each=True, hidden=_SETTINGS),),
        each=True,
        hidden=_SETTINGS,
    ),
    # Listed at a scope they are those on all that is in it, and roles those from above it too.
    Asked("Microsoft.Authorization/locks", "2020-05-01"),
    Asked("Microsoft.Authorization/roleAssignments", "2022-04-01"),
    Asked(
        "Microsoft.Authorization/roleDefinitions",
        "2022-04-01",
        query="$filter=type%20eq%20'CustomRole'&",
    ),
)
SETTINGS: Final = Asked("Microsoft.Insights/diagnosticSettings", "2021-05-01-preview")
LOCKS: Final = next(one for one in TOP if one.last == "locks")
ENDPOINT: Final = next(one for one in TOP if one.type == ENDPOINTS)


def every(asked: tuple[Asked, ...] = (*TOP, SETTINGS)) -> Iterator[Asked]:
    """All that is asked for, whatever it is below."""
    for one in asked:
        yield one
        yield from every(one.below)
