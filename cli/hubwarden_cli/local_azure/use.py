"""What consumers do with a key, and what the answer says of it. Standard library only."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["hub", "hub-service", "dps", "device"]
Verdict = Literal["served", "refused", "failed"]

_CALLS: Final = {
    "hub": ("GET", "/statistics/devices?api-version=2021-04-12"),
    "hub-service": ("GET", "/statistics/service?api-version=2021-04-12"),
    "dps": ("POST", "/enrollmentGroups/query?api-version=2021-10-01"),
}


@dataclass(frozen=True)
class Use:
    """A request, and the audience that its token is for."""

    method: str
    path: str
    audience: str


def use(kind: Kind, host: str, name: str) -> Use:
    """The use of a policy of a host; a device's `host` is its scope, its `name` its own."""
    if kind == "device":
        registration = f"{host}/registrations/{name}"
        return Use("PUT", f"/{registration}/register?api-version=2019-03-31", registration)
    return Use(*_CALLS[kind], host)


def verdict(kind: Kind, status: int, body: bytes) -> Verdict:
    """What became of it; `failed` says nothing about the key.

    A device is answered 200 where the DPS takes it and the hub refuses the DPS's link.
    """
    if status == 401:
        return "refused"
    if status != 200:
        return "failed"
    if kind == "device" and json.loads(body).get("status") != "assigned":
        return "refused"
    return "served"
