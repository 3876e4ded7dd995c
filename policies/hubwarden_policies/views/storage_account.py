"""Microsoft.Storage/storageAccounts and the containers in them."""

from __future__ import annotations

from typing import ClassVar, Final

from hubwarden_policies.views import ResourceView, View
from hubwarden_policies.views.storage import ACCOUNT, CONTAINER

# "The default value is true since API version 2019-04-01", says the API of enableHttpsTrafficOnly.
_HTTPS_SINCE: Final = "2019-04-01"


class StorageAccountProperties(View):
    """What rules read of an account.

    An account that does not say takes shared keys and, by the API's words, TLS 1.0. Source:
    StorageAccountPropertiesCreateParameters, learn.microsoft.com.
    """

    allow_shared_key_access: bool = True
    allow_blob_public_access: bool | None = None
    supports_https_traffic_only: bool | None = None
    minimum_tls_version: str | None = None


class StorageAccount(ResourceView):
    """A storage account."""

    arm_types: ClassVar[tuple[str, ...]] = (ACCOUNT,)

    properties: StorageAccountProperties = StorageAccountProperties({})

    def https_only(self) -> bool:
        """Whether requests without TLS are refused: said, or the default of the API's version."""
        said = self.properties.supports_https_traffic_only
        version = self.resource.api_version
        return (version is None or version >= _HTTPS_SINCE) if said is None else said


class ContainerProperties(View):
    """What rules read of a container; one that does not say is private."""

    public_access: str = "None"


class Container(ResourceView):
    """A container of blobs."""

    arm_types: ClassVar[tuple[str, ...]] = (CONTAINER,)

    properties: ContainerProperties = ContainerProperties({})
