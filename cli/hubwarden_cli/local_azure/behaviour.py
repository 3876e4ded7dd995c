"""What the double does where Azure varies, or where nobody outside knows what Azure does.

The defaults are the recorded answers of Azure Resource Manager, only faster.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RetryAfterForm = Literal["seconds", "http-date", "retry-after-ms", "x-ms-retry-after-ms"]


@dataclass(frozen=True)
class Quota:
    """Token buckets of Resource Manager, per subscription. `listkeys` is charged as a write."""

    writes: float = 200
    writes_per_second: float = 10
    reads: float = 250
    reads_per_second: float = 25


@dataclass(frozen=True)
class Behaviour:
    """Times are seconds. Everything is on by its name; nothing depends on anything unnamed."""

    # A write of a hub or DPS is a long operation, answered so:
    # "201": azure-asyncoperation, as recorded; "202": Location; "200": done at once.
    lro: Literal["201", "202", "200"] = "201"
    lro_seconds: float = 0.2
    lro_location: bool = False
    lro_end: Literal["Succeeded", "Failed", "Canceled"] = "Succeeded"
    # Whether an operation that does not succeed has changed the resource all the same.
    lro_applies_when_failed: bool = False
    # The address of the operation answers 404.
    lro_vanishes: bool = False
    # When the new keys are there, as a share of the operation's time; None: seeded, each time anew.
    keys_visible_at: float | None = None
    # Sent with the answer to a write and with 409 and 429; None: no such header, as recorded.
    retry_after: float | None = None
    retry_after_form: RetryAfterForm = "seconds"
    # A write during an operation is refused (409).
    busy_while_changing: bool = True

    # Each request is served by one of so many gateways. The first knows a new key at once and
    # forgets an old one at once, the last after the lag, those between in between.
    gateways: int = 1
    new_key_lag: float = 0.0
    old_key_lag: float = 0.0

    # A policy that a PUT lists without its keys. A key that is null is always made anew.
    keyless_policies: Literal["kept", "regenerated"] = "kept"
    # A PUT without any list of policies.
    absent_policies: Literal["kept", "reset"] = "kept"
    # A masked connection string that is put back: the stored one stays, or the mask is stored.
    masked_strings: Literal["kept", "taken"] = "kept"
    # The etag of a DPS, in the header or the body.
    dps_if_match: Literal["honoured", "ignored"] = "honoured"

    quota: Quota | None = None
    # Requests of a hub's or DPS's data plane a minute and unit; a request waits for so many
    # seconds in a queue before it is refused (429).
    data_plane_per_minute: float | None = None
    data_plane_queue: float = 0.0
    # Items of a page of a listing; None: everything on one.
    page: int | None = None
    # The answer to a read of a secret whose newest version is disabled.
    disabled_secret: Literal[403, 404] = 403
