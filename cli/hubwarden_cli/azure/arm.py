"""Azure Resource Manager, for any resource, in raw JSON: an unknown property survives a write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final
from urllib.parse import quote

from azure.core.credentials import TokenCredential
from azure.core.pipeline.policies import BearerTokenCredentialPolicy

from hubwarden_cli.azure.answer import Answer
from hubwarden_cli.azure.channel import Channel
from hubwarden_cli.azure.endpoints import Endpoints
from hubwarden_cli.azure.failures import Missing, Unanswered
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.azure.wire import Wire, pause_of

# The stable versions that azure-mgmt-iothub 4.0 and azure-cli 2.91 speak. Those of 2026 are newer,
# and a property that a version does not know is lost by a PUT of that version.
HUB_API: Final = "2023-06-30"
DPS_API: Final = "2022-12-12"


@dataclass(frozen=True)
class Raw:
    """A resource as ARM gives it. The body may hold secrets, so that it is not shown."""

    body: dict[str, Any] = field(repr=False)
    etag: str | None


@dataclass(frozen=True)
class Operation:
    """A long-running operation; `path` with its query is safe to write down, seconds to wait."""

    path: str
    retry_after: float | None = None


class Status(StrEnum):
    """How an operation stands. Failed does not mean that nothing changed."""

    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    CANCELED = "Canceled"


class Arm:
    """ARM of one cloud. Reads are repeated, a write is sent once; nothing registers providers."""

    def __init__(
        self, endpoints: Endpoints, credential: TokenCredential, wire: Wire | None = None
    ) -> None:
        self._url = endpoints.arm.rstrip("/")
        policy = BearerTokenCredentialPolicy(credential, endpoints.cloud.arm_scope)
        self._channel = Channel(self._url, policy, endpoints.verify, wire or Wire())

    def get(self, id: ResourceId, api_version: str) -> Raw:  # noqa: A002 (as ARM calls it)
        """The resource and its etag, which some types have in the body, some in a header."""
        answer = self._channel.read("GET", self._of(id, api_version))
        body = answer.body()
        etag = body.get("etag") or answer.headers.get("ETag")
        return Raw(body, str(etag) if etag else None)

    def at(self, path: str, api_version: str) -> dict[str, Any]:
        """The resource at a path, whatever is above it: a `ResourceId` is one of a group only."""
        url = f"{self._origin_of(path)}?api-version={api_version}"
        return self._channel.read("GET", url).body()

    def put(
        self,
        id: ResourceId,  # noqa: A002
        api_version: str,
        body: Mapping[str, Any],
        etag: str | None,
    ) -> Operation | None:
        """Write the whole resource, once; with `etag` only if it is still that one.

        None where ARM names no operation: look at the resource itself. Astray (an Unanswered)
        where the operation is said to be on another host.
        """
        content = json.dumps(body, separators=(",", ":"), allow_nan=False).encode()
        condition = {} if etag is None else {"If_Match": etag}
        answer = self._channel.write("PUT", self._of(id, api_version), content, **condition)
        target = answer.headers.get("azure-asyncoperation") or answer.headers.get("Location")
        if target is None:
            return None
        return Operation(answer.link(target), pause_of(answer.headers))

    def post(
        self,
        id: ResourceId,  # noqa: A002
        action: str,
        api_version: str,
        body: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The answer to an action that only reads, such as listkeys: it is repeated like a GET."""
        content = None if body is None else json.dumps(body).encode()
        return self._channel.read("POST", self._of(id, api_version, action), content).body()

    def list(self, path: str, api_version: str = "") -> Iterator[list[dict[str, Any]]]:
        """The pages of a collection; `path` may bring its query along."""
        url = self._origin_of(path) + (f"?api-version={api_version}" if api_version else "")
        while url:
            answer = self._channel.read("GET", url)
            page = answer.body()
            found = page.get("value")
            if not isinstance(found, list):
                raise Unanswered(answer.name, "the answer is no list")
            yield found
            following = page.get("nextLink")
            url = self._origin_of(answer.link(str(following))) if following else ""

    def operation(self, path: str) -> Status | None:
        """How the operation stands; None where ARM does not know it (any more)."""
        return self.progress(path)[0]

    def progress(self, path: str) -> tuple[Status | None, float | None]:
        """How the operation stands, and the seconds that ARM asks to wait before the next look."""
        try:
            answer = self._channel.read("GET", self._origin_of(path))
        except Missing:
            return None, None
        return _status(answer), pause_of(answer.headers)

    def _of(self, id: ResourceId, api_version: str, action: str = "") -> str:  # noqa: A002
        inner = f"/{quote(action)}" if action else ""
        return f"{self._url}{id.path}{inner}?api-version={api_version}"

    def _origin_of(self, path: str) -> str:
        if not path.startswith("/"):
            raise ValueError(f"a path begins with /, not with {path[:1]!r}")
        return self._channel.origin + path


def _status(answer: Answer) -> Status:
    """By `status` of an operation, else by the code alone, as an operation at `Location` tells."""
    if answer.status == 202:
        return Status.RUNNING
    if answer.status == 204:
        return Status.SUCCEEDED
    body = answer.body()
    properties = body.get("properties")
    inner = properties.get("provisioningState") if isinstance(properties, dict) else None
    told = str(body.get("status") or inner or Status.SUCCEEDED).lower()
    ends = {status.value.lower(): status for status in Status} | {"cancelled": Status.CANCELED}
    if not told.isalpha():
        raise Unanswered(answer.name, "the operation has no status")
    return ends.get(told, Status.RUNNING)
