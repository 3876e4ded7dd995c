"""Microsoft.Storage: the blob services that a stack has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hubwarden_policies.record import record

if TYPE_CHECKING:
    from hubwarden_policies.model import Resource, Stack

ACCOUNT: Final = "Microsoft.Storage/storageAccounts"
BLOB_SERVICE: Final = "Microsoft.Storage/storageAccounts/blobServices"
CONTAINER: Final = "Microsoft.Storage/storageAccounts/blobServices/containers"


@record
class BlobService:
    """The blob service of an account: `about` is the resource to name, `account` its address."""

    about: Resource
    account: str
    service: str | None


def blob_services(stack: Stack) -> tuple[BlobService, ...]:
    """The blob services that a stack uses: declared themselves, or by a container in them.

    Every account has one; an account that declares neither keeps no blobs that the stack knows of.
    """
    services: dict[str, BlobService] = {}
    for resource in stack.of_type(BLOB_SERVICE, CONTAINER):
        account = _account(stack, resource)
        if account is None or account.address in services:
            continue
        declared = resource.type == BLOB_SERVICE
        services[account.address] = BlobService(
            about=resource if declared else account,
            account=account.address,
            service=resource.address if declared else None,
        )
    return tuple(services.values())


def _account(stack: Stack, resource: Resource) -> Resource | None:
    for address in resource.references.get("parent", ()):
        parent = stack.at(address)
        if parent is not None and parent.type == BLOB_SERVICE:
            return _account(stack, parent)
        if parent is not None and parent.type == ACCOUNT:
            return parent
    return None
