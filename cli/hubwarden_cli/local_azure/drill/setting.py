"""What the practice is about: a hub with two policies, a DPS linked to it, and who uses them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hubwarden_cli.local_azure.behaviour import Behaviour
from hubwarden_cli.local_azure.consumer import Consumer
from hubwarden_cli.local_azure.endpoints import LocalEndpoints
from hubwarden_cli.local_azure.scenario import Dps, Hub, Scenario, Vault
from hubwarden_cli.local_azure.world import GROUP, SUBSCRIPTION, Link
from hubwarden_cli.rotation.consumers import Credential

_PROVIDERS: Final = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{GROUP}/providers/Microsoft.Devices"
)
HUB, _DPS = "practice", "enrol"
KEYS, _COPIES = "keys", "copies"
LINKED: Final = f"{_PROVIDERS}/provisioningServices/{_DPS}"
# What is declared as the time for which a consumer may hold a key; it keeps it a little shorter,
# as the call with it takes time too.
GRACE_SECONDS: Final = 3
_CACHE_SECONDS: Final = 2.5
_READERS, _COPY_READERS, _DEVICES = 13, 5, 2


def scenario(seed: int) -> Scenario:
    """The double to begin with."""
    return Scenario(
        seed=seed,
        behaviour=Behaviour(lro_seconds=0.4),
        hubs=(
            Hub(
                name=HUB,
                policies={
                    "service": "RegistryRead, ServiceConnect",
                    "link": "RegistryWrite, ServiceConnect",
                },
            ),
        ),
        dps=(Dps(name=_DPS, links=(Link(HUB, "link"),)),),
        vaults=(Vault(name=KEYS), Vault(name=_COPIES)),
    )


def credentials() -> tuple[Credential, ...]:
    """What `consumers.toml` would declare."""
    hub, cache = f"{_PROVIDERS}/IotHubs/{HUB}", f"{GRACE_SECONDS}s"

    def declared(policy: str, readers: str, **more: object) -> Credential:
        return Credential.model_validate(
            {
                "resource": hub,
                "policy": policy,
                "vault": KEYS,
                "secret": f"hub-{policy}",
                "consumers": [{"name": readers, "cache": cache}],
                **more,
            }
        )

    return (
        declared("service", "applications"),
        declared(
            "link",
            "importers",
            links=[LINKED],
            copies=[{"vault": _COPIES, "secret": "hub-link"}],
        ),
    )


def devices() -> Iterator[str]:
    """The names of those that register by the link, which are their secrets' too."""
    for number in range(_DEVICES):
        yield f"device-{number + 1}"


def consumers(where: LocalEndpoints, id_scope: str) -> Iterator[Consumer]:
    """Those who use the keys all the time: of the secret, of its copy, and by the link."""
    for name in devices():
        yield Consumer(
            name=name,
            vault=where.vault(KEYS),
            secret=name,
            url=where.registrations(_DPS).url,
            host=id_scope,
            policy=name,
            ca=where.ca,
            kind="device",
        )
    hub = where.hub(HUB)
    for number in range(_READERS + _COPY_READERS):
        first = number < _READERS
        yield Consumer(
            name=f"{'application' if first else 'importer'}-{number + 1}",
            vault=where.vault(KEYS if first else _COPIES),
            secret="hub-service" if first else "hub-link",
            url=hub.url,
            host=hub.host,
            policy="service" if first else "link",
            ca=where.ca,
            kind="hub" if number % 2 else "hub-service",
            cache_seconds=_CACHE_SECONDS,
        )
