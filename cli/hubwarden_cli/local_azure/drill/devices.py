"""Devices that register through the DPS all the time, which is what its link to the hub is for."""

from __future__ import annotations

import random

from hubwarden_cli.azure.arm import DPS_API
from hubwarden_cli.azure.data_plane import Entra
from hubwarden_cli.azure.registration import Registration, device_key
from hubwarden_cli.azure.resource_id import ResourceId
from hubwarden_cli.rotation.access import Access

from .setting import HUB, KEYS, LINKED, devices


def enrolled(access: Access, chance: random.Random) -> str:
    """The scope that they register under, each with an enrolment and a key of its own."""
    dps, endpoints = ResourceId.parse(LINKED), access.endpoints
    id_scope = str(access.arm.get(dps, DPS_API).body["properties"]["idScope"])
    registration = Registration(
        endpoints.dps(dps.name),
        endpoints.registrations(dps.name),
        id_scope,
        Entra(access.credential, endpoints.cloud.dps_scope),
        endpoints.verify,
        access.wire,
        access.clock.now,
    )
    for name in devices():
        key = device_key(chance.randbytes)
        registration.enrol(name, key, endpoints.hub(HUB).host)
        access.vault(KEYS).set(name, key, {})
    return id_scope
