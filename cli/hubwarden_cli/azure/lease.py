"""One runner a resource: a lease on a blob, with an epoch that only grows.

The answers of the service are those that azurite 3.37 gives.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from azure.core.credentials import TokenCredential
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobClient, BlobLeaseClient, ContainerClient, LinearRetry

from hubwarden_cli.azure.failures import Busy, Failure, Missing, Stale
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.azure.wire import Wire, answered

T = TypeVar("T")

# Seconds; the longest that Azure lends. Renew well before.
DURATION: Final = 60
_EPOCH: Final = "epoch"


class LeaseTaken(Failure):
    """Another runner has the lease, or has taken it from us meanwhile."""


@dataclass(frozen=True)
class Held:
    """A lease that is held. `epoch` is higher than that of everybody who held it before."""

    resource: ResourceId
    epoch: int
    _blob: BlobClient = field(repr=False)
    _lease: BlobLeaseClient = field(repr=False)

    def renew(self) -> None:
        """Hold it for DURATION from now on; LeaseTaken where another runner has come between."""
        _exclusive(self._lease.renew, "renew lease", self._blob.url, self.resource)

    def release(self) -> None:
        """Let the next one in at once. One that was lost is nobody's to release."""
        try:
            _exclusive(self._lease.release, "release lease", self._blob.url, self.resource)
        except LeaseTaken:
            return


class Lease:
    """Leases in a container that belongs to the rotation alone."""

    def __init__(
        self,
        container_url: str,
        credential: TokenCredential | Any,
        verify: bool | str = True,
        api_version: str | None = None,
        wire: Wire | None = None,
    ) -> None:
        """`credential` is whatever azure-storage-blob takes. Every step may be sent twice."""
        options: dict[str, Any] = {} if api_version is None else {"api_version": api_version}
        self._container = ContainerClient.from_container_url(
            container_url,
            credential,
            transport=(wire or Wire()).transport(verify),
            # The default waits 15 s and more, and a lease lives for 60.
            retry_policy=LinearRetry(backoff=2, retry_total=3),
            permit_redirects=False,
            logging_enable=False,
            **options,
        )

    def try_it(self) -> None:
        """A read of the container: a Failure where it is not there, or not ours to read."""
        name = self._container.container_name
        try:
            answered(
                self._container.get_container_properties, "read container", self._container.url
            )
        except Missing as missing:
            raise _absent(missing, name) from None

    def acquire(self, resource: ResourceId) -> Held:
        """The lease for a resource, for DURATION; LeaseTaken where another runner has it."""
        # ARM knows no case, and a blob's name is no place for a subscription's id.
        digest = hashlib.sha256(resource.path.casefold().encode()).hexdigest()[:32]
        kind = resource.provider_type.rpartition("/")[2].lower()
        blob = self._container.get_blob_client(f"rotation/{kind}/{digest}")
        _made(blob)
        # The same id asked for twice is one lease, so that a lost answer does no harm.
        lease = BlobLeaseClient(blob, lease_id=str(uuid.uuid4()))
        _exclusive(lambda: lease.acquire(DURATION), "acquire lease", blob.url, resource)
        return Held(resource, _next_epoch(blob, lease, resource), blob, lease)


def _made(blob: BlobClient) -> None:
    def upload() -> None:
        try:
            blob.upload_blob(b"", overwrite=False, metadata={_EPOCH: "0"})
        except HttpResponseError as error:
            # 409 where it exists; 412 where somebody holds it. Anything else of a 409, such as a
            # container that is being deleted, the next step meets again.
            if error.status_code not in {409, 412}:
                raise

    try:
        answered(upload, "make lease blob", blob.url)
    except Missing as missing:
        raise _absent(missing, blob.container_name) from None


def _absent(missing: Missing, container: str) -> Missing:
    sentence = f"There is no container {container!r} for leases: make it, or name another one."
    return Missing(missing.status, missing.code, sentence)


def _next_epoch(blob: BlobClient, lease: BlobLeaseClient, resource: ResourceId) -> int:
    """One more than the last, written under the lease, which locks out every older holder."""

    def step() -> int:
        properties = blob.get_blob_properties(lease=lease)
        epoch = int(properties.metadata.get(_EPOCH, "0")) + 1
        blob.set_blob_metadata({_EPOCH: str(epoch)}, lease=lease)
        return epoch

    return _exclusive(step, "write epoch", blob.url, resource)


def _exclusive(call: Callable[[], T], name: str, url: str, resource: ResourceId) -> T:
    try:
        return answered(call, name, url)
    except (Busy, Stale):
        taken = LeaseTaken(
            f"Another runner works on {resource}: wait for it, its lease ends by itself within"
            f" {DURATION} seconds of its death."
        )
    raise taken
